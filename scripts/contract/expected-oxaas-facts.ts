import { fieldLine, schemaPositions, type Facts } from './contract-facts.js';
import { typeLines, type TypesJson } from './expected-types.js';
import { headingOf, ownNames } from './message-names.js';

/** The shared types are written for the reseller services' namespace. */
const RESELLER = 'http://soap.reseller.admin.openexchange.com';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const EXCEPTIONS = 'http://exceptions.rmi.admin.openexchange.com/xsd';
const JAVA_RMI = 'http://rmi.java/xsd';
const JAVA_IO = 'http://io.java/xsd';

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly max?: number | 'unbounded';
}

export interface OxaasJson {
  readonly service: string;
  readonly targetNamespace: string;
  readonly operations: readonly {
    readonly name: string;
    readonly params: readonly Parameter[];
    readonly returns: Omit<Parameter, 'name'> & { readonly members?: readonly Parameter[] };
  }[];
  readonly faultsSuggested: { readonly names: readonly string[] };
}

/**
 * What the contract says of OXaaSService. No WSDL of it was ever seen, the JSON leaves much open; decided here, and the
 * documented exceptions to "everything comes from the JSON":
 * - names after our own habit, the port as JAX-WS names it by default; SOAPAction `urn:<operation>`;
 * - every element qualified, minOccurs 0 and not nillable (the default of a code-first JAX-WS service);
 * - `creds` is the Credentials type of the core services;
 * - every operation declares the suggested faults and RemoteException, with the beans of the core services;
 * - QuotaUsage also holds `count`, the number of mails: zeep hands out the only member of a type in place of the object, and the
 *   client that reads `.storage` is a zeep client, so there is more than one (docs/contract/oxaas.md#2);
 * - DomainCatchall holds `domain` and `user`, after the parameters of createDomainCatchall.
 */
export function expectedOxaasFacts(json: OxaasJson, types: TypesJson): Facts {
  const service = json.targetNamespace;
  const facts = new Map<string, readonly string[]>();
  facts.set('names', [
    `namespace ${service}`,
    `service ${json.service}`,
    `portType ${json.service}PortType`,
    `port ${json.service}Port`,
    `binding ${json.service}SoapBinding`,
  ]);
  const schemas = [service, RMI, EXCEPTIONS, JAVA_RMI, JAVA_IO];
  facts.set('positions of inline schemas', schemaPositions(service, schemas));
  facts.set('operations', json.operations.map((operation) => operation.name).sort());

  const faultBeans = [
    ...json.faultsSuggested.names.map((local) => ({ ns: EXCEPTIONS, local })),
    { ns: JAVA_RMI, local: 'RemoteException' },
  ];
  const line = ({ name, type, max }: Parameter): string =>
    elementLine(service, name, typeReference(type, service), max === 'unbounded');
  for (const { name, params, returns } of json.operations) {
    facts.set(`soapAction of ${name}`, [`urn:${name}`]);
    facts.set(`request of ${name}`, [`{${service}}${name}`, ...params.map(line)]);
    const response = [`{${service}}${name}Response`, line({ ...returns, name: 'return' })];
    facts.set(`response of ${name}`, returns.type === 'void' ? ['empty body'] : response);
    facts.set(
      `faults of ${name}`,
      faultBeans.flatMap(({ ns, local }) => {
        const bean = elementLine(service, local, `{${ns}}${local}`, false, true);
        return [`{${service}}${local}`, bean];
      }),
    );
  }
  for (const { name, returns } of json.operations) {
    const answerPart = returns.type === 'void' ? null : 'parameters';
    const names = { name, answerPart, faults: faultBeans.map(({ local }) => local) };
    facts.set(headingOf(name), ownNames(names));
  }
  addTypes(facts, json, types, faultBeans, line);
  return facts;
}

function addTypes(
  facts: Map<string, readonly string[]>,
  json: OxaasJson,
  types: TypesJson,
  faultBeans: readonly { ns: string; local: string }[],
  line: (parameter: Parameter) => string,
): void {
  const service = json.targetNamespace;
  const quotaUsage =
    json.operations.find(({ returns }) => returns.type === 'QuotaUsage')?.returns.members ?? [];
  const catchall = ['domain', 'user'].map((name) => ({ name, type: 'xs:string' }));
  facts.set(`type {${service}}QuotaUsage`, [...quotaUsage, { name: 'count', type: 'xs:long' }].map(line));
  facts.set(`type {${service}}DomainCatchall`, catchall.map(line));
  const shared = [
    { ns: RESELLER, local: 'Exception' },
    { ns: JAVA_IO, local: 'IOException' },
    { ns: RMI, local: 'Credentials' },
    ...faultBeans,
  ];
  const own = (text: string): string => text.replaceAll(`{${RESELLER}}`, `{${service}}`);
  const extensions: string[] = [];
  for (const name of shared) {
    const key = own(`{${name.ns}}${name.local}`);
    facts.set(`type ${key}`, typeLines(types, name, json.service).map(own));
    const base = types[name.ns]?.[name.local]?.extends;
    if (base) extensions.push(`${key} extends ${own(`{${base.ns}}${base.local}`)}`);
  }
  const declared = [...facts.keys()].filter((heading) => heading.startsWith('type '));
  facts.set('types', declared.map((heading) => heading.slice('type '.length)).sort());
  facts.set('extensions', extensions.sort());
}

function elementLine(
  namespace: string,
  name: string,
  type: string,
  repeated: boolean,
  nillable = false,
): string {
  return fieldLine({ namespace, name, type, required: false, repeated, nillable });
}

function typeReference(type: string, service: string): string {
  if (type.startsWith('xs:')) return `xsd:${type.slice('xs:'.length)}`;
  return type === 'Credentials' ? `{${RMI}}Credentials` : `{${service}}${type}`;
}
