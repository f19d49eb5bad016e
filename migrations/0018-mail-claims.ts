import type { Knex } from 'knex';
import { addColumn } from './support/alter-table.js';
import { isMysql } from './support/create-table.js';

/**
 * Forwards claim their addresses in the same place as users, under the context admin, who has no mailbox and cannot go. What a user has
 * is claimed by the user; a forward of it needs no claim beside that.
 */
export const mailClaims: Knex.Migration = {
  async up(knex) {
    await addColumn(knex, 'unique_names', 'holder', "VARCHAR(16) NOT NULL DEFAULT 'user'");
    await knex.raw(`${isMysql(knex) ? 'INSERT IGNORE' : 'INSERT OR IGNORE'} INTO unique_names
        (kind, scope_context_id, value, context_id, user_id, holder)
      SELECT 'mail', 0, f.alias, f.context_id, c.admin_id, 'forward'
      FROM mail_forwards f JOIN contexts c ON c.id = f.context_id`);
  },
  /** The column stays: whatever came before does not mind it. */
  async down(knex) {
    await knex('unique_names').where({ holder: 'forward' }).delete();
  },
};
