import { fieldLine } from './contract-facts.js';

const XSD = 'http://www.w3.org/2001/XMLSchema';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';

export interface QName {
  readonly ns: string;
  readonly local: string;
}

interface Occurrence {
  readonly name: string;
  readonly type: QName;
  readonly minOccurs: number;
  readonly maxOccurs: number | 'unbounded';
  readonly nillable: boolean | null;
}

/** A parameter, a result or a child of a fault. */
export type Parameter = Occurrence & { readonly ns: string; readonly qualified: boolean };
type TypeField = Occurrence & { readonly element: { readonly ns: string; readonly qualified: boolean } };

interface Variant {
  readonly service?: string;
  readonly when?: string;
  readonly difference: string;
  readonly fields?: readonly string[];
}

export interface TypeJson {
  readonly extends: QName | null;
  readonly fields: readonly TypeField[];
  readonly variants?: readonly Variant[];
  readonly inServices: readonly string[];
}

/** Complex types by namespace and name. */
export type TypesJson = Readonly<Record<string, Readonly<Record<string, TypeJson>>>>;

/** The fields of a type, inherited ones first, in the variant of the service. */
export function typeLines(types: TypesJson, name: QName, service: string): string[] {
  const type = typeOf(types, name);
  const own = fieldsIn(type, service).filter((field) => !isException(name, field));
  const inherited = type.extends ? typeLines(types, type.extends, service) : [];
  return [...inherited, ...own.map((field) => parameterLine({ ...field, ...field.element }))];
}

/** @throws Error when the contract has no such type */
export function typeOf(types: TypesJson, name: QName): TypeJson {
  const type = types[name.ns]?.[name.local];
  if (!type) throw new Error(`the contract has no type ${qname(name)}`);
  return type;
}

/** The own fields of a type as far as the service declares them. */
export function fieldsIn(type: TypeJson, service: string): readonly TypeField[] {
  const variants = (type.variants ?? []).filter((variant) => variant.service === service && !variant.when);
  return variants.reduce((fields, { difference, fields: named = [] }) => {
    if (difference === 'fields absent') return fields.filter((field) => !named.includes(field.name));
    if (difference.startsWith('its own copy has only'))
      return fields.filter((field) => named.includes(field.name));
    throw new Error(`a variant of ${service} is not understood: ${difference}`);
  }, type.fields);
}

/**
 * The documented exceptions of the reseller services:
 * - rmi Database repeats the four mandatoryMembers* lists of its base. Ours inherits them only: no client's object and
 *   no message type of ours can hold two fields of one name (XJC makes such a type a bare catch-all list, zeep numbers
 *   the second ones). Its children come in a sequence, not in a choice; requests are read in any order anyway.
 * - the `…set` flags of rmi Database have no nillable in the contract (null = not seen): not nillable, as those of
 *   its sister type, the rmi Filestore (see `parameterLine`).
 */
function isException(owner: QName, field: TypeField): boolean {
  return owner.ns === RMI && owner.local === 'Database' && field.name.startsWith('mandatoryMembers');
}

/** A parameter as a line of facts. */
export function parameterLine(field: Parameter): string {
  return fieldLine({
    namespace: field.qualified ? field.ns : '',
    name: field.name,
    type: qname(field.type),
    required: field.minOccurs > 0,
    repeated: field.maxOccurs === 'unbounded',
    nillable: field.nillable ?? false,
  });
}

/** `{namespace}local`; `xsd:` in front of the XSD types. */
export function qname({ ns, local }: QName): string {
  return ns === XSD ? `xsd:${local}` : `{${ns}}${local}`;
}
