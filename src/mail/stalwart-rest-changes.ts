import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { Principal } from './stalwart-principal.js';
import { isTold, markOf, permissionsAfter } from './told-difference.js';

/** One step of a PATCH; a limit of '' is none. */
export interface FieldChange {
  readonly action: 'set' | 'addItem' | 'removeItem';
  readonly field: 'name' | 'emails' | 'secrets' | 'quota' | 'disabledPermissions';
  readonly value: string | number | readonly string[];
}

/** An account as it must be; null: no password of ours. */
interface Wanted {
  readonly mailbox: string;
  readonly facts: ToldFacts;
  readonly secret: string | null;
  /** True when Oxbow sets passwords. */
  readonly pushesCredentials: boolean;
}

interface Known {
  readonly told: ToldAccount | null;
  readonly formerNames: readonly string[];
}

/** The steps that make an account of Stalwart 0.15 what it must be, and touch nothing that is not ours. */
export function principalChanges(present: Principal, wanted: Wanted, known: Known): FieldChange[] {
  const { mailbox, facts } = wanted;
  const { told } = known;
  const changes: FieldChange[] = [];
  if (present.name !== mailbox) changes.push(set('name', mailbox));
  changes.push(...addressChanges(present, wanted, known));
  if (!isTold(told, facts, 'disabledPermissions')) {
    const disabled = permissionsAfter(
      present.disabledPermissions,
      ['authenticate'],
      facts.disabledPermissions,
    );
    if (!isSameSet(disabled, present.disabledPermissions)) changes.push(set('disabledPermissions', disabled));
  }
  if (wanted.pushesCredentials && !isTold(told, facts, 'secretMarks'))
    changes.push(...secretChanges(present, wanted.secret, told));
  // A limit of 0 is none there.
  if (!isTold(told, facts, 'limitBytes') && (present.quota ?? 0) !== (facts.limitBytes ?? 0))
    changes.push(set('quota', facts.limitBytes ?? ''));
  return changes;
}

function addressChanges(
  present: Principal,
  { mailbox, facts }: Wanted,
  { told, formerNames }: Known,
): FieldChange[] {
  const wanted = [mailbox, ...facts.aliases];
  const ours = new Set([...formerNames, present.name, ...(told?.facts.aliases ?? []), told?.mailbox]);
  const gone = present.emails.filter((address) => ours.has(address) && !wanted.includes(address));
  const added = wanted.filter((address) => !present.emails.includes(address));
  if (present.name !== mailbox) {
    // The first address is the one that the account goes by, and steps can only append.
    const kept = present.emails.filter((address) => address !== mailbox && !gone.includes(address));
    return [set('emails', [mailbox, ...new Set([...kept, ...facts.aliases])])];
  }
  return [...gone.map((value) => remove('emails', value)), ...added.map((value) => add('emails', value))];
}

function secretChanges(present: Principal, wanted: string | null, told: ToldAccount | null): FieldChange[] {
  const passwords = present.secrets.filter(isPassword);
  const ours = passwords.filter((secret) => told?.facts.secretMarks.includes(markOf(secret)));
  // Without a trace of what was told, whatever is a password stands where ours belongs.
  const replaced = ours.length > 0 ? ours : passwords;
  const gone = replaced.filter((secret) => secret !== wanted);
  const isThere = wanted === null || present.secrets.includes(wanted);
  return [...gone.map((value) => remove('secrets', value)), ...(isThere ? [] : [add('secrets', wanted)])];
}

/** Neither a second factor nor an app password, which stand in the same list. */
function isPassword(secret: string): boolean {
  return !secret.startsWith('otpauth://') && !secret.startsWith('$app$');
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function set(field: FieldChange['field'], value: FieldChange['value']): FieldChange {
  return { action: 'set', field, value };
}

function add(field: FieldChange['field'], value: string): FieldChange {
  return { action: 'addItem', field, value };
}

function remove(field: FieldChange['field'], value: string): FieldChange {
  return { action: 'removeItem', field, value };
}
