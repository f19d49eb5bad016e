import type { Knex } from 'knex';
import { UniqueConflictError, type ClaimHolder, type UserClaims } from '../provisioning/store.js';
import { chunks } from './chunks.js';
import { refusing, DatabaseError } from './database-error.js';
import { fitting } from './limits.js';
import type { UniqueNameRow } from './rows.js';

/**
 * Writes what a user holds for itself.
 * @throws UniqueConflictError key `displayName` or `mailAddress`
 * @throws ValueTooLongError
 */
export async function insertClaims(
  db: Knex,
  contextId: number,
  id: number,
  claims: UserClaims,
): Promise<void> {
  for (const rows of chunks(toRows(contextId, id, claims))) await insertNames(db, rows);
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

export async function findHolder(
  db: Knex,
  key: Pick<UniqueNameRow, 'kind' | 'scope_context_id' | 'value'>,
): Promise<ClaimHolder | null> {
  const row = await db('unique_names').where(key).first('context_id', 'user_id');
  return row === undefined ? null : { contextId: row.context_id, userId: row.user_id };
}

function toRows(contextId: number, id: number, claims: UserClaims): UniqueNameRow[] {
  const owner = { context_id: contextId, user_id: id };
  const rows = new Map<string, UniqueNameRow>();
  const add = (row: UniqueNameRow) =>
    rows.set(JSON.stringify([row.kind, row.scope_context_id, row.value]), row);
  if (claims.displayName !== null) {
    const value = fitting('displayName', claims.displayName);
    add({ kind: 'display', scope_context_id: contextId, value, ...owner });
  }
  for (const { scopeContextId, address } of claims.mail) {
    add({ kind: 'mail', scope_context_id: scopeContextId, value: fitting('mailClaim', address), ...owner });
  }
  return [...rows.values()];
}

/** All at once, which nearly always works; else one by one, to know which of them is taken. */
async function insertNames(db: Knex, rows: readonly UniqueNameRow[]): Promise<void> {
  try {
    await refusing({}, () => db('unique_names').insert([...rows]));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== 'unique') throw error;
    for (const row of rows) {
      await refusing({ PRIMARY: () => conflictOf(row) }, () => db('unique_names').insert(row));
    }
  }
}

function conflictOf(row: UniqueNameRow): UniqueConflictError {
  return new UniqueConflictError(row.kind === 'display' ? 'displayName' : 'mailAddress', row.value);
}
