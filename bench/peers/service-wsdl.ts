import { writeXml, type XmlElement, readInlinedWsdl } from '../../src/soap/contract/inline-wsdl.js';

const wsdlDirectory = new URL('../../wsdl/', import.meta.url);
const operations = new Set(['create', 'getData']);
const messages = new Set([...operations].flatMap((name) => [`${name}Request`, `${name}Response`]));
const elements = new Set([...operations].flatMap((name) => [name, `${name}Response`]));

/** OXResellerUserService as Oxbow serves it, self-contained, for code generators and servers that read a WSDL. */
export function serviceWsdl(): string {
  return addressed(readInlinedWsdl(wsdlDirectory, 'OXResellerUserService').root);
}

/**
 * The same with only the operations that a peer answers, since generated servers must implement every one. The types are the
 * same, to the last member.
 */
export function twoOperationsWsdl(): string {
  return addressed(reduced(readInlinedWsdl(wsdlDirectory, 'OXResellerUserService').root));
}

function addressed(root: XmlElement): string {
  return writeXml(root).replaceAll('{address}', 'http://127.0.0.1/webservices/OXResellerUserService');
}

function reduced(element: XmlElement): XmlElement {
  return { ...element, children: element.children.filter((child) => isKept(element, child)).map(reduced) };
}

function isKept(parent: XmlElement, { localName, attributes }: XmlElement): boolean {
  const name = attributes.get('name') ?? '';
  if (localName === 'operation' && name !== '') return operations.has(name);
  if (localName === 'message') return messages.has(name) || name.endsWith('Exception');
  if (localName === 'element' && parent.localName === 'schema') {
    return elements.has(name) || name.endsWith('Exception');
  }
  return true;
}
