import { readFileSync } from 'node:fs';
import { schemaPositions, type Facts } from './contract-facts.js';
import { expectedOxaasFacts } from './expected-oxaas-facts.js';
import { PLAIN_NAMESPACE, plainTypes } from './expected-plain-types.js';
import { headingOf, originalNames } from './message-names.js';
import {
  parameterLine,
  qname,
  typeLines,
  type Parameter,
  type QName,
  type TypesJson,
} from './expected-types.js';

export interface OperationJson {
  readonly name: string;
  readonly soapAction: string;
  readonly input: { readonly element: QName; readonly params: readonly Parameter[] };
  readonly output: {
    readonly element: QName | null;
    readonly emptyBody?: boolean;
    readonly fields: readonly Parameter[];
    readonly simpleContent?: QName;
    readonly complexContent?: QName;
  };
  readonly faults: readonly FaultJson[];
}

interface FaultJson {
  readonly element: QName;
  /** The named type of the element; else it has none. */
  readonly type?: QName;
  readonly children: readonly Parameter[];
}

interface ServiceJson {
  readonly targetNamespace: string;
  readonly serviceQName: QName;
  readonly portType: QName;
  readonly port: { readonly name: string };
  readonly binding: QName;
  readonly elementFormDefault: Readonly<Record<string, string>>;
  readonly operations: readonly OperationJson[];
}

/**
 * What the contract's JSON files say of one service, exceptions applied.
 * @throws Error when a file is missing
 */
export function expectedFacts(contractDirectory: URL, service: string): Facts {
  const types = readTypes(contractDirectory, 'types.json');
  if (service === 'OXaaSService')
    return expectedOxaasFacts(readJson(contractDirectory, `${service}.json`), types);
  const json = readJson<ServiceJson>(contractDirectory, `${service}.json`);
  const facts = new Map<string, readonly string[]>();
  facts.set('names', [
    `namespace ${json.targetNamespace}`,
    `service ${json.serviceQName.local}`,
    `portType ${json.portType.local}`,
    `port ${json.port.name}`,
    `binding ${json.binding.local}`,
  ]);
  const schemas = Object.keys(json.elementFormDefault);
  facts.set('positions of inline schemas', schemaPositions(json.targetNamespace, schemas));
  facts.set('operations', json.operations.map((operation) => operation.name).sort());
  for (const operation of json.operations) addOperation(facts, operation);
  const isPlain = json.targetNamespace === PLAIN_NAMESPACE;
  const plainOnes = isPlain ? readTypes(contractDirectory, 'types-plain.json') : {};
  addTypes(facts, service, isPlain ? plainTypes(types, plainOnes, service, json.operations) : types);
  return facts;
}

function addOperation(
  facts: Map<string, readonly string[]>,
  { name, soapAction, ...operation }: OperationJson,
): void {
  const { input, output, faults } = operation;
  facts.set(`soapAction of ${name}`, [soapAction]);
  facts.set(`request of ${name}`, [qname(input.element), ...input.params.map(parameterLine)]);
  facts.set(`response of ${name}`, responseLines(output));
  facts.set(
    `faults of ${name}`,
    faults.flatMap(({ element, type, children }) =>
      type ? [`${qname(element)} ${qname(type)}`] : [qname(element), ...children.map(parameterLine)],
    ),
  );
  const names = { name, answerPart: answerPart(output), faults: faults.map(({ element }) => element.local) };
  facts.set(headingOf(name), originalNames(names));
}

/** An element that is the result itself lends its name to the part. */
function answerPart({ element, simpleContent, complexContent }: OperationJson['output']): string | null {
  if (element === null) return null;
  return simpleContent || complexContent ? element.local : 'parameters';
}

function responseLines({
  element,
  fields,
  simpleContent,
  complexContent,
}: OperationJson['output']): string[] {
  if (element === null) return ['empty body'];
  const content = complexContent ?? simpleContent;
  return content ? [`${qname(element)} ${qname(content)}`] : [qname(element), ...fields.map(parameterLine)];
}

function addTypes(facts: Map<string, readonly string[]>, service: string, types: TypesJson): void {
  const declared = Object.entries(types).flatMap(([ns, byName]) =>
    Object.entries(byName)
      .filter(([, type]) => type.inServices.includes(service))
      .map(([local, type]) => ({ name: { ns, local }, type })),
  );
  facts.set('types', declared.map(({ name }) => qname(name)).sort());
  facts.set(
    'extensions',
    declared
      .flatMap(({ name, type }) => (type.extends ? [`${qname(name)} extends ${qname(type.extends)}`] : []))
      .sort(),
  );
  for (const { name } of declared) facts.set(`type ${qname(name)}`, typeLines(types, name, service));
}

function readTypes(directory: URL, name: string): TypesJson {
  return readJson<{ types: TypesJson }>(directory, name).types;
}

function readJson<T>(directory: URL, name: string): T {
  return JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as T;
}
