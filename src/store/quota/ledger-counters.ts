import type { Knex } from 'knex';
import { errors } from '../../provisioning/errors/errors.js';
import { QuotaExceededError } from '../../provisioning/errors/ledger-errors.js';
import type { LedgerState } from '../../provisioning/model/model.js';
import type { LedgerAccount, LedgerUsage } from '../../provisioning/repositories/ledger-repository.js';
import { bytesPerMb } from '../../util/bytes-per-mb.js';
import { bounded } from './bounded.js';
import { type Amount, insertOrAdd, placeOf, type StorageColumns } from './file-usage.js';
import { isUnified } from './users-with-usage.js';

/** A row that says how much is used and how much is reserved. */
export interface Counter {
  /** Name as in quota_reservations.counter. */
  readonly name: string;
  readonly table: 'file_usage' | 'context_usage' | 'snippet_usage' | 'object_usage';
  readonly key: Readonly<Record<string, number | string>>;
  /** A query of one row: limit_amount (null: none) and mail_amount. */
  readonly limits: { readonly sql: string; readonly bindings: readonly (number | null)[] };
}

/** Current counter of an account. */
export interface CounterOfAccount {
  /** null: nowhere. */
  readonly counter: Counter | null;
  /** The user whose share of the counter is kept apart. */
  readonly sharer: number | null;
}

/** By how much the columns of a counter change. */
export interface CounterChange {
  readonly used?: number;
  readonly files?: number;
  readonly reserved?: number;
}
/** More would not fit into a BIGINT of bytes. */
const maxMb = 8_796_093_022_207;

const limitBytes = (column: string) =>
  `CASE WHEN ${column} < 0 THEN NULL WHEN ${column} > ${maxMb} THEN ${maxMb} * ${bytesPerMb} ELSE ${column} * ${bytesPerMb} END AS limit_amount`;

const ownLimits = `SELECT ${limitBytes('u.max_quota_mb')},
  CASE WHEN ${isUnified} THEN COALESCE(${bounded('m.bytes')}, 0) ELSE 0 END AS mail_amount
  FROM users u LEFT JOIN mail_usage m ON m.username = u.mailbox WHERE u.context_id = ? AND u.id = ?`;

const contextLimits = `SELECT ${limitBytes('c.max_quota_mb')}, 0 AS mail_amount FROM contexts c WHERE c.id = ?`;

/** The counter of a name, for changes that ask for no limit. */
export function counterNamed(contextId: number, name: string): Counter | null {
  const [kind, id = ''] = name.split(':', 2);
  const context = { context_id: contextId };
  const ofUser = { ...context, user_id: Number(id) };
  const given = { sql: 'SELECT ? AS limit_amount, 0 AS mail_amount', bindings: [0] };
  if (kind === 'own')
    return {
      name,
      table: 'file_usage',
      key: ofUser,
      limits: { sql: ownLimits, bindings: [contextId, Number(id)] },
    };
  if (kind === 'context')
    return {
      name,
      table: 'context_usage',
      key: context,
      limits: { sql: contextLimits, bindings: [contextId] },
    };
  if (kind === 'snippet') return { name, table: 'snippet_usage', key: ofUser, limits: given };
  if (kind === 'objects')
    return { name, table: 'object_usage', key: { ...context, module: id }, limits: given };
  return null;
}

/**
 * The counter of an account. The user stays where it is until the transaction ends.
 * @throws ProvisioningError NoSuchUser
 */
export async function counterOf(
  db: Knex,
  contextId: number,
  account: LedgerAccount,
): Promise<CounterOfAccount> {
  const named = (name: string, limit?: number | null): CounterOfAccount => {
    const counter = counterNamed(contextId, name);
    if (counter === null || limit === undefined) return { counter, sharer: null };
    return { counter: { ...counter, limits: { ...counter.limits, bindings: [limit] } }, sharer: null };
  };
  switch (account.kind) {
    case 'none':
      return { counter: null, sharer: null };
    case 'context':
      return named('context');
    case 'objects':
      return named(`objects:${account.module}`, account.limit);
    case 'snippets':
      return named(`snippet:${account.userId}`, account.limitBytes);
    case 'storage': {
      const place = placeOf(await holdStorage(db, contextId, account.userId));
      const name = place.hostId === null ? 'context' : `own:${place.hostId}`;
      return { ...named(name), sharer: place.isOwn ? null : account.userId };
    }
  }
}

/**
 * Makes a counter grow, if there is room for it: one statement decides and takes.
 * @param growth what the limit must have room for; null: it is not asked
 * @throws QuotaExceededError
 */
export async function grow(
  db: Knex,
  counter: Counter,
  change: CounterChange,
  growth: number | null,
  makeRoom: () => Promise<void>,
): Promise<void> {
  if (growth === null) return add(db, counter, change);
  if (await addIfRoom(db, counter, change, growth)) return;
  await ensureRow(db, counter);
  await makeRoom();
  if (await addIfRoom(db, counter, change, growth)) return;
  throw new QuotaExceededError(await readState(db, counter));
}

/** Changes a counter whatever its limit says; nothing falls below 0. */
export async function add(db: Knex, counter: Counter, change: CounterChange): Promise<void> {
  const changed = await rowOf(db, counter).update(columnsAfter(db, counter, change));
  if (changed === 1 || (change.used ?? 0) <= 0) return;
  await ensureRow(db, counter);
  await rowOf(db, counter).update(columnsAfter(db, counter, change));
}

/** Usage of a counter; zeros before its first use. */
export async function readCounter(db: Knex, counter: Counter): Promise<LedgerUsage> {
  const { used, reserved, files } = columnsOf(counter);
  const row = await db<Record<string, number>>(counter.table as string)
    .where(counter.key)
    .first<Partial<LedgerUsage> | undefined>({
      used,
      reserved,
      generation: 'generation',
      ...(files === null ? {} : { files }),
    });
  return { used: 0, files: 0, reserved: 0, generation: 0, ...row };
}

/** Sets a counter; false if the generation is another one by now. */
export async function setCounter(
  db: Knex,
  counter: Counter,
  total: { readonly used: number; readonly files: number; readonly generation: number | null },
): Promise<boolean> {
  await ensureRow(db, counter);
  const { used, files } = columnsOf(counter);
  const row = rowOf(db, counter);
  if (total.generation !== null) void row.where({ generation: total.generation });
  const changed = await row.update({
    [used]: total.used,
    ...(files === null ? {} : { [files]: total.files }),
    generation: db.raw('generation + 1'),
  });
  return changed === 1;
}

async function addIfRoom(
  db: Knex,
  counter: Counter,
  change: CounterChange,
  growth: number,
): Promise<boolean> {
  const { table, limits } = counter;
  const { used, reserved } = columnsOf(counter);
  const hasRoom = `EXISTS (SELECT 1 FROM (${limits.sql}) l WHERE l.limit_amount IS NULL
    OR (l.limit_amount > 0 AND ${bounded(`${table}.${used}`)} + ${bounded(`${table}.${reserved}`)} + l.mail_amount + ? <= l.limit_amount))`;
  const changed = await rowOf(db, counter)
    .whereRaw(hasRoom, [...limits.bindings, growth])
    .update(columnsAfter(db, counter, change));
  return changed === 1;
}

function columnsAfter(db: Knex, counter: Counter, change: CounterChange): Record<string, Knex.Raw> {
  const { used, files, reserved } = columnsOf(counter);
  const sum = (column: string, by: number) =>
    by >= 0
      ? db.raw('?? + ?', [column, by])
      : db.raw('CASE WHEN ?? > ? THEN ?? - ? ELSE 0 END', [column, -by, column, -by]);
  const after: Record<string, Knex.Raw> = {};
  if (change.used !== undefined) {
    after[used] = sum(used, change.used);
    after['generation'] = db.raw('generation + 1');
  }
  if (change.files !== undefined && files !== null) after[files] = sum(files, change.files);
  if (change.reserved !== undefined) after[reserved] = sum(reserved, change.reserved);
  return after;
}

async function readState(db: Knex, counter: Counter): Promise<LedgerState> {
  const { used, reserved } = await readCounter(db, counter);
  const { sql, bindings } = counter.limits;
  const row = await db
    .select('*')
    .from<{ limit_amount: number | null; mail_amount: number }>(db.raw(`(${sql}) l`, [...bindings]))
    .first();
  return { limit: row?.limit_amount ?? null, mail: row?.mail_amount ?? 0, used, reserved };
}

async function ensureRow(db: Knex, counter: Counter): Promise<void> {
  if ((await rowOf(db, counter).first('generation')) !== undefined) return;
  await db<Record<string, number | string>>(counter.table).insert(counter.key).onConflict().ignore();
}

function rowOf(db: Knex, { table, key }: Counter) {
  return db<Record<string, unknown>>(table as string).where(key);
}

function columnsOf({ table }: Counter) {
  return table === 'object_usage'
    ? { used: 'objects', files: null, reserved: 'reserved_objects' }
    : { used: 'bytes', files: 'files', reserved: 'reserved_bytes' };
}

async function holdStorage(db: Knex, contextId: number, id: number): Promise<StorageColumns> {
  const row = await db('users')
    .where({ context_id: contextId, id })
    .forShare()
    .first('id', 'filestore_id', 'filestore_owner_id');
  if (row === undefined) throw errors.noSuchUser(id, contextId);
  return row;
}

/** Counts what a user without own storage stored or deleted there; never below 0. */
export async function addToShare(
  db: Knex,
  contextId: number,
  userId: number,
  { used, files }: { readonly used: number; readonly files: number },
): Promise<void> {
  if (used >= 0 && files >= 0)
    return insertOrAdd(db, 'hosted_file_usage', contextId, userId, { bytes: used, files });
  const atLeast0 = (column: string, by: number) =>
    db.raw('CASE WHEN ?? + ? > 0 THEN ?? + ? ELSE 0 END', [column, by, column, by]);
  await db('hosted_file_usage')
    .where({ context_id: contextId, user_id: userId })
    .update({
      bytes: atLeast0('bytes', used),
      files: atLeast0('files', files),
      generation: db.raw('generation + 1'),
    });
}

/**
 * Reporter's part of a counter: the share of a user without own storage, or the unshared rest. Both are
 * locked until the transaction ends.
 */
export async function ownPart(
  db: Knex,
  contextId: number,
  counter: Counter,
  sharer: number | null,
): Promise<Amount> {
  const nothing = { bytes: 0, files: 0 };
  if (counter.table !== 'file_usage' && counter.table !== 'context_usage')
    return { bytes: Infinity, files: Infinity };
  const whole = await db(counter.table).where(counter.key).forUpdate().first('bytes', 'files');
  if (sharer !== null) {
    const key = { context_id: contextId, user_id: sharer };
    return (await db('hosted_file_usage').where(key).forUpdate().first('bytes', 'files')) ?? nothing;
  }
  const shares = db('hosted_file_usage as h')
    .join('users as u', (on) => on.on('u.context_id', 'h.context_id').andOn('u.id', 'h.user_id'))
    .where('h.context_id', contextId);
  const hostId = counter.table === 'file_usage' ? Number(counter.key['user_id']) : 0;
  if (hostId > 0) void shares.where('u.filestore_owner_id', hostId);
  else void shares.where('u.filestore_owner_id', '<=', 0).where('u.filestore_id', '<=', 0);
  const [sum] = await shares.sum<{ bytes: unknown; files: unknown }[]>({
    bytes: 'h.bytes',
    files: 'h.files',
  });
  const { bytes, files } = whole ?? nothing;
  return {
    bytes: Math.max(0, bytes - Number(sum?.bytes ?? 0)),
    files: Math.max(0, files - Number(sum?.files ?? 0)),
  };
}

/** Sets the share of a user and lets the counter follow; false if the generation is another one by now. */
export async function setShare(
  db: Knex,
  contextId: number,
  userId: number,
  counter: Counter,
  total: { readonly used: number; readonly files: number; readonly generation: number | null },
): Promise<boolean> {
  const key = { context_id: contextId, user_id: userId };
  const row = await db('hosted_file_usage').where(key).forUpdate().first('bytes', 'files', 'generation');
  const share = row ?? { bytes: 0, files: 0, generation: 0 };
  if (total.generation !== null && total.generation !== share.generation) return false;
  const growth = { used: total.used - share.bytes, files: total.files - share.files };
  await add(db, counter, growth);
  await insertOrAdd(db, 'hosted_file_usage', contextId, userId, {
    bytes: growth.used,
    files: growth.files,
  });
  return true;
}
