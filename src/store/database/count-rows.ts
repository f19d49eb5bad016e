import type { Knex } from 'knex';

/** Number of rows of a query. */
export async function countRows(query: Knex.QueryBuilder): Promise<number> {
  const rows: { n: number | string }[] = await query.count({ n: '*' });
  return Number(rows[0]?.n ?? 0);
}
