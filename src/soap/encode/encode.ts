import type {
  AnswerElement,
  ComplexTypeDescriptor,
  FieldDescriptor,
  MessageElement,
} from '../contract/descriptors.js';
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
  private readonly defaultNamespace: string;
  private readonly prefixes: ReadonlyMap<string, string>;
  private readonly declarations: string;
  private readonly writers = new Map<string, Map<ComplexTypeDescriptor, TypeWriter>>();

  /**
   * @param namespaces of the service's elements: the default one, then those that get a prefix, ns2 and so on
   * @param writesNil true to write every unset nillable element as nil; false only where it is required
   */
  constructor(
    namespaces: readonly string[],
    private readonly writesNil = true,
  ) {
    const [first = '', ...others] = namespaces;
    this.defaultNamespace = first;
    this.prefixes = new Map(others.map((namespace, index) => [namespace, `ns${index + 2}`]));
    const declarations = [...this.prefixes].map(
      ([namespace, prefix]) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`,
    );
    this.declarations = ` xmlns="${escapeAttribute(first)}"${declarations.join('')}`;
  }

  /** An encoder for one message element. */
  message({ name, namespace, type }: AnswerElement): MessageEncoder {
    const { open, close, empty } = this.messageTags({ name, namespace });
    if (typeof type === 'string') {
      const write = simpleWriter(name, type, open, close);
      return (value) => write(value as NonNullable<unknown>);
    }
    const writer = this.typeWriter(type, this.defaultNamespace);
    return (value) => {
      const content = writeFields(name, writer, value ?? {});
      return content === '' ? empty : open + content + close;
    };
  }

  /** An encoder for one message element that is too long to be held as a whole. */
  pieces(element: MessageElement): PiecesEncoder {
    const tags = this.messageTags(element);
    const writer = this.typeWriter(element.type, this.defaultNamespace);
    return (value) => writePieces(tags, writer, value);
  }

  private messageTags({
    name,
    namespace,
  }: Omit<MessageElement, 'type'>): Pick<Tags, 'open' | 'close' | 'empty'> {
    const prefix = this.prefixes.get(namespace);
    const tag = prefix === undefined ? name : `${prefix}:${name}`;
    const start = `<${tag}${this.declarations}`;
    return { open: `${start}>`, close: `</${tag}>`, empty: `${start}/>` };
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
