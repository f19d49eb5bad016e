import type { Knex } from 'knex';
import { chunks } from '../../util/chunks.js';
import { likeEscape, toLikePattern } from '../database/search-pattern.js';
import type { GroupRow } from '../schema/rows.js';

/** The tables of what a context knows by id, by name and by display name. */
export type NamedTable = 'user_groups' | 'resources';

type NamedRow = Pick<GroupRow, 'context_id' | 'id' | 'name_lower' | 'display_name_lower'>;

/** The rows of these ids, in the order of the ids; ids without a row are left out. */
export async function inOrderOfIds<Row, T extends { readonly id: number }>(
  ids: readonly number[],
  readChunk: (chunk: readonly number[]) => Promise<Row[]>,
  load: (rows: readonly Row[]) => Promise<T[]>,
): Promise<T[]> {
  const found = new Map<number, T>();
  for (const chunk of chunks([...new Set(ids)]))
    for (const item of await load(await readChunk(chunk))) found.set(item.id, item);
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** The id of a name, whatever its letter case. */
export async function findIdByName(
  db: Knex,
  table: NamedTable,
  contextId: number,
  name: string,
): Promise<number | null> {
  const row = await db<NamedRow>(table)
    .where({ context_id: contextId, name_lower: name.toLowerCase() })
    .first('id');
  return row?.id ?? null;
}

/** The ids whose name or display name matches, ascending, whatever the letter case. */
export async function findIdsByPattern(
  db: Knex,
  table: NamedTable,
  contextId: number,
  pattern: string,
): Promise<number[]> {
  const like = toLikePattern(pattern.toLowerCase());
  if (like === null) return [];
  return db<NamedRow>(table)
    .where({ context_id: contextId })
    .whereRaw(
      `(name_lower LIKE ? ESCAPE '${likeEscape}' OR display_name_lower LIKE ? ESCAPE '${likeEscape}')`,
      [like, like],
    )
    .orderBy('id')
    .pluck('id');
}
