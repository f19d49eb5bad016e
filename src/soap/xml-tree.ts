import { SaxesParser } from 'saxes';
import { escapeAttribute } from './escape-text.js';

/** One element of a small, trusted XML file. Text, comments and processing instructions are not kept. */
export interface XmlElement {
  /** The name as written, prefix included. */
  readonly name: string;
  readonly localName: string;
  readonly namespace: string;
  /** Attributes as written, `xmlns…` included, in document order. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
}

/**
 * Parses one of our own contract files. Not for requests: nothing is bounded here.
 * @param source the file's name, for the message of the error
 * @throws Error when the text is not well-formed or holds character data (a WSDL has none)
 */
export function parseXml(text: string, source: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: true, fileName: source });
  const open: { element: XmlElement; children: XmlElement[] }[] = [];
  let root: XmlElement | undefined;
  parser.on('error', (error) => {
    throw new Error(error.message);
  });
  parser.on('opentag', (tag) => {
    const attributes = new Map(Object.values(tag.attributes).map((each) => [each.name, each.value]));
    const children: XmlElement[] = [];
    const element = { name: tag.name, localName: tag.local, namespace: tag.uri, attributes, children };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push({ element, children });
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', (characters) => {
    if (characters.trim() !== '') throw new Error(`${source}: unexpected text "${characters.trim()}"`);
  });
  parser.write(text).close();
  if (root === undefined) throw new Error(`${source}: no root element`);
  return root;
}

/** Writes a tree as an indented document with an XML declaration. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, '')}`;
}

function writeElement(element: XmlElement, indent: string): string {
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`);
  const start = `${indent}<${element.name}${attributes.join('')}`;
  if (element.children.length === 0) return `${start}/>\n`;
  const content = element.children.map((child) => writeElement(child, `${indent}  `)).join('');
  return `${start}>\n${content}${indent}</${element.name}>\n`;
}
