import type { SimpleType } from './descriptors.js';

/** The JavaScript values of the XSD simple types: dates stay lexical, a long is a bigint. */
export type SimpleValue = string | number | bigint | boolean | Uint8Array;

/**
 * Parser of an element's text.
 * @returns the value; null for an empty boolean; undefined outside the lexical space
 */
export type SimpleParser = (text: string) => SimpleValue | null | undefined;

const INTEGER = /^[+-]?0*(\d{1,19})$/;
const DATE =
  /^(-?)(\d{4,9})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,12})?)?)?)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const XML_SPACE = /[\t\n\r ]+/g;
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u;
/** No sensible number or date is longer, however many zeros lead it. */
const MAX_LEXICAL_CHARS = 64;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** `whiteSpace="collapse"` for types whose values have no inner blanks: only the ends count. Blanks of XML, not of Unicode. */
function collapse(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** True for a text of XML white space only. */
export function isXmlBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isBlank(text.charCodeAt(i))) return false;
  return true;
}

/** True when XML 1.0 can carry the text. */
export function isXmlText(text: string): boolean {
  return !NOT_XML.test(text);
}

/** An empty int is 0, as in the original. Source: docs/contract/values.md#8. */
function parseInt32(text: string): number | undefined {
  const lexical = collapse(text);
  if (lexical === '') return 0;
  if (lexical.length > MAX_LEXICAL_CHARS || !INTEGER.test(lexical)) return undefined;
  const value = Number(lexical);
  // `| 0` also refuses what does not fit into 32 bits; + 0 makes -0 a plain zero.
  return value === (value | 0) ? value + 0 : undefined;
}

function parseLong(text: string): bigint | undefined {
  const lexical = collapse(text);
  const digits = lexical.length > MAX_LEXICAL_CHARS ? undefined : INTEGER.exec(lexical)?.[1];
  if (digits === undefined) return undefined;
  const value = lexical.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined;
}

function parseBoolean(text: string): boolean | null | undefined {
  const lexical = collapse(text);
  if (lexical === 'true' || lexical === '1') return true;
  if (lexical === 'false' || lexical === '0') return false;
  return lexical === '' ? null : undefined;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Parses an xs:date, zone included, as sent. A dateTime is cut to its date: node-soap clients send one for a
 * `Date`, and JAXB accepts it. A year or a month is its first day, as in JAXB.
 */
function parseDate(text: string): string | undefined {
  const parts = datePartsOf(text);
  if (parts === null || !isDate(parts)) return undefined;
  const { sign, year, month, day, zone } = parts;
  return `${sign}${year}-${month}-${day}${zone}`;
}

interface DateParts {
  readonly sign: string;
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time: readonly [hours: number, minutes: number, seconds: number];
  readonly zone: string;
}

function datePartsOf(text: string): DateParts | null {
  const lexical = collapse(text);
  const match = lexical.length > MAX_LEXICAL_CHARS ? null : DATE.exec(lexical);
  if (match === null) return null;
  const [, sign = '', year = '', month = '01', day = '01', hours, minutes, seconds, zone = ''] = match;
  const time = [Number(hours ?? 0), Number(minutes ?? 0), Number(seconds ?? 0)] as const;
  return { sign, year, month, day, time, zone };
}

function isDate({ year, month, day, time: [hours, minutes, seconds] }: DateParts): boolean {
  if (Number(year) === 0 || (year.length > 4 && year.startsWith('0'))) return false;
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  return isInRange(month, 12) && isInRange(day, daysInMonth(Number(year), Number(month)));
}

function isInRange(number: string, most: number): boolean {
  return Number(number) >= 1 && Number(number) <= most;
}

/** Complaint of JAXB about a text that is no date. Source: docs/contract/faults.md#5. */
export function dateComplaint(text: string): string {
  const lexical = collapse(text);
  const parts = datePartsOf(text);
  if (parts === null) return lexical;
  if (!isInRange(parts.month, 12)) return `Invalid value ${Number(parts.month)} for Month field.`;
  if (!isInRange(parts.day, 31)) return `Invalid value ${Number(parts.day)} for Day field.`;
  return `"${lexical}" is not a valid representation of an XML Gregorian Calendar value.`;
}

/** xs:base64Binary; blanks between the characters are allowed, the padding may be left out, empty text is an empty value. */
export function parseBase64(text: string): Uint8Array | undefined {
  const lexical = text.replace(XML_SPACE, '');
  const padding = lexical.endsWith('==') ? 2 : lexical.endsWith('=') ? 1 : 0;
  const chars = lexical.length - padding;
  const isWhole = padding === 0 ? chars % 4 !== 1 : lexical.length % 4 === 0;
  if (!isWhole || NOT_BASE64.test(lexical.slice(0, chars))) return undefined;
  return Buffer.from(lexical, 'base64');
}

/** Parsers by XSD type. Strings are taken exactly as sent. */
export const simpleParsers: Readonly<Record<SimpleType, SimpleParser>> = {
  string: (text) => text,
  int: parseInt32,
  long: parseLong,
  boolean: parseBoolean,
  date: parseDate,
  base64Binary: parseBase64,
  anyType: () => null,
};

/**
 * Writes a value in the lexical form of its type, not yet escaped for XML.
 * @throws TypeError when the value is not one of the type, e.g. Infinity for an int: a bug of the caller
 */
export const simpleFormatters: Readonly<Record<SimpleType, (value: unknown) => string>> = {
  string: formatString,
  int(value) {
    if (typeof value === 'number' && value === (value | 0)) return String(value | 0);
    throw new TypeError('not an int');
  },
  long(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value).toString();
    if (typeof value === 'bigint' && value >= LONG_MIN && value <= LONG_MAX) return value.toString();
    throw new TypeError('not a long');
  },
  boolean(value) {
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    throw new TypeError('not a boolean');
  },
  date(value) {
    const date = typeof value === 'string' ? parseDate(value) : undefined;
    if (typeof date === 'string') return date;
    throw new TypeError('not a date');
  },
  base64Binary(value) {
    if (!(value instanceof Uint8Array)) throw new TypeError('not a Uint8Array');
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  },
  anyType: formatString,
};

function formatString(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('not a string');
}
