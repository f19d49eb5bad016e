import type { Knex } from 'knex';
import type { Context, Restriction } from '../../provisioning/model/model.js';
import type { ContextSearch } from '../../provisioning/repositories/context-repository.js';
import { chunks, groupBy } from '../../util/chunks.js';
import { likeEscape, literalPrefix, toLikePattern, whereLike } from '../database/search-pattern.js';
import { toAttributes } from '../schema/attributes.js';
import { fitting } from '../schema/text-lengths.js';
import { type ContextRow, definedColumns, flag } from '../schema/rows.js';

/** Completes context rows with what stands in other tables: two queries for 500 of them. */
export async function loadContexts(db: Knex, rows: readonly ContextRow[]): Promise<Context[]> {
  const contexts: Context[] = [];
  for (const chunk of chunks(rows)) {
    const ids = chunk.map((row) => row.id);
    const mappings = groupBy(
      await db('login_mappings').whereIn('context_id', ids).orderBy('position').select('*'),
      (row) => row.context_id,
    );
    const attributes = groupBy(
      await db('context_attributes').whereIn('context_id', ids).orderBy(['namespace', 'name']).select('*'),
      (row) => row.context_id,
    );
    for (const row of chunk) {
      const loginMappings = (mappings.get(row.id) ?? []).map(({ mapping }) => mapping);
      contexts.push(toContext(row, loginMappings, toAttributes(attributes.get(row.id) ?? [])));
    }
  }
  return contexts;
}

export function toContext(
  row: ContextRow,
  loginMappings: readonly string[],
  attributes: Context['attributes'],
): Context {
  return {
    id: row.id,
    name: row.name,
    ownerId: row.owner_id,
    enabled: row.enabled === 1,
    maxQuotaMb: row.max_quota_mb,
    filestoreId: row.filestore_id,
    averageSizeMb: row.average_size_mb,
    gabMode: row.gab_mode,
    customId: row.custom_id,
    adminId: row.admin_id,
    loginMappings,
    attributes,
    restrictions: JSON.parse(row.restrictions) as Restriction[],
  };
}

type ChangeableColumns = Omit<
  ContextRow,
  'id' | 'owner_id' | 'admin_id' | 'next_principal_id' | 'database_id' | 'cascade_version' | 'made_ms'
>;

/**
 * The columns for the members that are there, so all of them for a whole context.
 * @throws ValueTooLongError
 */
export function toContextColumns(context: Context): ChangeableColumns;
export function toContextColumns(context: Partial<Context>): Partial<ChangeableColumns>;
export function toContextColumns(context: Partial<Context>): Partial<ChangeableColumns> {
  return definedColumns({
    name: fitting('name', context.name),
    name_lower: context.name?.toLowerCase(),
    enabled: flag(context.enabled),
    max_quota_mb: context.maxQuotaMb,
    filestore_id: context.filestoreId,
    average_size_mb: context.averageSizeMb,
    gab_mode: fitting('gabMode', context.gabMode),
    custom_id: fitting('customId', context.customId),
    restrictions: context.restrictions && fitting('restrictions', JSON.stringify(context.restrictions)),
  });
}

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
