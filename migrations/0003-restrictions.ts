import type { Knex } from 'knex';
import { isMysql } from './support/create-table.js';

const indexName = 'users_module_access';

/** Users are counted per combination of modules while a create holds the reseller's row: from the index alone. */
export const restrictions: Knex.Migration = {
  async up(knex) {
    if (isMysql(knex)) {
      if (!(await hasMysqlIndex(knex)))
        await knex.raw(`CREATE INDEX ${indexName} ON users (context_id, module_access)`);
      return;
    }
    await knex.raw(`CREATE INDEX IF NOT EXISTS ${indexName} ON users (context_id, module_access)`);
  },
  async down(knex) {
    if (isMysql(knex)) await knex.raw(`DROP INDEX ${indexName} ON users`);
    else await knex.raw(`DROP INDEX IF EXISTS ${indexName}`);
  },
};

/** MySQL knows no IF NOT EXISTS for an index. */
async function hasMysqlIndex(knex: Knex): Promise<boolean> {
  const row: unknown = await knex('information_schema.statistics')
    .where({ table_schema: knex.raw('DATABASE()'), table_name: 'users', index_name: indexName })
    .first('index_name');
  return row !== undefined;
}
