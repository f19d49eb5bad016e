import { fieldsIn, typeOf, type QName, type TypeJson, type TypesJson } from './expected-types.js';

export const PLAIN_NAMESPACE = 'http://soap.admin.openexchange.com';
const RESELLER_NAMESPACE = 'http://soap.reseller.admin.openexchange.com';
const XSD_NAMESPACE = 'http://www.w3.org/2001/XMLSchema';
const DATA_NAMESPACE = 'http://dataobjects.soap.admin.openexchange.com/xsd';

/** What the messages of an operation refer to. */
interface Messages {
  readonly input: { readonly params: readonly { readonly type: QName }[] };
  readonly output: { readonly fields: readonly { readonly type: QName }[] };
  readonly faults: readonly {
    readonly type?: QName;
    readonly children: readonly { readonly type: QName }[];
  }[];
}

/**
 * The types of a plain service: those of types-plain.json, else of types.json with the plain base of all faults.
 * types-plain.json does not say which service declares which type. Documented exception: a service declares what its
 * messages reach, and OXSecondaryAccountService AccountData besides ("used by no operation"); MissingServiceException,
 * which no operation declares either, is left out, since nothing says where it belongs.
 */
export function plainTypes(
  shared: TypesJson,
  plain: TypesJson,
  service: string,
  operations: readonly Messages[],
): TypesJson {
  const declared: Record<string, Record<string, TypeJson>> = {};
  const declare = (name: QName): void => {
    if (name.ns === XSD_NAMESPACE || declared[name.ns]?.[name.local]) return;
    const known = plain[name.ns]?.[name.local] ?? typeOf(shared, name);
    const base = known.extends && inPlainNamespace(known.extends);
    const type = { ...known, extends: base, inServices: [service] };
    (declared[name.ns] ??= {})[name.local] = type;
    if (base) declare(base);
    for (const field of fieldsIn(type, service)) declare(field.type);
  };
  for (const { input, output, faults } of operations) {
    const fields = [...input.params, ...output.fields, ...faults.flatMap((fault) => fault.children)];
    for (const { type } of fields) declare(type);
    for (const { type } of faults) if (type) declare(type);
  }
  if (service === 'OXSecondaryAccountService') declare({ ns: DATA_NAMESPACE, local: 'AccountData' });
  return declared;
}

function inPlainNamespace({ ns, local }: QName): QName {
  return { ns: ns === RESELLER_NAMESPACE ? PLAIN_NAMESPACE : ns, local };
}
