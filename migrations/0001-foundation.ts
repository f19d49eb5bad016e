import type { Knex } from 'knex';
import { createTable, type Table } from './support/create-table.js';

// Bytes and MB are signed: in unsigned columns `limit - used` is an error in MariaDB as soon as it falls below zero.
// Lengths must not be below those of src/store/schema/text-lengths.ts; *_lower copies may be twice as long (İ becomes two characters).
const tables: readonly Table[] = [
  {
    name: 'settings',
    columns: ['name VARCHAR(128) NOT NULL', 'value MEDIUMTEXT NOT NULL', 'PRIMARY KEY (name)'],
  },
  {
    name: 'sequences',
    columns: ['name VARCHAR(64) NOT NULL', 'next_value BIGINT NOT NULL', 'PRIMARY KEY (name)'],
  },
  {
    name: 'registered_servers',
    columns: ['id BIGINT NOT NULL', 'name VARCHAR(255) NOT NULL', 'PRIMARY KEY (id)'],
  },
  {
    name: 'registered_databases',
    columns: ['id BIGINT NOT NULL', 'name VARCHAR(255) NOT NULL', 'PRIMARY KEY (id)'],
  },
  {
    name: 'filestores',
    columns: [
      'id BIGINT NOT NULL',
      'url VARCHAR(1024) NOT NULL',
      'size_mb BIGINT NOT NULL',
      'max_contexts BIGINT NOT NULL',
      'PRIMARY KEY (id)',
    ],
  },
  {
    name: 'resellers',
    columns: [
      'id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'name_lower VARCHAR(510) NOT NULL',
      'display_name VARCHAR(320) NOT NULL',
      'parent_id BIGINT NULL',
      'password_hash VARCHAR(512) NOT NULL',
      'password_mech VARCHAR(64) NOT NULL',
      'restrictions MEDIUMTEXT NOT NULL',
      'capabilities MEDIUMTEXT NOT NULL',
      'taxonomies MEDIUMTEXT NOT NULL',
      'configuration MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (id)',
      'CONSTRAINT resellers_name UNIQUE (name)',
      'CONSTRAINT resellers_parent FOREIGN KEY (parent_id) REFERENCES resellers (id)',
    ],
    indexes: { resellers_parent_id: 'parent_id' },
  },
  {
    name: 'contexts',
    columns: [
      'id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'name_lower VARCHAR(510) NOT NULL',
      'owner_id BIGINT NULL',
      'enabled SMALLINT NOT NULL',
      'max_quota_mb BIGINT NOT NULL',
      'filestore_id BIGINT NOT NULL',
      'average_size_mb BIGINT NOT NULL',
      'gab_mode VARCHAR(64) NULL',
      'custom_id VARCHAR(255) NULL',
      'admin_id BIGINT NOT NULL',
      'next_principal_id BIGINT NOT NULL',
      'restrictions MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (id)',
      'CONSTRAINT contexts_name UNIQUE (name)',
      'CONSTRAINT contexts_owner FOREIGN KEY (owner_id) REFERENCES resellers (id)',
    ],
    indexes: { contexts_owner_id: 'owner_id' },
  },
  {
    name: 'login_mappings',
    columns: [
      'mapping VARCHAR(255) NOT NULL',
      'mapping_lower VARCHAR(510) NOT NULL',
      'context_id BIGINT NOT NULL',
      'position INT NOT NULL',
      'PRIMARY KEY (mapping)',
      'CONSTRAINT login_mappings_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: { login_mappings_context_id: 'context_id' },
  },
  {
    name: 'context_attributes',
    columns: [
      'context_id BIGINT NOT NULL',
      'namespace VARCHAR(128) NOT NULL',
      'name VARCHAR(512) NOT NULL',
      'value MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (context_id, namespace, name)',
      'CONSTRAINT context_attributes_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'context_usage',
    columns: [
      'context_id BIGINT NOT NULL',
      'bytes BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (context_id)',
      'CONSTRAINT context_usage_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'users',
    columns: [
      'context_id BIGINT NOT NULL',
      'id BIGINT NOT NULL',
      'is_context_admin SMALLINT NOT NULL',
      'login VARCHAR(255) NOT NULL',
      'login_lower VARCHAR(510) NOT NULL',
      'password_hash VARCHAR(512) NOT NULL',
      'password_mech VARCHAR(64) NOT NULL',
      'password_expired SMALLINT NOT NULL',
      'enabled SMALLINT NOT NULL',
      'display_name VARCHAR(320) NOT NULL',
      'display_name_lower VARCHAR(640) NOT NULL',
      'given_name VARCHAR(255) NOT NULL',
      'sur_name VARCHAR(255) NOT NULL',
      'primary_email VARCHAR(320) NOT NULL',
      // The key of mail_usage: the lower-cased primary address; null for a context admin, who has no mailbox.
      'mailbox VARCHAR(320) NULL',
      'email1 VARCHAR(320) NOT NULL',
      'email2 VARCHAR(320) NULL',
      'email3 VARCHAR(320) NULL',
      'default_sender_address VARCHAR(320) NOT NULL',
      'language VARCHAR(64) NOT NULL',
      'timezone VARCHAR(64) NOT NULL',
      'default_group_id BIGINT NOT NULL',
      'module_access BIGINT NOT NULL',
      'max_quota_mb BIGINT NOT NULL',
      'filestore_id BIGINT NOT NULL',
      'mail_quota_mb BIGINT NULL',
      'imap_schema VARCHAR(32) NOT NULL',
      'imap_host VARCHAR(255) NOT NULL',
      'imap_port INT NOT NULL',
      'smtp_schema VARCHAR(32) NOT NULL',
      'smtp_host VARCHAR(255) NOT NULL',
      'smtp_port INT NOT NULL',
      'profile MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (context_id, id)',
      'CONSTRAINT users_login UNIQUE (context_id, login)',
      'CONSTRAINT users_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: { users_display_name: 'context_id, display_name', users_mailbox: 'mailbox' },
  },
  {
    name: 'user_aliases',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'position INT NOT NULL',
      'address VARCHAR(320) NOT NULL',
      'PRIMARY KEY (context_id, user_id, position)',
      'CONSTRAINT user_aliases_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { user_aliases_address: 'address' },
  },
  {
    name: 'user_attributes',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'namespace VARCHAR(128) NOT NULL',
      'name VARCHAR(512) NOT NULL',
      'value MEDIUMTEXT NOT NULL',
      'PRIMARY KEY (context_id, user_id, namespace, name)',
      'CONSTRAINT user_attributes_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'user_groups',
    columns: [
      'context_id BIGINT NOT NULL',
      'id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'display_name VARCHAR(320) NOT NULL',
      'PRIMARY KEY (context_id, id)',
      'CONSTRAINT user_groups_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    name: 'group_members',
    columns: [
      'context_id BIGINT NOT NULL',
      'group_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'PRIMARY KEY (context_id, group_id, user_id)',
      'CONSTRAINT group_members_group FOREIGN KEY (context_id, group_id) REFERENCES user_groups (context_id, id) ON DELETE CASCADE',
      'CONSTRAINT group_members_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { group_members_user_id: 'context_id, user_id' },
  },
  {
    // What only one user may hold: display names in a context, mail addresses in a context or (scope 0) anywhere.
    name: 'unique_names',
    columns: [
      'kind VARCHAR(16) NOT NULL',
      'scope_context_id BIGINT NOT NULL',
      'value VARCHAR(640) NOT NULL',
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'PRIMARY KEY (kind, scope_context_id, value)',
      'CONSTRAINT unique_names_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
    indexes: { unique_names_user_id: 'context_id, user_id' },
  },
  {
    name: 'file_usage',
    columns: [
      'context_id BIGINT NOT NULL',
      'user_id BIGINT NOT NULL',
      'bytes BIGINT NOT NULL DEFAULT 0',
      'files BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (context_id, user_id)',
      'CONSTRAINT file_usage_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
    ],
  },
  {
    // Written by Dovecot (quota_clone): the key must be exactly username, all else needs a default.
    name: 'mail_usage',
    columns: [
      'username VARCHAR(320) NOT NULL',
      'bytes BIGINT NOT NULL DEFAULT 0',
      'messages BIGINT NOT NULL DEFAULT 0',
      'PRIMARY KEY (username)',
    ],
  },
];

const filestore = {
  id: 1,
  url: 'file:/var/lib/oxbow/filestore',
  size_mb: 1_000_000_000,
  max_contexts: 1_000_000,
};
const sequences = [
  { name: 'context', next_value: 1 },
  { name: 'reseller', next_value: 1 },
];

/** Everything of the first release, and the one file storage, database and server that a fresh start needs. */
export const foundation: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await knex('sequences').insert(sequences).onConflict('name').ignore();
    await knex('registered_servers').insert({ id: 1, name: 'local' }).onConflict('id').ignore();
    await knex('registered_databases').insert({ id: 1, name: 'oxbow' }).onConflict('id').ignore();
    await knex('filestores').insert(filestore).onConflict('id').ignore();
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};
