import { child, parseXml, type XmlNode } from '../support/wire/xml-tree.js';
import type { Observed, ObservedAnswer, ObservedStep } from './observed-case.js';
import type { HttpAnswer } from './observed-server.js';
import type { Placeholders } from './placeholders.js';

/** Members that the corpus leaves out: secrets, and names of databases and storages. */
const leftOut = new Set(['password', 'filestore_name', 'readDatabase', 'writeDatabase']);
const specialUse = 'com.openexchange.mail.specialuse.check';

export interface ReadAnswer {
  readonly fault: { readonly code: string; readonly text: string; readonly exception: string | null } | null;
  /** The content of each `return`, or of the response itself where it is bare. */
  readonly values: readonly Observed[];
  readonly bodyElement: string | null;
}

/** What an answer says; null when it is no SOAP message. */
export function readAnswer({ text }: HttpAnswer, step: ObservedStep): ReadAnswer | null {
  let root: XmlNode;
  try {
    root = parseXml(text);
  } catch {
    return null;
  }
  const body = child(root, 'Body');
  if (root.local !== 'Envelope' || body === undefined) return null;
  const fault = child(body, 'Fault');
  if (fault !== undefined)
    return {
      fault: {
        code: (child(fault, 'faultcode')?.text ?? '').replace(/^.*:/, ''),
        text: (child(fault, 'faultstring')?.text ?? '').replace(/(; exceptionId -?\d+-\d+)+$/, ''),
        exception: child(fault, 'detail')?.children[0]?.local ?? null,
      },
      values: [],
      bodyElement: 'Fault',
    };
  const response = body.children[0];
  const inner = response?.children ?? [];
  // A response of its own type has no `return`.
  const isItself = inner.length > 0 && inner.every(({ local }) => local !== 'return');
  const nodes = step.answer?.bare ? body.children : isItself && response ? [response] : inner;
  return {
    fault: null,
    values: nodes.filter((node) => !node.nil).map((node) => valueOf(node, step)),
    bodyElement: response?.local ?? null,
  };
}

function valueOf(node: XmlNode, step: ObservedStep): Observed {
  if (node.nil) return null;
  if (node.children.length === 0) return node.text;
  if (node.children.every((each) => each.local === 'entries')) return mapOf(node, step);
  const members = new Map<string, Observed[]>();
  for (const each of node.children) {
    if (each.nil && !step.nulls) continue;
    if (leftOut.has(each.local) && !(step.nulls && each.nil)) continue;
    const value = valueOf(each, step);
    members.set(each.local, [...(members.get(each.local) ?? []), value]);
  }
  return Object.fromEntries(
    [...members].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? null) : all]),
  );
}

function mapOf(node: XmlNode, step: ObservedStep): Observed {
  const entries = node.children.flatMap((entry): [string, Observed][] => {
    const key = child(entry, 'key')?.text ?? '';
    const value = child(entry, 'value');
    if (key === specialUse && !step.whole && !step.nulls) return [];
    const shown = value === undefined ? null : valueOf(value, step);
    const wasEmptied = shown === '' && value !== undefined && value.children.length > 0;
    return wasEmptied && !step.whole ? [] : [[key, shown]];
  });
  return entries.length === 0 ? '' : Object.fromEntries(entries);
}

/** The differences of an answer from what was observed, in words; none when they agree. */
export function answerDifferences(
  expected: ObservedAnswer,
  answer: HttpAnswer,
  read: ReadAnswer | null,
  step: ObservedStep,
  values: Placeholders,
): string[] {
  const complaints: string[] = [];
  const same = (what: string, wanted: unknown, got: unknown): void => {
    if (wanted !== got) complaints.push(`${what}: ${String(wanted)} expected, ${String(got)} got`);
  };
  if (expected.page !== undefined) {
    same('status', expected.page.status, answer.status);
    if (expected.page.mediaType !== undefined) same('media type', expected.page.mediaType, answer.mediaType);
    if (expected.page.root !== undefined)
      same('root', expected.page.root, /<(?![?!])(?:\w+:)?(\w+)/.exec(answer.text)?.[1]);
    return complaints;
  }
  if (read === null) return [`no SOAP message: ${answer.status} ${answer.text.slice(0, 200)}`];
  if (step.charset !== undefined) same('charset', expected.charset ?? 'utf-8', answer.charset);
  same('media type', 'text/xml', answer.mediaType);
  same('status', expected.status ?? (expected.fault === undefined ? 200 : 500), answer.status);
  if (expected.fault !== undefined) {
    if (read.fault === null)
      return [...complaints, `fault "${values.inText(expected.fault)}" expected, none got`];
    same('code', expected.code ?? 'Server', read.fault.code);
    same('exception', expected.exception ?? null, read.fault.exception);
    if (!values.matches(expected.fault, read.fault.text))
      complaints.push(`text: "${values.inText(expected.fault)}" expected, "${read.fault.text}" got`);
    return complaints;
  }
  if (read.fault !== null)
    return [...complaints, `no fault expected, ${read.fault.exception} "${read.fault.text}" got`];
  if (expected.nothing) same('Body', null, read.bodyElement);
  if (expected.value !== undefined)
    compare('return', expected.value, actualValue(expected, read, step, values));
  return complaints;

  function compare(path: string, wanted: Observed, got: Observed | undefined): void {
    if (typeof wanted === 'string') {
      if (typeof got !== 'string' || !values.matches(wanted, got))
        complaints.push(
          `${path}: ${JSON.stringify(values.inText(wanted))} expected, ${JSON.stringify(got)} got`,
        );
    } else if (wanted === null) {
      if (got !== null && got !== undefined)
        complaints.push(`${path}: nothing expected, ${JSON.stringify(got)} got`);
    } else if (Array.isArray(wanted)) compareLists(path, wanted as Observed[], listOf(got));
    else if ('$set' in wanted) compareSets(path, wanted['$set'] as Observed[], listOf(got));
    else compareObjects(path, wanted as Record<string, Observed>, got);
  }

  function compareLists(path: string, wanted: readonly Observed[], got: readonly Observed[]): void {
    if (wanted.length !== got.length)
      complaints.push(`${path}: ${wanted.length} expected, ${got.length} got: ${JSON.stringify(got)}`);
    else wanted.forEach((one, index) => compare(`${path}[${index}]`, one, got[index]));
  }

  function compareSets(path: string, wanted: readonly Observed[], got: readonly Observed[]): void {
    const left = [...got];
    const missing = wanted.filter((one) => {
      const at = left.findIndex((other) => agree(`${path}[0]`, one, other));
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    compareLists(path, missing, left);
  }

  function agree(path: string, wanted: Observed, got: Observed): boolean {
    const before = complaints.length;
    compare(path, wanted, got);
    return complaints.splice(before).length === 0;
  }

  function compareObjects(path: string, wanted: Record<string, Observed>, got: Observed | undefined): void {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) {
      if (Object.keys(wanted).length > 0 || (got !== undefined && got !== ''))
        complaints.push(`${path}: an object expected, ${JSON.stringify(got)} got`);
      return;
    }
    const actual = got as Record<string, Observed>;
    const picked = (name: string): boolean =>
      (path !== 'return' && !/^return\[\d+\]$/.test(path)) ||
      step.members === undefined ||
      step.members.includes(name);
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(actual)])) {
      if (!picked(name)) continue;
      const one = wanted[name];
      if (one !== undefined) compare(`${path}.${name}`, one, actual[name]);
      else complaints.push(`${path}.${name}: not expected, ${JSON.stringify(actual[name])} got`);
    }
  }
}

function listOf(value: Observed | undefined): readonly Observed[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? (value as readonly Observed[]) : [value];
}

function actualValue(
  expected: ObservedAnswer,
  read: ReadAnswer,
  step: ObservedStep,
  values: Placeholders,
): Observed | undefined {
  const isList =
    Array.isArray(expected.value) ||
    (typeof expected.value === 'object' && expected.value !== null && '$set' in expected.value);
  if (!isList) return read.values.length > 1 ? read.values : read.values[0];
  const { only } = step;
  if (only === undefined) return read.values;
  return read.values.filter((value) => JSON.stringify(value).includes(values.inText(only)));
}
