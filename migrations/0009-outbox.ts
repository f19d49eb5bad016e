import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

// Times are milliseconds since 1970 by the clock of whoever writes. Lengths must not be below those of src/store/schema/text-lengths.ts.
const tables: readonly Table[] = [
  {
    // What somebody else is still to be told. One entry per thing, however often it changes before it is told.
    name: 'outbox',
    columns: [
      // account, tenant or webhook
      'kind VARCHAR(16) NOT NULL',
      'name VARCHAR(320) NOT NULL',
      // Counts changes, so that one made while an entry is being worked on is not lost.
      'version BIGINT NOT NULL',
      // What the other side has under this name belongs to somebody who is gone, and goes first.
      'remove_first SMALLINT NOT NULL DEFAULT 0',
      'body MEDIUMTEXT NULL',
      'attempts INT NOT NULL DEFAULT 0',
      'created_at_ms BIGINT NOT NULL',
      'due_at_ms BIGINT NOT NULL',
      'lease_until_ms BIGINT NOT NULL DEFAULT 0',
      'lease_token VARCHAR(36) NULL',
      'last_error VARCHAR(255) NULL',
      'PRIMARY KEY (kind, name)',
    ],
    indexes: { outbox_due: 'due_at_ms' },
  },
  {
    // Mailboxes that the other side still has under a former name.
    name: 'outbox_renames',
    columns: ['former VARCHAR(320) NOT NULL', 'mailbox VARCHAR(320) NOT NULL', 'PRIMARY KEY (former)'],
    indexes: { outbox_renames_mailbox: 'mailbox' },
  },
];

/** What is to be told to mail servers that do not ask, and to webhooks. */
export const outbox: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
