import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

// What a mail server was told last of its accounts. Everything else that it has is somebody else's, and stays.
const table: Table = {
  name: 'mail_accounts_told',
  columns: [
    'mailbox VARCHAR(320) NOT NULL',
    // As the mail server names the account; empty while the account is being made.
    'server_id VARCHAR(255) NOT NULL',
    // 0: something was on its way when it was last heard of, so the account must be read before it is compared.
    'is_settled SMALLINT NOT NULL',
    // JSON, without any password: of hashes only their SHA-256 is kept.
    'facts MEDIUMTEXT NOT NULL',
    'PRIMARY KEY (mailbox)',
  ],
};

/** The memory of what a mail server that does not ask was told. */
export const toldAccounts: Knex.Migration = {
  async up(knex) {
    await createTable(knex, table);
  },
  async down(knex) {
    await knex.schema.dropTableIfExists(table.name);
  },
};
