import type { Knex } from 'knex';
import type { Context, Restriction } from '../provisioning/model/model.js';
import { chunks, groupBy } from '../util/chunks.js';
import { toAttributes } from './attributes.js';
import { fitting } from './limits.js';
import { definedColumns, flag, type ContextRow } from './rows.js';

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
