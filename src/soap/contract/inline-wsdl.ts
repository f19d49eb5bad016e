import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { escapeAttribute } from '../../util/escape-markup.js';

export const XSD_NAMESPACE = 'http://www.w3.org/2001/XMLSchema';
export const WSDL_NAMESPACE = 'http://schemas.xmlsoap.org/wsdl/';
export const WSDL_SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/wsdl/soap/';

const FORM_DEFAULT = 'elementFormDefault';

/** Stands in the served WSDL where the endpoint's URL goes. */
export const ADDRESS_PLACEHOLDER = '{address}';

/** Namespace of our own marks in the shared schemas, see wsdl/README.md. */
const CONTRACT_NAMESPACE = 'urn:oxbow:contract';

/** The service namespace as the shared schemas write it; a WSDL puts its own target namespace in its place. */
const SHARED_SERVICE_NAMESPACE = 'http://soap.reseller.admin.openexchange.com';

/** A WSDL made self-contained, and the prefixes that its QNames use. */
export interface InlinedWsdl {
  readonly root: XmlElement;
  readonly prefixes: ReadonlyMap<string, string>;
}

/**
 * Reads `<service>.wsdl` with its shared schemas inlined. Parts marked `ox:in` for other services and the
 * marks are dropped. The service namespace is replaced, and the address becomes a placeholder.
 * @throws Error when a file is missing or breaks the rules of wsdl/README.md
 */
export function readInlinedWsdl(wsdlDirectory: URL, serviceName: string): InlinedWsdl {
  const file = new URL(`${serviceName}.wsdl`, wsdlDirectory);
  const definitions = parseFile(file);
  const source = basename(file.pathname);
  if (definitions.localName !== 'definitions' || definitions.namespace !== WSDL_NAMESPACE) {
    throw new Error(`${source}: the root element is not wsdl:definitions`);
  }
  const prefixes = rootPrefixes(definitions);
  const targetNamespace = definitions.attributes.get('targetNamespace');
  if (targetNamespace === undefined) throw new Error(`${source}: no targetNamespace`);
  const context: InlineContext = { file, source, serviceName, targetNamespace, prefixes };
  return { root: inlineElement(definitions, context, true), prefixes };
}

interface InlineContext {
  readonly file: URL;
  readonly source: string;
  readonly serviceName: string;
  readonly targetNamespace: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

function inlineElement(element: XmlElement, context: InlineContext, isRoot = false): XmlElement {
  if (!isRoot && [...element.attributes.keys()].some(isNamespaceDeclaration)) {
    throw new Error(
      `${context.source}: <${element.name}> declares a namespace; declare it on the root element`,
    );
  }
  if (element.namespace === WSDL_SOAP_NAMESPACE && element.localName === 'address') {
    return { ...element, attributes: new Map([['location', ADDRESS_PLACEHOLDER]]) };
  }
  const children = element.children.map((child) => inlineElement(child, context));
  return isSchema(element) ? inlineSchema({ ...element, children }, context) : { ...element, children };
}

/** Imports come first and once each, as XML Schema wants it; then what was included, in place. */
function inlineSchema(schema: XmlElement, context: InlineContext): XmlElement {
  const content = withoutIncludes(schema, context);
  const imports = new Map<string, XmlElement>();
  for (const child of content.filter((each) => isXsd(each, 'import'))) {
    const namespace = child.attributes.get('namespace') ?? '';
    imports.set(namespace, { ...child, attributes: new Map([['namespace', namespace]]) });
  }
  return { ...schema, children: [...imports.values(), ...content.filter((each) => !isXsd(each, 'import'))] };
}

/** The children of a schema with those of the files it includes, and that these include, in their place. */
function withoutIncludes(schema: XmlElement, context: InlineContext): readonly XmlElement[] {
  const targetNamespace = schema.attributes.get('targetNamespace');
  return schema.children.flatMap((child) => {
    if (!isXsd(child, 'include')) return [child];
    const location = child.attributes.get('schemaLocation');
    if (location === undefined) throw new Error(`${context.source}: xsd:include without schemaLocation`);
    const file = new URL(location, context.file);
    const included = readIncluded({ ...context, file, source: location });
    if (included.attributes.get('targetNamespace') !== targetNamespace) {
      throw new Error(`${context.source}: ${location} is not of ${targetNamespace}`);
    }
    const content = withoutIncludes(included, { ...context, file, source: location });
    if (included.attributes.get(FORM_DEFAULT) === schema.attributes.get(FORM_DEFAULT)) return content;
    if (schema.attributes.has(FORM_DEFAULT))
      throw new Error(`${context.source}: ${FORM_DEFAULT} of ${targetNamespace} differs from its file`);
    return content.map((each) => ({ ...each, children: each.children.map(sayingForm) }));
  });
}

/** The part of a type whose elements each say that they are qualified. The original's plain services write one schema so. */
function sayingForm(part: XmlElement): XmlElement {
  const children = part.children.map(sayingForm);
  const isElement = isXsd(part, 'element');
  const attributes = isElement ? new Map([...part.attributes, ['form', 'qualified']]) : part.attributes;
  return { ...part, attributes, children };
}

/** The shared schema of `context.file`, as far as it belongs to the service. */
function readIncluded(context: InlineContext): XmlElement {
  const shared = parseFile(context.file);
  if (!isSchema(shared)) throw new Error(`${context.source}: the root element is not xsd:schema`);
  const schema = forService(shared, context);
  for (const [prefix, namespace] of rootPrefixes(schema)) {
    if (namespace === CONTRACT_NAMESPACE || context.prefixes.get(prefix) === namespace) continue;
    if (!context.prefixes.has(prefix) && !usesPrefix(schema, prefix)) continue;
    throw new Error(
      `${context.source}: prefix ${prefix} does not mean in ${context.serviceName}.wsdl what it means here`,
    );
  }
  return schema;
}

/** The part of a shared schema that belongs to one service, without our marks. */
function forService(element: XmlElement, context: InlineContext): XmlElement {
  const attributes = new Map<string, string>();
  for (const [name, value] of element.attributes) {
    if (name === 'ox:in') continue;
    if (name.startsWith('ox:')) throw new Error(`${context.source}: unknown mark ${name}`);
    attributes.set(name, value === SHARED_SERVICE_NAMESPACE ? context.targetNamespace : value);
  }
  const children = element.children
    .filter((child) => child.attributes.get('ox:in')?.split(/\s+/).includes(context.serviceName) ?? true)
    .map((child) => forService(child, context));
  return { ...element, attributes, children };
}

function usesPrefix(element: XmlElement, prefix: string): boolean {
  const used = [...element.attributes].some(
    ([name, value]) => !isNamespaceDeclaration(name) && value.startsWith(`${prefix}:`),
  );
  return (
    used ||
    element.name.startsWith(`${prefix}:`) ||
    element.children.some((child) => usesPrefix(child, prefix))
  );
}

function rootPrefixes(root: XmlElement): ReadonlyMap<string, string> {
  const declarations = [...root.attributes].filter(([name]) => isNamespaceDeclaration(name));
  return new Map(declarations.map(([name, namespace]) => [name.slice('xmlns:'.length), namespace]));
}

function isNamespaceDeclaration(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:');
}

function isSchema(element: XmlElement): boolean {
  return isXsd(element, 'schema');
}

function isXsd(element: XmlElement, localName: string): boolean {
  return element.namespace === XSD_NAMESPACE && element.localName === localName;
}

function parseFile(file: URL): XmlElement {
  return parseXml(readFileSync(file, 'utf8'), basename(fileURLToPath(file)));
}

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
