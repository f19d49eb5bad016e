import type { AnswerElement, MessageElement } from '../contract/descriptors.js';
import { SOAP_11 } from '../contract/limits.js';
import { type TypeWriter, writeField } from './write-fields.js';

/** Size of a piece: large enough that its handling costs next to nothing. */
const PIECE_CHARS = 16 * 1024;

/** A message that is written in pieces. */
interface PiecedMessage {
  readonly element: MessageElement;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The message if a repeated field of it is an AsyncIterable; null when it is written as a whole. */
export function piecedMessage({ type, ...names }: AnswerElement, value: unknown): PiecedMessage | null {
  if (typeof type === 'string' || typeof value !== 'object' || value === null) return null;
  const record = value as Readonly<Record<string, unknown>>;
  const isPieced = type.fields.some(({ name, repeated }) => repeated && isAsyncIterable(record[name]));
  return isPieced ? { element: { ...names, type }, value: record } : null;
}

/** Puts the pieces of a Body's content into an envelope. */
export async function* envelopePieces(content: AsyncGenerator<string>): AsyncGenerator<string> {
  yield ENVELOPE_START;
  yield* content;
  yield ENVELOPE_END;
}

/** The text of a message. An item is never divided between two pieces. */
export async function* writePieces(
  tags: { readonly open: string; readonly close: string; readonly empty: string },
  writer: TypeWriter,
  value: Readonly<Record<string, unknown>>,
): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const piece of fieldPieces(writer, value)) {
    yield isEmpty ? tags.open + piece : piece;
    isEmpty = false;
  }
  yield isEmpty ? tags.empty : tags.close;
}

async function* fieldPieces(
  writer: TypeWriter,
  record: Readonly<Record<string, unknown>>,
): AsyncGenerator<string> {
  let piece = '';
  for (const field of writer.fields) {
    const child = record[field.name];
    if (!field.repeated || !isAsyncIterable(child)) {
      piece += writeField(field, child);
      continue;
    }
    for await (const item of child) {
      if (item === undefined || item === null) continue;
      piece += field.write(item);
      if (piece.length < PIECE_CHARS) continue;
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Envelope around the content of a Body. No XML declaration, as CXF. */
const ENVELOPE_START = `<soap:Envelope xmlns:soap="${SOAP_11}"><soap:Body>`;
const ENVELOPE_END = '</soap:Body></soap:Envelope>';

/** Puts the content of a Body, possibly none, into an envelope. An empty Body has two tags. Source: docs/contract/wire.md#3. */
export function writeEnvelope(body: string): string {
  return ENVELOPE_START + body + ENVELOPE_END;
}
