import type {
  ComplexTypeDescriptor,
  FieldDescriptor,
  MessageElement,
  ServiceContract,
} from './descriptors.js';
import { simpleParsers, type SimpleParser } from './lexical.js';
import {
  DROPPED_ELEMENTS,
  DROPPED_PARAMETERS,
  FIELDS_OF_OTHER_VARIANTS,
  TYPES_THAT_IGNORE_UNKNOWN,
} from './tolerated-elements.js';

/** How one element is decoded. */
export interface ElementPlan {
  readonly name: string;
  readonly namespace: string;
  /** Local name of the type, which is what an xsi:type is compared with. */
  readonly typeName: string;
  readonly nillable: boolean;
  readonly repeated: boolean;
  /** null for simple types */
  readonly type: TypePlan | null;
  /** null for complex types */
  readonly parse: SimpleParser | null;
}

/** How the children of a complex type are found. */
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
  message(element: MessageElement): ElementPlan {
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
      tolerated: toleratedIn(descriptor.name, isOperation),
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
    const shared = { name, namespace, nillable, repeated };
    return typeof type === 'string'
      ? { ...shared, typeName: type, type: null, parse: simpleParsers[type] }
      : { ...shared, typeName: type.name, type: this.type(type, isOperation), parse: null };
  }
}

function toleratedIn(typeName: string, isOperation: boolean): ReadonlySet<string> {
  const fields = Object.hasOwn(FIELDS_OF_OTHER_VARIANTS, typeName)
    ? FIELDS_OF_OTHER_VARIANTS[typeName]
    : undefined;
  return new Set([...DROPPED_ELEMENTS, ...(isOperation ? DROPPED_PARAMETERS : []), ...(fields ?? [])]);
}

/** OX: oxaas.md 1: its namespace ends in a slash, unlike the others, so clients may add or forget one. */
export function slashVariants(namespace: string): [string, string] {
  return [namespace, namespace.endsWith('/') ? namespace.slice(0, -1) : `${namespace}/`];
}
