import type { Knex } from 'knex';
import { addColumn, createIndex } from './support/alter-table.js';
import { createTable, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    name: 'resources',
    columns: [
      'context_id BIGINT NOT NULL',
      'id BIGINT NOT NULL',
      'name VARCHAR(255) NOT NULL',
      'name_lower VARCHAR(510) NOT NULL',
      'display_name VARCHAR(320) NOT NULL',
      'display_name_lower VARCHAR(640) NOT NULL',
      'email VARCHAR(320) NOT NULL',
      'email_lower VARCHAR(640) NOT NULL',
      'available SMALLINT NOT NULL',
      'description MEDIUMTEXT NULL',
      'PRIMARY KEY (context_id, id)',
      'CONSTRAINT resources_name UNIQUE (context_id, name_lower)',
      'CONSTRAINT resources_email UNIQUE (context_id, email_lower)',
      'CONSTRAINT resources_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
  },
  {
    // Whoever may book a resource: a user, a group, or (neither) everybody.
    name: 'resource_permissions',
    columns: [
      'context_id BIGINT NOT NULL',
      'resource_id BIGINT NOT NULL',
      'position INT NOT NULL',
      'user_id BIGINT NULL',
      'group_id BIGINT NULL',
      'privilege VARCHAR(64) NULL',
      'PRIMARY KEY (context_id, resource_id, position)',
      'CONSTRAINT resource_permissions_resource FOREIGN KEY (context_id, resource_id) REFERENCES resources (context_id, id) ON DELETE CASCADE',
      'CONSTRAINT resource_permissions_user FOREIGN KEY (context_id, user_id) REFERENCES users (context_id, id) ON DELETE CASCADE',
      'CONSTRAINT resource_permissions_group FOREIGN KEY (context_id, group_id) REFERENCES user_groups (context_id, id) ON DELETE CASCADE',
    ],
    indexes: {
      resource_permissions_user_id: 'context_id, user_id',
      resource_permissions_group_id: 'context_id, group_id',
    },
  },
];

/** Resources, and names of groups that are unique in their context. */
export const resources: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    await addGroupNames(knex);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};

/**
 * Lower-case copies of the names of groups, null only until the update below ran. Until now every group was made by creating a context
 * and is called `users`, so the databases' own lower() does.
 */
async function addGroupNames(knex: Knex): Promise<void> {
  await addColumn(knex, 'user_groups', 'name_lower', 'VARCHAR(510) NULL');
  await addColumn(knex, 'user_groups', 'display_name_lower', 'VARCHAR(640) NULL');
  await knex.raw(
    'UPDATE user_groups SET name_lower = LOWER(name), display_name_lower = LOWER(display_name) WHERE name_lower IS NULL',
  );
  const columns = 'context_id, name_lower';
  await createIndex(knex, { name: 'user_groups_name', table: 'user_groups', columns, isUnique: true });
}
