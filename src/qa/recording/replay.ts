import { postEnvelope, type RawAnswer } from '../../soap-client/post-envelope.js';
import { childOf, parseTree, type TreeElement } from '../../soap/decode/parse-tree.js';
import { escapeAttribute, escapeText } from '../../util/escape-markup.js';
import { compareTrees, type Difference } from './compare-trees.js';
import { IdMap } from './id-map.js';
import type { RecordedCall } from './recording.js';

export interface ReplayOptions {
  readonly endpoint: string;
  /** Endpoint that gives the expected answers; null to expect the recorded ones. */
  readonly against: string | null;
  /** Passwords by login, in place of those that were recorded. */
  readonly passwords: ReadonlyMap<string, string>;
}

/** Outcome of one call of a recording. */
export interface ReplayedCall {
  /** From 1. */
  readonly number: number;
  readonly service: string;
  readonly operation: string | null;
  readonly differences: readonly Difference[];
}

/** Compared parts of an answer. */
type Answer = Pick<RawAnswer, 'status' | 'xml'>;

const timeoutMs = 60_000;
const placeholder = /\{\{secret(?:-[0-9a-f]+)?\}\}/g;

/**
 * Sends the calls of a recording to an endpoint, one after the other, and compares the answers.
 * @throws NoAnswerError
 */
export async function* replay(
  calls: readonly RecordedCall[],
  { endpoint, against, passwords }: ReplayOptions,
): AsyncGenerator<ReplayedCall> {
  const secrets = secretsOf(calls, passwords);
  const tested = new Replayer(endpoint, secrets);
  const expected = against === null ? null : new Replayer(against, secrets);
  for (const [at, call] of calls.entries()) {
    const { service, operation } = call;
    const wanted =
      expected === null ? { status: call.httpStatus, xml: call.answer } : await expected.send(call);
    const got = await tested.send(call);
    const isSameId = (left: string, right: string) =>
      expected === null
        ? tested.ids.meanings(left).has(right)
        : [...expected.ids.origins(left)].some((recorded) => tested.ids.meanings(recorded).has(right));
    yield { number: at + 1, service, operation, differences: compareAnswers(wanted, got, isSameId) };
  }
}

/** One endpoint, with what the ids of the recording are there. */
class Replayer {
  readonly ids = new IdMap();

  constructor(
    private readonly url: string,
    private readonly secrets: ReadonlyMap<string, string>,
  ) {}

  async send({ service, operation, request, answer }: RecordedCall): Promise<Answer> {
    const xml = request.replace(placeholder, (each) => escapeText(this.secrets.get(each) ?? each));
    const sent = treeOf(xml);
    const mapped = sent && this.ids.apply(sent);
    const got = await postEnvelope(`${this.url}/${service}`, mapped ? writeTree(mapped) : xml, { timeoutMs });
    const [then, now] = [treeOf(answer), treeOf(got.xml)];
    if (sent && then && now) this.ids.learn(service, operation ?? '', sent, then, now);
    return got;
  }
}

function compareAnswers(
  wanted: Answer,
  got: Answer,
  isSameId: (expected: string, actual: string) => boolean,
): Difference[] {
  const status: Difference[] =
    wanted.status === got.status
      ? []
      : [{ path: 'HTTP status', kind: 'value', expected: String(wanted.status), actual: String(got.status) }];
  const [left, right] = [treeOf(wanted.xml), treeOf(got.xml)];
  if (left && right) return [...status, ...compareTrees(left, right, { isSameId })];
  if (wanted.xml === got.xml) return status;
  const short = (text: string) => text.slice(0, 200);
  return [...status, { path: '/', kind: 'value', expected: short(wanted.xml), actual: short(got.xml) }];
}

/** Values of the placeholders: given passwords, else generated ones. */
function secretsOf(
  calls: readonly RecordedCall[],
  passwords: ReadonlyMap<string, string>,
): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const { request } of calls) {
    const message = bodyOf(request);
    const auth = childOf(message, 'auth') ?? childOf(message, 'creds');
    const login = childOf(auth, 'login')?.text ?? '';
    const [each] = childOf(auth, 'password')?.text.match(placeholder) ?? [];
    const password = passwords.get(login);
    if (each !== undefined && password !== undefined) secrets.set(each, password);
  }
  for (const { request } of calls)
    for (const each of request.match(placeholder) ?? [])
      if (!secrets.has(each)) secrets.set(each, `Replayed-secret-${secrets.size + 1}`);
  return secrets;
}

function bodyOf(xml: string): TreeElement | undefined {
  return childOf(treeOf(xml) ?? undefined, 'Body')?.children[0];
}

/** null: it is no XML. */
function treeOf(xml: string): TreeElement | null {
  try {
    return parseTree(xml);
  } catch {
    return null;
  }
}

/** An element as XML, with default namespaces only. */
export function writeTree(element: TreeElement, outerNamespace = ''): string {
  const { localName, namespace, children, text } = element;
  const declaration = namespace === outerNamespace ? '' : ` xmlns="${escapeAttribute(namespace)}"`;
  const attributes = [...element.attributes].map(([name, value], at) => {
    const [, uri, local] = /^\{(.*)\}(.*)$/.exec(name) ?? [];
    if (uri === undefined) return ` ${name}="${escapeAttribute(value)}"`;
    return ` xmlns:a${at}="${escapeAttribute(uri)}" a${at}:${local}="${escapeAttribute(value)}"`;
  });
  const start = `<${localName}${declaration}${attributes.join('')}`;
  if (children.length === 0)
    return text === '' ? `${start}/>` : `${start}>${escapeText(text)}</${localName}>`;
  return `${start}>${children.map((each) => writeTree(each, namespace)).join('')}</${localName}>`;
}
