import type { Knex } from 'knex';
import { UniqueConflictError, type ClaimHolder, type UserClaims } from '../provisioning/store.js';
import { fitting } from './limits.js';
import type { UniqueNameRow } from './rows.js';
import { insertInChunks, type Select, type TakenId, type WriteStatement } from './statement.js';
import { runInOrder } from './statement-runner.js';

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

/** Writes what a user holds for itself. Throws as nameInsertion and its writes. */
export async function insertClaims(
  db: Knex,
  contextId: number,
  id: number,
  claims: UserClaims,
): Promise<void> {
  await runInOrder(db, { writes: nameInsertion(contextId, id, claims) });
}

/** Replaces what a user holds for itself. Throws as insertClaims. */
export async function replaceClaims(
  db: Knex,
  contextId: number,
  id: number,
  claims: UserClaims,
): Promise<void> {
  await db('unique_names').where({ context_id: contextId, user_id: id }).delete();
  await insertClaims(db, contextId, id, claims);
}

export async function findHolder(db: Knex, key: NameRow): Promise<ClaimHolder | null> {
  const row = await db('unique_names').where(key).first('context_id', 'user_id');
  return row === undefined ? null : { contextId: row.context_id, userId: row.user_id };
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
