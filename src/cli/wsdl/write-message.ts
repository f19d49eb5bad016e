import { escapeAttribute, escapeText } from '../../util/escape-markup.js';
import { isXmlText } from '../../soap/contract/lexical.js';
import type { ContentShape, ElementShape } from './element-shape.js';
import { nearNames } from './near-names.js';
import { ArgumentError } from './wsdl-error.js';

/** The member with attributes, and the one with text beside them. */
export const attributesKey = '$attributes';
const textKey = '$value';

/**
 * Writes the body's element from JSON: members in the order of the schema, each in its namespace.
 * @throws ArgumentError naming every member that the schema does not have, or the first value that does not fit
 */
export function writeMessage(root: ElementShape, value: unknown): string {
  const unknown = unknownMembers(root, value, '');
  if (unknown.length > 0) throw new ArgumentError(unknown.join('\n'));
  return new MessageWriter().document(root, value);
}

class MessageWriter {
  private readonly prefixes = new Map<string, string>();

  document(root: ElementShape, value: unknown): string {
    const name = this.qname(root);
    const content = this.content(root.content(), value, '');
    const declared = [...this.prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`);
    return `<${name}${declared.join('')}${content.attributes}>${content.xml}</${name}>`;
  }

  private member(shape: ElementShape, value: unknown, path: string): string {
    if (!Array.isArray(value)) return this.element(shape, value, path);
    if (!shape.isList) throw new ArgumentError(`${path} is not a list`);
    return value.map((item, at) => this.element(shape, item, `${path}[${at}]`)).join('');
  }

  private element(shape: ElementShape, value: unknown, path: string): string {
    const name = this.qname(shape);
    if (value === null) {
      if (shape.isNillable) return `<${name} xsi:nil="true"/>`;
      throw new ArgumentError(`${path} must not be null; leave it out`);
    }
    const { attributes, xml } = this.content(shape.content(), value, path);
    return `<${name}${attributes}>${xml}</${name}>`;
  }

  private content(shape: ContentShape, value: unknown, path: string): { attributes: string; xml: string } {
    if (!isStructured(shape)) return { attributes: '', xml: simpleText(shape.text, value, path) };
    if (!isObject(value)) {
      if (shape.text !== null) return { attributes: '', xml: simpleText(shape.text, value, path) };
      throw new ArgumentError(`${path === '' ? 'the arguments' : path} must be an object`);
    }
    const members = shape.members.map((each) =>
      Object.hasOwn(value, each.name) ? this.member(each, value[each.name], joinedPath(path, each.name)) : '',
    );
    const text = Object.hasOwn(value, textKey) ? simpleText(shape.text, value[textKey], path) : '';
    const given = isObject(value[attributesKey]) ? value[attributesKey] : {};
    const attributes = Object.entries(given).map(
      ([name, each]) => ` ${name}="${attributeText(simpleText('string', each, joinedPath(path, name)))}"`,
    );
    return { attributes: attributes.join(''), xml: members.join('') + text };
  }

  private qname({ namespace, name }: ElementShape): string {
    if (namespace === '') return name;
    const prefix = this.prefixes.get(namespace) ?? `n${this.prefixes.size + 1}`;
    this.prefixes.set(namespace, prefix);
    return `${prefix}:${name}`;
  }
}

/** Complaints about members without a place in the schema, which the `soap` package would send anyhow. */
function unknownMembers(shape: ElementShape, value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => unknownMembers(shape, item, `${path}[${at}]`));
  if (!isObject(value)) return [];
  const content = shape.content();
  if (!isStructured(content)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = joinedPath(path, name);
    if (name === attributesKey) return unknownAttributes(content, inner, at);
    if (name === textKey && content.text !== null) return [];
    const member = content.members.find((each) => each.name === name);
    return member === undefined
      ? [
          complaint(
            at,
            name,
            content.members.map((each) => each.name),
          ),
        ]
      : unknownMembers(member, inner, at);
  });
}

function unknownAttributes({ attributes }: ContentShape, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path} must be an object`];
  return Object.keys(value)
    .filter((name) => !attributes.includes(name))
    .map((name) => complaint(joinedPath(path, name), name, attributes));
}

function complaint(path: string, name: string, known: readonly string[]): string {
  const near = nearNames(name, known);
  if (near.length > 0) return `unknown argument ${path}; did you mean ${near.join(', ')}?`;
  return `unknown argument ${path}; known here: ${known.length === 0 ? 'none' : known.join(', ')}`;
}

const integers: ReadonlySet<string> = new Set(
  'int integer long short byte unsignedInt unsignedLong unsignedShort unsignedByte nonNegativeInteger positiveInteger negativeInteger nonPositiveInteger'.split(
    ' ',
  ),
);

/** Escaped text of a simple type. */
function simpleText(type: string | null, value: unknown, path: string): string {
  if (typeof value === 'number') return numberText(type, value, path);
  if (typeof value === 'boolean') {
    if (type !== 'boolean' && type !== 'string')
      throw new ArgumentError(`${path} is ${type ?? 'empty'}, not a boolean`);
    return String(value);
  }
  if (typeof value !== 'string') throw new ArgumentError(`${path} must be a single value`);
  if (!isXmlText(value)) throw new ArgumentError(`${path} holds a character that XML cannot carry`);
  const isFitting =
    type === null
      ? value === ''
      : type === 'boolean'
        ? /^(true|false|1|0)$/.test(value)
        : !integers.has(type) || /^[+-]?\d+$/.test(value);
  if (!isFitting) throw new ArgumentError(`${path} must be ${type ?? 'empty'}`);
  return escapeText(value);
}

function numberText(type: string | null, value: number, path: string): string {
  if (type === null || type === 'boolean') throw new ArgumentError(`${path} must be ${type ?? 'empty'}`);
  if (integers.has(type) && !Number.isInteger(value)) throw new ArgumentError(`${path} must be ${type}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new ArgumentError(`${path} is too long a number for JSON; put it in quotes`);
  return String(value);
}

function isStructured({ members, attributes, text }: ContentShape): boolean {
  return members.length > 0 || attributes.length > 0 || text === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function joinedPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Escaped text in quotes; what a reader would turn into spaces is escaped, too. */
function attributeText(text: string): string {
  return text.replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
