import type { TreeElement } from '../../soap/decode/parse-tree.js';

/** One way in which two answers differ. `path` leads to the element, such as `/Envelope/Body/getDataResponse/return/name`. */
export interface Difference {
  readonly path: string;
  readonly kind: 'value' | 'missing' | 'added' | 'nil' | 'order' | 'name';
  readonly expected: string | null;
  readonly actual: string | null;
}

export interface CompareOptions {
  /** True when two ids name the same object at the two endpoints. */
  readonly isSameId: (expected: string, actual: string) => boolean;
}

const xsi = '{http://www.w3.org/2001/XMLSchema-instance}';
const idName = /^(id|.*[iI]d|members|ctxid|usrid)$/;
/** Texts that name ids. */
const idText = /^(faultstring|filestore_name|loginMappings)$/;
const timePattern = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/;
const exceptionId = /; exceptionId -?\d+-\d+/g;

/**
 * Differences of an answer from the expected one. Ignored are prefixes, declarations, comments, whitespace,
 * order of repeated elements, exception ids and points in time. The schema does not specify an order of
 * repeated elements.
 */
export function compareTrees(
  expected: TreeElement,
  actual: TreeElement,
  options: CompareOptions,
  path = `/${expected.localName}`,
): Difference[] {
  if (expected.localName !== actual.localName || expected.namespace !== actual.namespace)
    return [{ path, kind: 'name', expected: nameOf(expected), actual: nameOf(actual) }];
  if (isNil(expected) !== isNil(actual))
    return [{ path, kind: 'nil', expected: nilOrText(expected), actual: nilOrText(actual) }];
  if (expected.children.length === 0 && actual.children.length === 0)
    return isSameText(expected, actual, options)
      ? []
      : [{ path, kind: 'value', expected: expected.text, actual: actual.text }];
  return [...compareChildren(expected, actual, options, path), ...compareOrder(expected, actual, path)];
}

function compareChildren(
  expected: TreeElement,
  actual: TreeElement,
  options: CompareOptions,
  path: string,
): Difference[] {
  const names = new Set([...expected.children, ...actual.children].map(nameOf));
  return [...names].flatMap((name) => {
    const left = expected.children.filter((each) => nameOf(each) === name);
    const right = actual.children.filter((each) => nameOf(each) === name);
    return compareRepeated(left, right, options, `${path}/${(left[0] ?? right[0])?.localName ?? ''}`);
  });
}

/** Pairs equal elements at any position first, then compares the others in order. */
function compareRepeated(
  expected: readonly TreeElement[],
  actual: readonly TreeElement[],
  options: CompareOptions,
  path: string,
): Difference[] {
  if (expected.length === 1 && actual.length === 1)
    return pairsOf(expected, actual).flatMap(([left, right]) => compareTrees(left, right, options, path));
  const open = [...actual];
  const unmatched = expected.filter((left) => {
    const at = open.findIndex((right) => compareTrees(left, right, options, path).length === 0);
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
  const paired = pairsOf(unmatched, open);
  return [
    ...paired.flatMap(([left, right]) => compareTrees(left, right, options, path)),
    ...unmatched
      .slice(paired.length)
      .map((left): Difference => ({ path, kind: 'missing', expected: nilOrText(left), actual: null })),
    ...open
      .slice(paired.length)
      .map((right): Difference => ({ path, kind: 'added', expected: null, actual: nilOrText(right) })),
  ];
}

function pairsOf(
  left: readonly TreeElement[],
  right: readonly TreeElement[],
): (readonly [TreeElement, TreeElement])[] {
  return left.flatMap((each, at) => {
    const other = right[at];
    return other === undefined ? [] : [[each, other] as const];
  });
}

/** Elements of different names stand in the order of the schema. */
function compareOrder(expected: TreeElement, actual: TreeElement, path: string): Difference[] {
  const both = new Set(
    expected.children.map(nameOf).filter((name) => actual.children.some((each) => nameOf(each) === name)),
  );
  const order = ({ children }: TreeElement) =>
    [...new Set(children.map(nameOf).filter((name) => both.has(name)))].join(' ');
  const [left, right] = [order(expected), order(actual)];
  return left === right ? [] : [{ path, kind: 'order', expected: left, actual: right }];
}

function isSameText(expected: TreeElement, actual: TreeElement, { isSameId }: CompareOptions): boolean {
  const [left, right] = [expected, actual].map((each) => each.text.trim().replace(exceptionId, '')) as [
    string,
    string,
  ];
  if (left === right) return true;
  const name = expected.localName;
  if (idName.test(name) && isSameId(left, right)) return true;
  if (idText.test(name) && isSameWithIds(left, right, isSameId)) return true;
  if (timePattern.test(left) && timePattern.test(right)) return true;
  // Prefixes are nothing in fault codes, either.
  return name === 'faultcode' && left.replace(/^.*:/, '') === right.replace(/^.*:/, '');
}

/** True when texts differ only in numbers that are ids. */
function isSameWithIds(left: string, right: string, isSameId: CompareOptions['isSameId']): boolean {
  const [ours, theirs] = [left.split(/(\d+)/), right.split(/(\d+)/)];
  if (ours.length !== theirs.length) return false;
  return ours.every((part, at) => {
    const other = theirs[at] ?? '';
    return part === other || (at % 2 === 1 && isSameId(part, other));
  });
}

function isNil(element: TreeElement): boolean {
  return /^(true|1)$/.test(element.attributes.get(`${xsi}nil`) ?? '');
}

function nameOf({ namespace, localName }: TreeElement): string {
  return `{${namespace}}${localName}`;
}

function nilOrText(element: TreeElement): string {
  if (isNil(element)) return 'nil';
  if (element.children.length === 0) return element.text.trim();
  return element.children
    .map((each) => `${each.localName}=${nilOrText(each)}`)
    .join(', ')
    .slice(0, 200);
}
