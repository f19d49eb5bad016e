import type {
  AnswerElement,
  ComplexTypeDescriptor,
  FieldDescriptor,
  ServiceContract,
} from '../contract/descriptors.js';
import { type SimpleParser, simpleParsers } from '../contract/lexical.js';

/** Plan of decoding one element. */
export interface ElementPlan {
  readonly name: string;
  readonly namespace: string;
  /** Local name of the type, which is what an xsi:type is compared with. */
  readonly typeName: string;
  readonly nillable: boolean;
  readonly repeated: boolean;
  /** True for elements that hold passwords. */
  readonly isSecret: boolean;
  /** null for simple types */
  readonly type: TypePlan | null;
  /** null for complex types */
  readonly parse: SimpleParser | null;
}

/** Look-up of a complex type's children. */
export interface TypePlan {
  readonly fields: readonly ElementPlan[];
  readonly byName: ReadonlyMap<string, ElementPlan>;
  /** The type of an operation's element: its children are parameters and have a position. */
  readonly isOperation: boolean;
  readonly ignoresUnknown: boolean;
  /** Children that are unknown here but harmless. */
  readonly tolerated: ReadonlySet<string>;
}

/** Makes plans from descriptors, one per type and service, and keeps them. */
export class PlanCompiler {
  /** Namespaces in which a client may put a child by mistake; anything else is foreign. */
  readonly knownNamespaces: ReadonlySet<string>;
  private readonly types = new Map<ComplexTypeDescriptor, TypePlan>();

  constructor(contract: ServiceContract) {
    this.knownNamespaces = new Set([
      '',
      ...slashVariants(contract.namespace),
      ...contract.schemaNamespaces,
      ...Array.from(contract.types.values(), (type) => type.namespace),
    ]);
  }

  /** The plan of a message element; its type is taken for an operation's. */
  message(element: AnswerElement): ElementPlan {
    return this.element({ ...element, nillable: true, repeated: false }, true);
  }

  private type(descriptor: ComplexTypeDescriptor, isOperation: boolean): TypePlan {
    const known = isOperation ? undefined : this.types.get(descriptor);
    if (known !== undefined) return known;
    const fields: ElementPlan[] = [];
    const byName = new Map<string, ElementPlan>();
    const plan: TypePlan = {
      fields,
      byName,
      isOperation,
      ignoresUnknown: TYPES_THAT_IGNORE_UNKNOWN.has(descriptor.name),
      tolerated: toleratedIn(isOperation),
    };
    // A type can be both a message's and a field's; only the latter is shared (and may contain itself).
    if (!isOperation) this.types.set(descriptor, plan);
    for (const field of descriptor.fields) {
      const fieldPlan = this.element(field, false);
      if (byName.has(field.name) || field.name in {}) {
        throw new Error(`Type ${descriptor.name} cannot have a child named ${field.name} (again)`);
      }
      fields.push(fieldPlan);
      byName.set(field.name, fieldPlan);
    }
    return plan;
  }

  private element(
    { name, namespace, nillable, repeated, type }: Omit<FieldDescriptor, 'required'>,
    isOperation: boolean,
  ): ElementPlan {
    const shared = { name, namespace, nillable, repeated, isSecret: /password$/i.test(name) };
    return typeof type === 'string'
      ? { ...shared, typeName: type, type: null, parse: simpleParsers[type] }
      : { ...shared, typeName: type.name, type: this.type(type, isOperation), parse: null };
  }
}

function toleratedIn(isOperation: boolean): ReadonlySet<string> {
  return new Set([...DROPPED_ELEMENTS, ...(isOperation ? DROPPED_PARAMETERS : [])]);
}

/** Its namespace ends in a slash, unlike the others, so clients may add or forget one. Source: docs/contract/oxaas.md#1. */
export function slashVariants(namespace: string): [string, string] {
  return [namespace, namespace.endsWith('/') ? namespace.slice(0, -1) : `${namespace}/`];
}

/**
 * Elements of clients in the field that are ignored although no type has them. Other unknown elements are
 * refused, see decode.ts.
 */

/**
 * Dropped by later versions, ignored wherever they stand. clusterWeight is dropped by the original itself. The five module access flags are
 * gone. Restriction once had the four mandatoryMembers lists. User's drive_user_folder_mode had two other names.
 * Source: docs/contract/wire.md#5, docs/contract/wire.md#6.
 */
const DROPPED_ELEMENTS: ReadonlySet<string> = new Set([
  'clusterWeight',
  'clusterWeightset',
  'default_folder_mode',
  'drive_folder_mode',
  'forum',
  'pinboardWrite',
  'projects',
  'rssBookmarks',
  'rssPortal',
  'mandatoryMembersChange',
  'mandatoryMembersCreate',
  'mandatoryMembersDelete',
  'mandatoryMembersRegister',
]);

/** An intermediate version of user create* had this parameter after auth; it is a field of User now. Source: docs/contract/wire.md#8. */
const DROPPED_PARAMETERS: ReadonlySet<string> = new Set(['primaryAccountName']);

/** Some clients pass a whole admin object as credentials, so only login and password are read. Source: docs/contract/oxaas.md#1-1. */
const TYPES_THAT_IGNORE_UNKNOWN: ReadonlySet<string> = new Set(['Credentials']);

/** The request class of getSelfData has another root element than the operation. Source: docs/contract/wire.md#7. */
export const ALTERNATIVE_REQUEST_ELEMENTS: ReadonlyMap<string, string> = new Map([
  ['selfData', 'getSelfData'],
]);
