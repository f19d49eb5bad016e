import type { Knex } from 'knex';
import type { ContextSearch } from '../provisioning/repositories/context-repository.js';
import { likeEscape, literalPrefix, toLikePattern } from './search-pattern.js';
import { whereLike } from './where-like.js';

/** Ids are below 2^53, so none has more digits. */
const longestId = 16;

/** The ids of the contexts whose name, id or login mapping matches, ascending. */
export async function searchContexts(
  db: Knex,
  { pattern, ownerIds, page, filestoreId, databaseId }: ContextSearch,
): Promise<number[]> {
  const like = toLikePattern(pattern.toLowerCase());
  if (like === null) return [];
  const query = db('contexts').orderBy('contexts.id');
  if (like !== '%') void query.join(matching(db, like).as('found'), 'found.id', 'contexts.id');
  if (ownerIds !== null) void query.whereIn('contexts.owner_id', ownerIds);
  if (filestoreId !== undefined) void query.where('contexts.filestore_id', filestoreId);
  if (databaseId !== undefined) void query.where('contexts.database_id', databaseId);
  if (page) void query.limit(page.length).offset(page.offset);
  const rows: { id: number }[] = await query.select('contexts.id');
  return rows.map(({ id }) => id);
}

/** One index each for names, login mappings and ids, as long as the pattern begins with a literal text. */
function matching(db: Knex, like: string): Knex.QueryBuilder {
  const names = db('contexts').modify((query) => whereLike(query, 'name_lower', like));
  const mappings = db('login_mappings').modify((query) => whereLike(query, 'mapping_lower', like));
  const either = names.select('id').union([mappings.select('context_id')]);
  const prefix = literalPrefix(like);
  const ranges = idRanges(prefix, like === prefix);
  if (ranges.length === 0) return either;
  const ids = db('contexts').whereRaw(`CAST(id AS CHAR) LIKE ? ESCAPE '${likeEscape}'`, [like]);
  void ids.where((any) => {
    for (const range of ranges) void any.orWhereBetween('id', range);
  });
  return either.union([ids.select('id')]);
}

/** The numbers whose digits begin with these: 12, 120 to 129, 1200 to 1299 … */
function idRanges(digits: string, isWhole: boolean): [number, number][] {
  if (digits === '') return [[1, Number.MAX_SAFE_INTEGER]];
  if (!/^[1-9]\d*$/.test(digits) || digits.length > longestId) return [];
  const ranges: [number, number][] = [];
  const mostMore = isWhole ? 0 : longestId - digits.length;
  for (let more = 0; more <= mostMore; more += 1) {
    const from = Number(digits) * 10 ** more;
    const to = from + 10 ** more - 1;
    if (from > Number.MAX_SAFE_INTEGER) break;
    ranges.push([from, Math.min(to, Number.MAX_SAFE_INTEGER)]);
  }
  return ranges;
}
