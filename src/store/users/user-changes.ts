import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { AttributeChange } from '../../provisioning/model/model.js';
import type { UserChanges } from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import { lockAcrossNodes } from '../database/mysql-client.js';
import { placeOf, takeUsage } from '../quota/file-usage.js';
import { dropKeys, dropReservations } from '../quota/ledger-sweep.js';
import { dropUnusedMailUsage, moveMailUsage } from '../quota/mail-usage.js';
import { followStorage, readStorage, touchesStorage } from '../quota/user-storage.js';
import { splitChanges } from '../schema/attributes.js';
import { fitting } from '../schema/text-lengths.js';
import { claimForwards, replaceClaims } from './unique-names.js';
import { toMailbox, toUserColumns } from './user-rows.js';

/** Everything of a change but the attributes. Throws as UserRepository.update. */
export async function updateUser(
  db: Knex,
  contextId: number,
  id: number,
  changes: UserChanges,
): Promise<void> {
  // Aliases are rows of their own: beside them another node could change an address that must be among them.
  if (touchesAddresses(changes)) await lockAcrossNodes(db, 'user', [contextId + id]);
  const storage = touchesStorage(changes) ? await readStorage(db, contextId, id) : null;
  const columns = toUserColumns(changes);
  if (Object.keys(columns).length > 0) {
    const conflicts = { users_login: () => new UniqueConflictError('login', changes.login ?? '') };
    await refusing(conflicts, () => db('users').where({ context_id: contextId, id }).update(columns));
  }
  if (changes.primaryEmail !== undefined) await renameMailbox(db, contextId, id, changes.primaryEmail);
  if (storage !== null) await followStorage(db, contextId, storage);
  if (changes.aliases !== undefined) {
    await db('user_aliases').where({ context_id: contextId, user_id: id }).delete();
    await insertAliases(db, contextId, id, changes.aliases);
  }
  if (changes.claims !== undefined) await replaceClaims(db, contextId, id, changes.claims);
}

/** @throws ValueTooLongError */
async function insertAliases(
  db: Knex,
  contextId: number,
  id: number,
  aliases: readonly string[],
): Promise<void> {
  const rows = aliases.map((alias, position) => {
    return { context_id: contextId, user_id: id, position, address: fitting('aliases', alias) };
  });
  for (const chunk of chunks(rows)) await db('user_aliases').insert([...chunk]);
}

/** @throws ValueTooLongError */
export async function writeAttributeChanges(
  db: Knex,
  contextId: number,
  id: number,
  changes: readonly AttributeChange[],
): Promise<void> {
  const { set, removed } = splitChanges(changes);
  for (const [namespace, name] of removed) {
    await db('user_attributes').where({ context_id: contextId, user_id: id, namespace, name }).delete();
  }
  for (const cells of chunks(set)) {
    await db('user_attributes')
      .insert(cells.map((cell) => ({ context_id: contextId, user_id: id, ...cell })))
      .onConflict(['context_id', 'user_id', 'namespace', 'name'])
      .merge(['value']);
  }
}

function touchesAddresses({ primaryEmail, email1, defaultSenderAddress, aliases }: UserChanges): boolean {
  return [primaryEmail, email1, defaultSenderAddress, aliases].some((sent) => sent !== undefined);
}

async function renameMailbox(db: Knex, contextId: number, id: number, primaryEmail: string): Promise<void> {
  const key = { context_id: contextId, id };
  const row = await db('users').where(key).first('mailbox', 'is_context_admin');
  if (row === undefined) return;
  const mailbox = toMailbox({ isContextAdmin: row.is_context_admin === 1, primaryEmail });
  await db('users').where(key).update({ mailbox });
  await moveMailUsage(db, row.mailbox, mailbox);
}

/** Deletes users; everything that refers to them goes by foreign keys, their mail usage (which Dovecot writes) here. */
export async function deleteUserRows(db: Knex, contextId: number, ids: readonly number[]): Promise<void> {
  for (const chunk of chunks(ids)) {
    const users = () => db('users').where({ context_id: contextId }).whereIn('id', chunk);
    const mailboxes: (string | null)[] = await users().pluck('mailbox');
    const addresses: string[] = await db('unique_names')
      .where({ context_id: contextId, kind: 'mail', holder: 'user' })
      .whereIn('user_id', [...chunk])
      .pluck('value');
    await dropReservations(db, contextId, chunk);
    await dropKeys(db, contextId, chunk);
    await wipeHosted(db, contextId, chunk);
    await users().delete();
    await claimForwards(db, contextId, addresses);
    await dropUnusedMailUsage(
      db,
      mailboxes.filter((mailbox) => mailbox !== null),
    );
  }
}

/** Clears deleted users' shares of storages that stay. */
async function wipeHosted(db: Knex, contextId: number, ids: readonly number[]): Promise<void> {
  const held: number[] = await db('hosted_file_usage')
    .where({ context_id: contextId })
    .whereIn('user_id', ids)
    .orderBy('user_id')
    .pluck('user_id');
  for (const id of held) {
    const storage = await readStorage(db, contextId, id);
    if (storage !== null) await takeUsage(db, contextId, id, placeOf(storage));
  }
}
