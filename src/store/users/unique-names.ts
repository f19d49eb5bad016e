import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { ClaimHolder, UserClaims } from '../../provisioning/model/claims.js';
import { chunks } from '../../util/chunks.js';
import { runInOrder } from '../database/statement-runner.js';
import {
  insertInChunks,
  placeholders,
  type Select,
  type TakenId,
  type WriteStatement,
} from '../database/statement.js';
import { fitting } from '../schema/text-lengths.js';
import type { UniqueNameRow } from '../schema/rows.js';

type NameRow = Pick<UniqueNameRow, 'kind' | 'scope_context_id' | 'value'>;

/**
 * The writes of what a user holds for itself. They throw UniqueConflictError, key `displayName` or `mailAddress`.
 * @throws ValueTooLongError
 */
export function nameInsertion(contextId: number, id: number | TakenId, claims: UserClaims): WriteStatement[] {
  const owner = { context_id: contextId, user_id: id };
  const rows = toRows(contextId, claims);
  const conflicts = { PRIMARY: (select: Select) => firstTaken(select, rows) };
  return insertInChunks(
    'unique_names',
    rows.map((row) => ({ ...row, ...owner })),
  ).map((statement) => ({ ...statement, conflicts }));
}

/** Takes from forwards of the context what a user of it claims. */
export function forwardRelease(contextId: number, addresses: readonly string[]): WriteStatement[] {
  if (addresses.length === 0) return [];
  return [
    {
      sql: `DELETE FROM unique_names WHERE kind = 'mail' AND scope_context_id = 0 AND value IN (${placeholders(addresses.length)}) AND context_id = ? AND holder = 'forward'`,
      bindings: [...addresses, contextId],
    },
  ];
}

/** The addresses that a user claims and forwards of its context have. */
export async function forwardedAmong(
  db: Knex,
  contextId: number,
  { mail }: Pick<UserClaims, 'mail'>,
): Promise<string[]> {
  const wanted = mail.filter(({ scopeContextId }) => scopeContextId === 0).map(({ address }) => address);
  const forwarded: string[] = [];
  for (const chunk of chunks(wanted)) {
    const held = db('unique_names').where({ kind: 'mail', scope_context_id: 0, holder: 'forward' });
    const values: string[] = await held
      .where({ context_id: contextId })
      .whereIn('value', [...chunk])
      .pluck('value');
    forwarded.push(...values);
  }
  return forwarded;
}

/**
 * Claims the addresses that forwards of the context have and nobody holds: all of it, or of these addresses.
 * @param contextId null: of every context
 */
export async function claimForwards(
  db: Knex,
  contextId: number | null,
  addresses: readonly string[] | null,
): Promise<void> {
  for (const chunk of addresses === null ? [null] : chunks(addresses)) {
    const missing = db('mail_forwards as f')
      .join('contexts as c', 'c.id', 'f.context_id')
      .leftJoin('unique_names as n', (on) => {
        void on.on('n.value', 'f.alias').andOnVal('n.kind', 'mail').andOnVal('n.scope_context_id', 0);
      })
      .whereNull('n.value');
    if (contextId !== null) void missing.where('f.context_id', contextId);
    if (chunk !== null) void missing.whereIn('f.alias', [...chunk]);
    const rows: { alias: string; context_id: number; admin_id: number }[] = await missing.select(
      'f.alias',
      'f.context_id',
      'c.admin_id',
    );
    for (const page of chunks(rows)) {
      const claims = page.map(({ alias, context_id, admin_id }) => {
        const owner = { context_id, user_id: admin_id, holder: 'forward' as const };
        return { kind: 'mail' as const, scope_context_id: 0, value: alias, ...owner };
      });
      await db('unique_names').insert(claims);
    }
  }
}

/** Writes what a user holds for itself. Throws as nameInsertion and its writes. */
export async function insertClaims(
  db: Knex,
  contextId: number,
  id: number,
  claims: UserClaims,
): Promise<void> {
  const forwarded = await forwardedAmong(db, contextId, claims);
  for (const chunk of chunks(forwarded)) await runInOrder(db, { writes: forwardRelease(contextId, chunk) });
  await runInOrder(db, { writes: nameInsertion(contextId, id, claims) });
}

/** Replaces what a user holds for itself. Throws as insertClaims. */
export async function replaceClaims(
  db: Knex,
  contextId: number,
  id: number,
  claims: UserClaims,
): Promise<void> {
  const own = () => db('unique_names').where({ context_id: contextId, user_id: id, holder: 'user' });
  const before: string[] = await own().where({ kind: 'mail', scope_context_id: 0 }).pluck('value');
  await own().delete();
  await insertClaims(db, contextId, id, claims);
  const kept = new Set(claims.mail.map(({ address }) => address));
  await claimForwards(
    db,
    contextId,
    before.filter((address) => !kept.has(address)),
  );
}

export async function findHolder(db: Knex, key: NameRow): Promise<ClaimHolder | null> {
  const row = await db('unique_names').where(key).first('context_id', 'user_id', 'holder');
  if (row === undefined) return null;
  return { contextId: row.context_id, userId: row.user_id, kind: row.holder };
}

function toRows(contextId: number, claims: UserClaims): NameRow[] {
  const rows = new Map<string, NameRow>();
  const add = (row: NameRow) => rows.set(JSON.stringify([row.kind, row.scope_context_id, row.value]), row);
  if (claims.displayName !== null) {
    const value = fitting('displayName', claims.displayName);
    add({ kind: 'display', scope_context_id: contextId, value });
  }
  for (const { scopeContextId, address } of claims.mail)
    add({ kind: 'mail', scope_context_id: scopeContextId, value: fitting('mailClaim', address) });
  return [...rows.values()];
}

async function firstTaken(select: Select, rows: readonly NameRow[]): Promise<UniqueConflictError | null> {
  for (const { kind, scope_context_id, value } of rows) {
    const taken = await select({
      sql: 'SELECT user_id FROM unique_names WHERE kind = ? AND scope_context_id = ? AND value = ?',
      bindings: [kind, scope_context_id, value],
    });
    if (taken.length > 0)
      return new UniqueConflictError(kind === 'display' ? 'displayName' : 'mailAddress', value);
  }
  return null;
}
