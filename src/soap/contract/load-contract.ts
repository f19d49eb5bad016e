import type { AnswerElement, MessageElement, OperationDescriptor, ServiceContract } from './descriptors.js';
import {
  readInlinedWsdl,
  WSDL_NAMESPACE,
  WSDL_SOAP_NAMESPACE,
  XSD_NAMESPACE,
  writeXml,
  type XmlElement,
} from './inline-wsdl.js';
import { SchemaReader } from './read-schemas.js';

/**
 * Reads the contract of one service from `<serviceName>.wsdl` and the schemas it includes.
 * @param wsdlDirectory a file URL that ends in a slash
 * @throws Error naming the file, when something is missing, contradicts itself or is not understood
 */
export function loadContract(wsdlDirectory: URL, serviceName: string): ServiceContract {
  const { root, prefixes } = readInlinedWsdl(wsdlDirectory, serviceName);
  const wsdl = new WsdlReader(root, prefixes, `${serviceName}.wsdl`);
  const { service, port, binding, portType } = wsdl.serviceParts(serviceName);
  const operations = wsdl.operations(portType, binding);
  let wsdlTemplate: string | undefined;
  const faults = [...operations.values()].flatMap((operation) => operation.faults);
  return {
    name: service,
    namespace: wsdl.namespace,
    portType: attribute(portType, 'name'),
    port,
    binding: attribute(binding, 'name'),
    operations,
    faults: new Map(faults.map((fault) => [fault.name, fault])),
    types: wsdl.schemas.allTypes(),
    schemaNamespaces: wsdl.schemas.namespaces,
    // Built on first use, without keeping a tree: few ask for WSDLs, and all together are a megabyte.
    get wsdlTemplate() {
      return (wsdlTemplate ??= writeXml(readInlinedWsdl(wsdlDirectory, serviceName).root));
    },
  };
}

interface ServiceParts {
  readonly service: string;
  readonly port: string;
  readonly binding: XmlElement;
  readonly portType: XmlElement;
}

/** Finds its way from the one port of a WSDL to the messages of its operations. */
class WsdlReader {
  readonly namespace: string;
  readonly schemas: SchemaReader;
  private readonly messages: ReadonlyMap<string, XmlElement>;
  /** One object per global element: a fault is the same in every operation that declares it. */
  private readonly elements = new Map<string, AnswerElement>();

  constructor(
    private readonly root: XmlElement,
    prefixes: ReadonlyMap<string, string>,
    private readonly source: string,
  ) {
    this.namespace = attribute(root, 'targetNamespace');
    const schemas = this.only(root, 'types').children;
    const foreign = schemas.find((each) => each.localName !== 'schema' || each.namespace !== XSD_NAMESPACE);
    if (foreign !== undefined) this.fail(`<${foreign.name}> in wsdl:types is not understood`);
    this.schemas = new SchemaReader(schemas, prefixes, source);
    this.messages = new Map(
      this.wsdlChildren(root, 'message').map((each) => [attribute(each, 'name'), each]),
    );
  }

  /** The names of service and port, and the binding and port type they lead to. There is one of each. */
  serviceParts(expectedName: string): ServiceParts {
    const serviceElement = this.only(this.root, 'service');
    const service = attribute(serviceElement, 'name');
    if (service !== expectedName) this.fail(`holds the service ${service}`);
    const port = this.only(serviceElement, 'port');
    const binding = this.only(this.root, 'binding');
    const portType = this.only(this.root, 'portType');
    this.expectReference(port, 'binding', binding);
    this.expectReference(binding, 'type', portType);
    this.soapChild(port, 'address');
    const style = this.soapChild(binding, 'binding');
    if (attribute(style, 'style') !== 'document') this.fail('the binding is not of style document');
    return { service, port: attribute(port, 'name'), binding, portType };
  }

  /** The operations of the port type, by name; the binding has to agree with it. */
  operations(portType: XmlElement, binding: XmlElement): ReadonlyMap<string, OperationDescriptor> {
    const bound = new Map(
      this.wsdlChildren(binding, 'operation').map((each) => [attribute(each, 'name'), each]),
    );
    const operations = new Map<string, OperationDescriptor>();
    for (const element of this.wsdlChildren(portType, 'operation')) {
      const name = attribute(element, 'name');
      if (operations.has(name)) this.fail(`operation ${name} is declared twice`);
      const boundOperation = bound.get(name) ?? this.fail(`operation ${name} has no binding`);
      operations.set(name, this.operation(name, element, boundOperation));
    }
    for (const name of bound.keys()) {
      if (!operations.has(name)) this.fail(`operation ${name} is bound but not declared`);
    }
    return operations;
  }

  private operation(name: string, element: XmlElement, bound: XmlElement): OperationDescriptor {
    const request = this.withMembers(this.messagePart(this.only(element, 'input')), `the request of ${name}`);
    if (request.name !== name) this.fail(`the request of ${name} is the element ${request.name}`);
    const declaredFaults = this.wsdlChildren(element, 'fault');
    const faults = declaredFaults.map((fault) => this.fault(name, fault));
    const namesOf = (each: readonly XmlElement[]) => each.map((fault) => attribute(fault, 'name')).join();
    if (namesOf(this.wsdlChildren(bound, 'fault')) !== namesOf(declaredFaults)) {
      this.fail(`the faults of ${name} differ between port type and binding`);
    }
    for (const direction of ['input', 'output']) {
      const body = this.soapChild(this.only(bound, direction), 'body');
      if (attribute(body, 'use') !== 'literal') this.fail(`the ${direction} of ${name} is not literal`);
    }
    return {
      name,
      soapAction: attribute(this.soapChild(bound, 'operation'), 'soapAction'),
      request,
      response: this.messagePart(this.only(element, 'output')),
      faults,
    };
  }

  private fault(operation: string, reference: XmlElement): MessageElement {
    const name = attribute(reference, 'name');
    const element = this.withMembers(this.messagePart(reference), `the fault ${name} of ${operation}`);
    if (name !== element.name && name !== `${element.name}_Exception`)
      this.fail(`the fault ${name} of ${operation} is the element ${element.name}`);
    return element;
  }

  private withMembers(element: AnswerElement | null, what: string): MessageElement {
    return element !== null && hasMembers(element) ? element : this.fail(`${what} has no members`);
  }

  /** The element of a message, null when the message has no part. */
  private messagePart(reference: XmlElement): AnswerElement | null {
    const name = this.localName(attribute(reference, 'message'));
    const message = this.messages.get(name) ?? this.fail(`no message ${name}`);
    const [part, ...others] = this.wsdlChildren(message, 'part');
    if (others.length > 0) this.fail(`message ${name} has more than one part`);
    if (part === undefined) return null;
    const qname = attribute(part, 'element');
    const element = this.elements.get(qname) ?? this.schemas.messageElement(qname);
    this.elements.set(qname, element);
    return element;
  }

  private expectReference(from: XmlElement, attributeName: string, to: XmlElement): void {
    if (this.localName(attribute(from, attributeName)) === attribute(to, 'name')) return;
    this.fail(`${from.name} refers to ${attribute(from, attributeName)}, not to ${attribute(to, 'name')}`);
  }

  /** The local part of a reference within this WSDL. */
  private localName(qname: string): string {
    const expanded = this.schemas.expand(qname);
    if (!expanded.startsWith(`{${this.namespace}}`)) this.fail(`${qname} is not of this WSDL`);
    return expanded.slice(this.namespace.length + 2);
  }

  private wsdlChildren(parent: XmlElement, localName: string): readonly XmlElement[] {
    return parent.children.filter(
      (each) => each.namespace === WSDL_NAMESPACE && each.localName === localName,
    );
  }

  private only(parent: XmlElement, localName: string): XmlElement {
    const [child, ...others] = this.wsdlChildren(parent, localName);
    if (child === undefined || others.length > 0)
      return this.fail(`${parent.name} needs exactly one ${localName}`);
    return child;
  }

  private soapChild(parent: XmlElement, localName: string): XmlElement {
    const found = parent.children.find(
      (each) => each.namespace === WSDL_SOAP_NAMESPACE && each.localName === localName,
    );
    return found ?? this.fail(`${parent.name} needs a SOAP 1.1 ${localName}`);
  }

  private fail(message: string): never {
    throw new Error(`${this.source}: ${message}`);
  }
}

function hasMembers(element: AnswerElement): element is MessageElement {
  return typeof element.type !== 'string';
}

function attribute(element: XmlElement, name: string): string {
  const value = element.attributes.get(name);
  if (value === undefined) throw new Error(`<${element.name}> without ${name}`);
  return value;
}
