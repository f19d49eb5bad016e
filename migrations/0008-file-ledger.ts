import type { Knex } from 'knex';
import { addColumn } from './support/alter-table.js';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Signatures of a user where they have a budget of their own.
    name: 'snippet_usage',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'bytes BIGINT NOT NULL DEFAULT 0',
      'files BIGINT NOT NULL DEFAULT 0',
      'reserved_bytes BIGINT NOT NULL DEFAULT 0',
      'generation BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (context_id, user_id)',
      'CONSTRAINT snippet_usage_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
  {
    // How many objects of a module a context holds.
    name: 'object_usage',
    columns: [
      'context_id BIGINT NOT NULL',
      'module VARCHAR(64) NOT NULL',
      'objects BIGINT NOT NULL DEFAULT 0',
      'reserved_objects BIGINT NOT NULL DEFAULT 0',
      'generation BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (context_id, module)',
      'CONSTRAINT object_usage_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    // Promised room. Holder is who may end it (user:5, objects:task), counter is where the amount is counted as reserved while the
    // state is open (own:5, context, snippet:5, objects:task, none). Ended ones are kept for a while to answer repeated calls.
    name: 'quota_reservations',
    columns: [
      'id VARCHAR(36) NOT NULL',
      'context_id BIGINT NOT NULL',
      'holder VARCHAR(80) NOT NULL',
      'idempotency_key VARCHAR(255) NOT NULL',
      'kind VARCHAR(16) NOT NULL',
      'counter VARCHAR(80) NOT NULL',
      'amount BIGINT NOT NULL',
      'state VARCHAR(16) NOT NULL',
      'expires_at_ms BIGINT NOT NULL',
      'committed_amount BIGINT NOT NULL DEFAULT 0',
      'committed_files BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (id)',
      'CONSTRAINT quota_reservations_key UNIQUE (context_id, holder, idempotency_key)',
      'CONSTRAINT quota_reservations_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: {
      quota_reservations_expiry: 'state, expires_at_ms',
      quota_reservations_counter: 'context_id, counter, state',
    },
  },
  {
    // Deletions that were reported already, to count each only once.
    name: 'quota_deletions',
    columns: [
      'context_id BIGINT NOT NULL',
      'holder VARCHAR(80) NOT NULL',
      'idempotency_key VARCHAR(255) NOT NULL',
      'kind VARCHAR(16) NOT NULL',
      'amount BIGINT NOT NULL',
      'files BIGINT NOT NULL',
      'reported_at_ms BIGINT NOT NULL',
      'PRIMARY KEY (context_id, holder, idempotency_key)',
      'CONSTRAINT quota_deletions_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: { quota_deletions_reported: 'reported_at_ms' },
  },
];

// A generation grows with every change of the counter, so that an absolute total can be refused when it is out of date.
const columns: readonly (readonly [string, string, string])[] = [
  ['file_usage', 'generation', 'BIGINT NOT NULL DEFAULT 0'],
  ['hosted_file_usage', 'generation', 'BIGINT NOT NULL DEFAULT 0'],
  ['context_usage', 'generation', 'BIGINT NOT NULL DEFAULT 0'],
  ['context_usage', 'files', 'BIGINT NOT NULL DEFAULT 0'],
  ['context_usage', 'reserved_bytes', 'BIGINT NOT NULL DEFAULT 0'],
];

/** Reservations, deletions and the counters that file services work on. */
export const fileLedger: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    for (const [table, column, definition] of columns) await addColumn(knex, table, column, definition);
  },
  /** Columns stay: whatever came before does not mind them. */
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
