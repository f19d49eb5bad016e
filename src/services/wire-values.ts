import type { Credentials as CallerCredentials } from '../provisioning/model/credentials.js';
import type { AttributeChange, Attributes } from '../provisioning/model/model.js';
import type { SentMb } from '../provisioning/model/sent-mb.js';
import { bytesPerMb } from '../util/bytes-per-mb.js';
import type { Credentials, SOAPStringMap, SOAPStringMapMap } from './generated/types.js';

/** nil and absent are the same to the rules: not set. Source: docs/contract/values.md#1. */
export function set<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

/** A missing `auth` is an empty login. Source: docs/contract/authentication.md#1. */
export function callerOf(credentials: Credentials | null | undefined): CallerCredentials {
  const address = clientAddressOf(credentials);
  const said = { login: credentials?.login ?? '', password: credentials?.password ?? '' };
  return address === undefined ? said : { ...said, address };
}

/** An xs:long as a number of MB; a bigint where a double would show another number in a refusal. */
export function mbFromLong(value: bigint | null | undefined): SentMb | undefined {
  if (value === null || value === undefined) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Bytes as whole MB, rounded down. Source: docs/contract/values.md#5. */
export function longMbFromBytes(bytes: number): bigint {
  return BigInt(Math.floor(bytes / bytesPerMb));
}

/**
 * `userAttributes` as changes: a key without a value removes it, a namespace without a value says nothing. The original keeps the flat name
 * `namespace/key` and splits it at the first slash, wherever the request had its own.
 * Source: docs/contract/attributes.md#1.
 */
export function attributeChanges(map: SOAPStringMapMap | null | undefined): AttributeChange[] {
  return (map?.entries ?? []).flatMap(({ key: namespace, value }) =>
    (value?.entries ?? []).flatMap((entry) =>
      namespace && entry.key
        ? [{ ...splitName(`${namespace}/${entry.key}`), value: entry.value ?? null }]
        : [],
    ),
  );
}

function splitName(flat: string): { namespace: string; key: string } {
  const slash = flat.indexOf('/');
  return { namespace: flat.slice(0, slash), key: flat.slice(slash + 1) };
}

/** Attributes as `userAttributes`; without any, an empty element. */
export function showAttributes(attributes: Attributes): SOAPStringMapMap {
  const entries = [...attributes].map(([key, values]) => ({ key, value: showStringMap(values) }));
  return entries.length > 0 ? { entries } : {};
}

export function showStringMap(values: Iterable<readonly [string, string]>): SOAPStringMap {
  const entries = [...values].map(([key, value]) => ({ key, value }));
  return entries.length > 0 ? { entries } : {};
}

/** Entries without a key say nothing; a missing value is an empty one. */
export function stringMap(map: SOAPStringMap | null | undefined): Map<string, string> {
  return new Map((map?.entries ?? []).flatMap(({ key, value }) => (key ? [[key, value ?? '']] : [])));
}

const addresses = new WeakMap<object, string>();

/** Remembers the client address by a request's credentials, since handlers pass nothing else of the caller on. */
export function noteClientAddress(message: unknown, address: string): void {
  if (typeof message !== 'object' || message === null) return;
  const { auth, creds } = message as { readonly auth?: unknown; readonly creds?: unknown };
  const credentials = auth ?? creds;
  if (typeof credentials === 'object' && credentials !== null) addresses.set(credentials, address);
}

/** The address that was noted; undefined for credentials of no request. */
function clientAddressOf(credentials: object | null | undefined): string | undefined {
  return credentials ? addresses.get(credentials) : undefined;
}

/** Shows things one by one as they are read, for answers that are written piece by piece. */
export async function* showing<Item, Shown>(
  items: AsyncIterable<Item> | Iterable<Item>,
  show: (item: Item) => Shown,
): AsyncGenerator<Shown> {
  for await (const item of items) yield show(item);
}
