import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

// What OXaaSService, the REST calls beside it and OXSecondaryAccountService store, in the shape in which a mail server looks it up.
// Lengths must not be below those of src/store/schema/text-lengths.ts.
const tables: readonly Table[] = [
  {
    // No row: everything is allowed. Whether a user may log in at all is users.enabled.
    name: 'mailbox_permissions',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'may_send SMALLINT NOT NULL DEFAULT 1',
      'may_receive SMALLINT NOT NULL DEFAULT 1',
      'may_login SMALLINT NOT NULL DEFAULT 1',
      'PRIMARY KEY (context_id, user_id)',
      'CONSTRAINT mailbox_permissions_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'domain_catchalls',
    columns: [
      'domain VARCHAR(255) NOT NULL',
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'PRIMARY KEY (domain, context_id, user_id)',
      'CONSTRAINT domain_catchalls_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { domain_catchalls_user_id: 'context_id, user_id' },
  },
  {
    name: 'shared_mail_domains',
    columns: [
      'domain VARCHAR(255) NOT NULL',
      // The reseller that shared it, null: the master admin.
      'owner_id BIGINT NULL',
      'PRIMARY KEY (domain)',
      'CONSTRAINT shared_mail_domains_owner FOREIGN KEY (owner_id) REFERENCES resellers (id) ON DELETE SET NULL',
    ],
    indexes: { shared_mail_domains_owner_id: 'owner_id' },
  },
  {
    name: 'mail_forwards',
    columns: [
      'alias VARCHAR(640) NOT NULL',
      'domain VARCHAR(255) NOT NULL',
      'context_id BIGINT NOT NULL',
      'PRIMARY KEY (alias)',
      'CONSTRAINT mail_forwards_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: { mail_forwards_context_id: 'context_id', mail_forwards_domain: 'domain' },
  },
  {
    name: 'mail_forward_targets',
    columns: [
      'alias VARCHAR(640) NOT NULL',
      'position INT NOT NULL',
      'target VARCHAR(320) NOT NULL',
      'PRIMARY KEY (alias, position)',
      'CONSTRAINT mail_forward_targets_alias FOREIGN KEY (alias) REFERENCES mail_forwards (alias) ON DELETE CASCADE',
    ],
  },
  {
    name: 'announcements',
    columns: [
      'id BIGINT NOT NULL',
      'owner_id BIGINT NULL',
      'enabled SMALLINT NOT NULL',
      'content MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (id)',
      'CONSTRAINT announcements_owner FOREIGN KEY (owner_id) REFERENCES resellers (id) ON DELETE CASCADE',
    ],
    indexes: { announcements_owner_id: 'owner_id' },
  },
  {
    // Foreign mailboxes of a user. Their passwords are kept nowhere.
    name: 'secondary_accounts',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'id BIGINT NOT NULL',
      'address VARCHAR(640) NOT NULL',
      'settings MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (context_id, user_id, id)',
      'CONSTRAINT secondary_accounts_address UNIQUE (context_id, user_id, address)',
      'CONSTRAINT secondary_accounts_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { secondary_accounts_address_of_context: 'context_id, address' },
  },
];

const sequences = [
  { name: 'announcement', next_value: 1 },
  { name: 'secondary_account', next_value: 1 },
];

/** Mailbox permissions, mail domains, forwards, announcements and secondary accounts. */
export const cloud: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await knex('sequences').insert(sequences).onConflict('name').ignore();
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
    await knex('sequences')
      .whereIn(
        'name',
        sequences.map(({ name }) => name),
      )
      .delete();
  },
};
