import type { SimpleType } from '../contract/descriptors.js';
import { simpleFormatters } from '../contract/lexical.js';
import { escapeText } from '../../util/escape-markup.js';

/** One child of a complex type, ready to be written. */
export interface FieldWriter {
  readonly name: string;
  readonly repeated: boolean;
  /** Encoding of an unset value: a nil element or nothing. */
  readonly unset: string;
  readonly write: (value: NonNullable<unknown>) => string;
}

/** A complex type ready to be written with a given default namespace in scope. */
export interface TypeWriter {
  readonly fields: readonly FieldWriter[];
  /** Encoding of all fields together when none is set. */
  readonly unset: string;
  /** Offset of each field's part in `unset`, and of the end. */
  readonly offsets: readonly number[];
}

/** The children of an element. @throws TypeError that names the element when a value does not fit its type */
export function writeFields(name: string, writer: TypeWriter, value: NonNullable<unknown>): string {
  if (typeof value !== 'object') throw new TypeError(`Cannot write element ${name}: not an object`);
  const record = value as Readonly<Record<string, unknown>>;
  const { fields, unset, offsets } = writer;
  let out = '';
  // Most fields are unset, so the text of a run of them is copied in one piece.
  let unsetFrom = 0;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) break;
    const child = record[field.name];
    if (child === undefined || child === null) continue;
    const unsetTo = offsets[i] ?? 0;
    if (unsetTo > unsetFrom) out += unset.slice(unsetFrom, unsetTo);
    unsetFrom = offsets[i + 1] ?? unsetTo;
    out += field.repeated ? writeList(field, child) : field.write(child);
  }
  return out + unset.slice(unsetFrom);
}

/** @throws TypeError when the value does not fit the field */
export function writeField(field: FieldWriter, child: unknown): string {
  if (child === undefined || child === null) return field.unset;
  return field.repeated ? writeList(field, child) : field.write(child);
}

function writeList(field: FieldWriter, list: NonNullable<unknown>): string {
  if (!Array.isArray(list)) throw new TypeError(`Cannot write element ${field.name}: not a list`);
  let out = '';
  for (const item of list as unknown[]) if (item !== undefined && item !== null) out += field.write(item);
  return out;
}

/** Writes elements of a simple type. */
export function simpleWriter(
  name: string,
  type: SimpleType,
  open: string,
  close: string,
): (value: NonNullable<unknown>) => string {
  const format = simpleFormatters[type];
  const writeAny = (value: NonNullable<unknown>): string => {
    try {
      return open + escapeText(format(value)) + close;
    } catch (error) {
      throw new TypeError(
        `Cannot write element ${name}: ${error instanceof Error ? error.message : 'bad value'}`,
      );
    }
  };
  if (type !== 'string') return writeAny;
  return (value) => (typeof value === 'string' ? open + escapeText(value) + close : writeAny(value));
}
