import type { AttributeChange, Attributes } from '../../provisioning/model/model.js';
import { moduleNames } from '../../provisioning/model/module-access.js';
import type { AuditValues } from '../../provisioning/repositories/audit-repository.js';

/** Stands for whatever nobody may read. */
const hiddenValue = 'changed';

/** Texts and lists are cut there, so that a row stays small whatever was sent. */
const maxTextLength = 1_000;
const maxMembers = 200;
const maxDepth = 6;

const secretName = /passw(or)?d|secret|token|credential|api-?key|private-?key/i;
const harmlessNames = new Set(['passwordMech', 'passwordExpired']);

/** Members that other columns show, and claims, which follow from the names. */
const left = new Set(['contextId', 'id', 'claims', 'attributeChanges', 'isContextAdmin']);

/** Recorded values of an object; null, empty and undefined members are left out. */
export function shownValues(thing: object): AuditValues {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(thing)) {
    if (left.has(name) || value === undefined || isEmpty(value)) continue;
    shown[shownName(name)] = shownValue(name, value, 0);
  }
  return shown;
}

/** Recorded values of a change, before and after; null for no change. */
export function changedValues(
  before: object,
  changes: object,
): { readonly before: AuditValues; readonly after: AuditValues } | null {
  const from: Record<string, unknown> = {};
  const to: Record<string, unknown> = {};
  const old: Readonly<Record<string, unknown>> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (left.has(name) || value === undefined || isSame(old[name], value)) continue;
    to[shownName(name)] = shownValue(name, value, 0);
    if (!isSecret(name)) from[shownName(name)] = shownValue(name, old[name] ?? null, 0);
  }
  return Object.keys(to).length === 0 ? null : { before: from, after: to };
}

/** The attributes that a change names, as they were and as they will be. */
export function attributeValues(
  before: Attributes,
  changes: readonly AttributeChange[],
): { readonly before: AuditValues; readonly after: AuditValues } {
  const from: Record<string, string | null> = {};
  const to: Record<string, string | null> = {};
  for (const { namespace, key, value } of changes) {
    from[`${namespace}/${key}`] = before.get(namespace)?.get(key) ?? null;
    to[`${namespace}/${key}`] = value;
  }
  return { before: from, after: to };
}

function shownName(name: string): string {
  return name === 'passwordHash' ? 'password' : name;
}

function isSecret(name: string): boolean {
  return secretName.test(name) && !harmlessNames.has(name);
}

function shownValue(name: string, value: unknown, depth: number): unknown {
  if (isSecret(name) && value !== null && typeof value !== 'boolean') return hiddenValue;
  if (name === 'moduleAccess' && typeof value === 'number') return modulesOf(value);
  if (typeof value === 'string') return shownText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === maxDepth) return '…';
  if (Array.isArray(value)) {
    const items: unknown[] = value.slice(0, maxMembers).map((item) => shownValue('', item, depth + 1));
    return value.length > maxMembers ? [...items, `… ${value.length - maxMembers} more`] : items;
  }
  if (isRestriction(value)) return { name: value.name, value: shownValue(value.name, value.value, depth) };
  const members: [string, unknown][] =
    value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
  const shown = members
    .slice(0, maxMembers)
    .map(([key, member]) => [shownText(key), shownValue(key, member, depth + 1)] as const);
  if (members.length > maxMembers) shown.push(['…', `${members.length - maxMembers} more`]);
  return Object.fromEntries(shown);
}

/** Names with a value beside them. */
function isRestriction(value: object): value is { readonly name: string; readonly value: unknown } {
  return 'name' in value && typeof value.name === 'string' && 'value' in value;
}

/** Addresses of databases and file storages may hold a password. */
function shownText(text: string): string {
  const plain = text
    .replace(/\/\/[^/\s@]*@/g, '//***@')
    .replace(/([?&;](?:password|pwd|secret|token)=)[^&;\s]*/gi, '$1***');
  return plain.length > maxTextLength ? `${plain.slice(0, maxTextLength)}…` : plain;
}

/** The names in a bit mask. */
export function modulesOf(mask: number): string[] {
  return moduleNames.filter((_name, bit) => (mask & (2 ** bit)) !== 0);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  return false;
}

function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (typeof after !== 'object' || typeof before !== 'object' || after === null || before === null)
    return false;
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
}

/** Maps as lists; members in one order. */
function sorted(value: unknown): unknown {
  if (value instanceof Map) return sorted(Object.fromEntries(value as Map<string, unknown>));
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, member]) => [key, sorted(member)]);
}
