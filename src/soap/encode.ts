import type { ComplexTypeDescriptor, FieldDescriptor, MessageElement, SimpleType } from './descriptors.js';
import { simpleFormatters } from './lexical.js';
import { SOAP_11, XSI } from './namespaces.js';

/** Writes the message of one element; `undefined` and null fields count as not set. */
export type MessageEncoder = (value: unknown) => string;

const NIL = ` xmlns:xsi="${XSI}" xsi:nil="true"/>`;

/**
 * The namespaces that responses declare, in the order in which CXF's samples number them from ns2 on.
 * OX: wire.md 4; prefix numbers are no contract, but some clients match on text.
 */
const PREFIX_ORDER = [
  'http://dataobjects.soap.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd',
  'http://dataobjects.soap.reseller.admin.openexchange.com/xsd',
  'http://exceptions.rmi.admin.openexchange.com/xsd',
  'http://rmi.java/xsd',
];

/**
 * Escapes element text. Characters that XML 1.0 cannot carry at all become U+FFFD; a carriage return would come out as a
 * line feed unless written as a reference.
 */
export function escapeText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, escapeCharacter) : text;
}

/** Markup, the carriage return and whatever XML 1.0 does not allow. */
const NEEDS_ESCAPE = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/;
/** The same, and whole surrogate pairs so that they can be kept. */
const ESCAPED = /[\ud800-\udbff][\udc00-\udfff]|[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/g;

function escapeCharacter(character: string): string {
  if (character.length === 2) return character;
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  if (character === '>') return '&gt;';
  return character === '\r' ? '&#13;' : '\ufffd';
}

/** Puts the content of a Body, possibly none, into an envelope. No XML declaration, as CXF. */
export function writeEnvelope(body: string): string {
  const content = body === '' ? '<soap:Body/>' : `<soap:Body>${body}</soap:Body>`;
  return `<soap:Envelope xmlns:soap="${SOAP_11}">${content}</soap:Envelope>`;
}

/** One child of a complex type, ready to be written. */
interface FieldWriter {
  readonly name: string;
  readonly repeated: boolean;
  /** What stands for a value that is not set: a nil element or nothing. */
  readonly unset: string;
  readonly write: (value: NonNullable<unknown>) => string;
}

/** A complex type ready to be written with a given default namespace in scope. */
interface TypeWriter {
  readonly fields: FieldWriter[];
}

/** Start tag, end tag and the default namespace that holds inside of an element. */
interface Tags {
  readonly open: string;
  readonly close: string;
  readonly empty: string;
  readonly nil: string;
  readonly inner: string;
}

/** Makes encoders of message elements. All types of a service share their writers. */
export class EncoderCompiler {
  private readonly prefixes = new Map<string, string>();
  private readonly declarations: string;
  private readonly writers = new Map<string, Map<ComplexTypeDescriptor, TypeWriter>>();

  /**
   * @param serviceNamespace the default namespace of messages, which gets no prefix
   * @param elementNamespaces the namespaces in which the service has elements
   */
  constructor(serviceNamespace: string, elementNamespaces: Iterable<string>) {
    const known = new Set(elementNamespaces);
    known.delete(serviceNamespace);
    known.delete('');
    const ordered = [...PREFIX_ORDER.filter((namespace) => known.has(namespace)), ...known];
    for (const namespace of new Set(ordered)) this.prefixes.set(namespace, `ns${this.prefixes.size + 2}`);
    this.declarations = Array.from(
      this.prefixes,
      ([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`,
    ).join('');
  }

  /**
   * An encoder for one message element.
   * It throws a TypeError that names the element when a value does not fit its type: a bug of the handler.
   */
  message({ name, namespace, type }: MessageElement): MessageEncoder {
    const start = `<${name} xmlns="${escapeAttribute(namespace)}"${this.declarations}`;
    const writer = this.typeWriter(type, namespace);
    return (value) => {
      const content = writeFields(name, writer, value ?? {});
      return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
    };
  }

  private typeWriter(type: ComplexTypeDescriptor, defaultNamespace: string): TypeWriter {
    const writers = this.writers.get(defaultNamespace) ?? new Map<ComplexTypeDescriptor, TypeWriter>();
    this.writers.set(defaultNamespace, writers);
    const known = writers.get(type);
    if (known !== undefined) return known;
    const writer: TypeWriter = { fields: [] };
    writers.set(type, writer);
    for (const field of type.fields) writer.fields.push(this.fieldWriter(field, defaultNamespace));
    return writer;
  }

  private fieldWriter(field: FieldDescriptor, defaultNamespace: string): FieldWriter {
    const { name, type, repeated, nillable } = field;
    const tags = this.tags(field, defaultNamespace);
    const unset = nillable && !repeated ? tags.nil : '';
    if (typeof type === 'string') {
      return { name, repeated, unset, write: simpleWriter(name, type, tags.open, tags.close) };
    }
    const writer = this.typeWriter(type, tags.inner);
    const write = (value: NonNullable<unknown>): string => {
      const content = writeFields(name, writer, value);
      return content === '' ? tags.empty : tags.open + content + tags.close;
    };
    return { name, repeated, unset, write };
  }

  /** An element outside of the default namespace has a prefix; one in no namespace, or in none declared, says so itself. */
  private tags({ name, namespace }: FieldDescriptor, defaultNamespace: string): Tags {
    const prefix = namespace === defaultNamespace ? undefined : this.prefixes.get(namespace);
    const tag = prefix === undefined ? name : `${prefix}:${name}`;
    const redeclares = prefix === undefined && namespace !== defaultNamespace;
    const start = redeclares ? `<${tag} xmlns="${escapeAttribute(namespace)}"` : `<${tag}`;
    return {
      open: `${start}>`,
      close: `</${tag}>`,
      empty: `${start}/>`,
      nil: start + NIL,
      inner: redeclares ? namespace : defaultNamespace,
    };
  }
}

function writeFields(name: string, writer: TypeWriter, value: NonNullable<unknown>): string {
  if (typeof value !== 'object') throw new TypeError(`Cannot write element ${name}: not an object`);
  const record = value as Readonly<Record<string, unknown>>;
  const { fields } = writer;
  let out = '';
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) break;
    const child = record[field.name];
    if (child === undefined || child === null) out += field.unset;
    else if (field.repeated) out += writeList(field, child);
    else out += field.write(child);
  }
  return out;
}

function writeList(field: FieldWriter, list: NonNullable<unknown>): string {
  if (!Array.isArray(list)) throw new TypeError(`Cannot write element ${field.name}: not a list`);
  let out = '';
  for (const item of list as unknown[]) if (item !== undefined && item !== null) out += field.write(item);
  return out;
}

function simpleWriter(
  name: string,
  type: SimpleType,
  open: string,
  close: string,
): (value: NonNullable<unknown>) => string {
  const format = simpleFormatters[type];
  return (value) => {
    if (typeof value === 'string' && type === 'string') return open + escapeText(value) + close;
    try {
      return open + escapeText(format(value)) + close;
    } catch (error) {
      throw new TypeError(
        `Cannot write element ${name}: ${error instanceof Error ? error.message : 'bad value'}`,
      );
    }
  };
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;');
}
