import type { Knex } from 'knex';
import { UniqueConflictError } from '../provisioning/errors/store-errors.js';
import type { AttributeChange } from '../provisioning/model/model.js';
import type { UserChanges } from '../provisioning/repositories/user-repository.js';
import { chunks } from '../util/chunks.js';
import { lockAcrossNodes } from './across-nodes.js';
import { splitChanges } from './attributes.js';
import { refusing } from './database-error.js';
import { fitting } from './limits.js';
import { moveMailUsage } from './mail-usage.js';
import { replaceClaims } from './unique-names.js';
import { toMailbox, toUserColumns } from './user-rows.js';
import { followStorage, readStorage, touchesStorage } from './user-storage.js';

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
export async function insertAliases(
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
export async function applyAttributeChanges(
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
