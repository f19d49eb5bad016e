import type { ComplexTypeDescriptor, FieldDescriptor, MessageElement } from '../contract/descriptors.js';
import { XSI } from '../contract/limits.js';
import { escapeAttribute } from '../../util/escape-markup.js';
import { type FieldWriter, simpleWriter, type TypeWriter, writeFields } from './write-fields.js';
import { writePieces } from './write-pieces.js';

/**
 * Encoder of one element's message; `undefined` and null fields count as not set. It throws a TypeError
 * naming the element for a value of another type, which is a handler's bug.
 */
export type MessageEncoder = (value: unknown) => string;

/** The same text in pieces, where repeated fields of the message itself may be AsyncIterables. */
export type PiecesEncoder = (value: Readonly<Record<string, unknown>>) => AsyncGenerator<string>;

const NIL = ` xmlns:xsi="${XSI}" xsi:nil="true"/>`;

/**
 * The namespaces that responses declare, in the order in which CXF's samples number them from ns2 on. Prefix numbers are no contract, but
 * some clients match on text.
 * Source: docs/contract/wire.md#3.
 */
const PREFIX_ORDER = [
  'http://dataobjects.soap.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.admin.openexchange.com/xsd',
  'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd',
  'http://dataobjects.soap.reseller.admin.openexchange.com/xsd',
  'http://exceptions.rmi.admin.openexchange.com/xsd',
  'http://rmi.java/xsd',
];

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
   * @param serviceNamespace default namespace of messages, without a prefix
   * @param elementNamespaces namespaces of the service's elements
   * @param writesNil true to write every unset nillable element as nil; false only where it is required
   */
  constructor(
    serviceNamespace: string,
    elementNamespaces: Iterable<string>,
    private readonly writesNil = true,
  ) {
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

  /** An encoder for one message element. */
  message(element: MessageElement): MessageEncoder {
    const { open, close, empty } = this.messageTags(element);
    const writer = this.typeWriter(element.type, element.namespace);
    return (value) => {
      const content = writeFields(element.name, writer, value ?? {});
      return content === '' ? empty : open + content + close;
    };
  }

  /** An encoder for one message element that is too long to be held as a whole. */
  pieces(element: MessageElement): PiecesEncoder {
    const tags = this.messageTags(element);
    const writer = this.typeWriter(element.type, element.namespace);
    return (value) => writePieces(tags, writer, value);
  }

  private messageTags({ name, namespace }: MessageElement): Pick<Tags, 'open' | 'close' | 'empty'> {
    const start = `<${name} xmlns="${escapeAttribute(namespace)}"${this.declarations}`;
    return { open: `${start}>`, close: `</${name}>`, empty: `${start}/>` };
  }

  private typeWriter(type: ComplexTypeDescriptor, defaultNamespace: string): TypeWriter {
    const writers = this.writers.get(defaultNamespace) ?? new Map<ComplexTypeDescriptor, TypeWriter>();
    this.writers.set(defaultNamespace, writers);
    const known = writers.get(type);
    if (known !== undefined) return known;
    const fields: FieldWriter[] = [];
    const offsets = [0];
    const writer = { fields, offsets, unset: '' };
    // Kept before it is complete, for a type may contain itself.
    writers.set(type, writer);
    for (const field of type.fields) {
      const fieldWriter = this.fieldWriter(field, defaultNamespace);
      fields.push(fieldWriter);
      writer.unset += fieldWriter.unset;
      offsets.push(writer.unset.length);
    }
    return writer;
  }

  private fieldWriter(field: FieldDescriptor, defaultNamespace: string): FieldWriter {
    const { name, type, repeated, nillable, required } = field;
    const tags = this.tags(field, defaultNamespace);
    const unset = nillable && !repeated && (this.writesNil || required) ? tags.nil : '';
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

  /**
   * Adds a prefix outside of the default namespace; an element in no or an undeclared namespace declares its
   * own.
   */
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
