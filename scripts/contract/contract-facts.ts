import type {
  ComplexTypeDescriptor,
  ServiceContract,
  SimpleType,
} from '../../src/soap/contract/descriptors.js';
import { XSD_NAMESPACE, parseXml, type XmlElement } from '../../src/soap/contract/inline-wsdl.js';
import { messageNames } from './message-names.js';

/** A contract as comparable lines: a heading such as `request of create`, and what stands under it, in order. */
export type Facts = ReadonlyMap<string, readonly string[]>;

/** The namespaces that a service may have inline schemas of, after its own, in the order of `schemaPositions`. */
const SCHEMA_ORDER: readonly string[] = [
  'http://rmi.java/xsd',
  'http://io.java/xsd',
  'http://exceptions.rmi.reseller.admin.openexchange.com/xsd',
  'http://exceptions.rmi.admin.openexchange.com/xsd',
  'http://dataobjects.soap.reseller.admin.openexchange.com/xsd',
  'http://dataobjects.soap.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.admin.openexchange.com/xsd',
];

/**
 * Which inline schema stands where: zeep numbers its prefixes by it (`ns5:User`), and client code has these numbers hard-coded.
 * Source: docs/contract/clients.md#2.
 */
export function schemaPositions(serviceNamespace: string, namespaces: readonly string[]): readonly string[] {
  const order = [serviceNamespace, ...SCHEMA_ORDER].filter((namespace) => namespaces.includes(namespace));
  const unknown = namespaces.filter((namespace) => !order.includes(namespace));
  return numbered([...order, ...unknown]);
}

function numbered(namespaces: readonly string[]): readonly string[] {
  return namespaces.map((namespace, position) => `${position} ${namespace}`);
}

/** One element as a line: qualified name, type, occurrence, nillable. */
export function fieldLine(field: {
  namespace: string;
  name: string;
  type: string;
  required: boolean;
  repeated: boolean;
  nillable: boolean;
}): string {
  const occurs = `${field.required ? 1 : 0}..${field.repeated ? 'unbounded' : 1}`;
  return `{${field.namespace}}${field.name} ${field.type} ${occurs}${field.nillable ? ' nillable' : ''}`;
}

/** What the loaded WSDL says, under the same headings as `expectedFacts`. */
export function contractFacts(contract: ServiceContract): Facts {
  const facts = new Map<string, readonly string[]>();
  facts.set('names', [
    `namespace ${contract.namespace}`,
    `service ${contract.name}`,
    `portType ${contract.portType}`,
    `port ${contract.port}`,
    `binding ${contract.binding}`,
  ]);
  facts.set('positions of inline schemas', numbered(contract.schemaNamespaces));
  facts.set('operations', [...contract.operations.keys()].sort());
  for (const { name, soapAction, request, response, faults } of contract.operations.values()) {
    facts.set(`soapAction of ${name}`, [soapAction]);
    facts.set(`request of ${name}`, [`{${request.namespace}}${request.name}`, ...fieldLines(request.type)]);
    facts.set(`response of ${name}`, response === null ? ['empty body'] : elementLines(contract, response));
    facts.set(
      `faults of ${name}`,
      faults.flatMap((fault) => elementLines(contract, fault)),
    );
  }
  facts.set('types', [...contract.types.keys()].sort());
  for (const [key, type] of contract.types) facts.set(`type ${key}`, fieldLines(type));
  const definitions = parseXml(contract.wsdlTemplate, contract.name);
  facts.set('extensions', extensionLines(definitions));
  return new Map([...facts, ...messageNames(definitions)]);
}

function elementLines(
  contract: ServiceContract,
  element: { namespace: string; name: string; type: ComplexTypeDescriptor | SimpleType },
): string[] {
  const name = `{${element.namespace}}${element.name}`;
  const { type } = element;
  if (typeof type === 'string' || contract.types.get(typeName(type)) === type)
    return [`${name} ${typeName(type)}`];
  return [name, ...fieldLines(type)];
}

function fieldLines(type: ComplexTypeDescriptor): string[] {
  return type.fields.map((field) => fieldLine({ ...field, type: typeName(field.type) }));
}

function typeName(type: ComplexTypeDescriptor | SimpleType): string {
  return typeof type === 'string' ? `xsd:${type}` : `{${type.namespace}}${type.name}`;
}

/** `{…}ResellerContext extends {…}Context` of every derived type: descriptors no longer tell. */
function extensionLines(definitions: XmlElement): string[] {
  const expand = (qname: string): string => {
    const [prefix = '', local = ''] = qname.split(':');
    return `{${definitions.attributes.get(`xmlns:${prefix}`) ?? ''}}${local}`;
  };
  const lines: string[] = [];
  for (const schema of definitions.children.flatMap((child) => child.children)) {
    if (schema.namespace !== XSD_NAMESPACE || schema.localName !== 'schema') continue;
    for (const type of schema.children) {
      const base = type.children[0]?.children[0]?.attributes.get('base');
      const name = `{${schema.attributes.get('targetNamespace')}}${type.attributes.get('name')}`;
      if (base !== undefined) lines.push(`${name} extends ${expand(base)}`);
    }
  }
  return lines.sort();
}
