import type { Knex } from 'knex';
import type { UserSearch } from '../provisioning/repositories/user-repository.js';
import { chunks } from '../util/chunks.js';
import { literalPrefix, toLikePattern } from './search-pattern.js';
import { whereLike } from './where-like.js';

/** The ids of the users of a context whose login or display name matches, ascending. */
export async function searchUsers(
  db: Knex,
  contextId: number,
  { pattern, ignoreCase, length, offset }: UserSearch,
): Promise<number[]> {
  const exact = toLikePattern(pattern);
  const lower = toLikePattern(pattern.toLowerCase());
  if (exact === null || lower === null) return [];
  const login = ignoreCase ? { column: 'login_lower', like: lower } : { column: 'login', like: exact };
  const users = () => db('users').where({ context_id: contextId }).select('id');
  const query: Knex.QueryBuilder = exact === '%' ? users() : matching(users, login, lower);
  void query.orderBy('id');
  if (length !== null) void query.limit(length).offset(offset);
  const rows = (await query) as { id: number }[];
  return rows.map(({ id }) => id);
}

/** With a literal beginning one index each for login and display name, else one pass over the users of the context. */
function matching(
  users: () => Knex.QueryBuilder,
  login: { readonly column: string; readonly like: string },
  displayName: string,
): Knex.QueryBuilder {
  const byName = { column: 'display_name_lower', like: displayName };
  if (literalPrefix(login.like) === '')
    return users().where((either) => {
      void either
        .where((condition) => whereLike(condition, login.column, login.like))
        .orWhere((condition) => whereLike(condition, byName.column, byName.like));
    });
  const [first, second] = [login, byName].map(({ column, like }) =>
    users().modify((query) => whereLike(query, column, like)),
  );
  if (first === undefined || second === undefined) throw new Error('there are two of them');
  return first.union(second);
}

/** The ids behind logins, for those that exist. */
export async function findIdsByLogin(
  db: Knex,
  contextId: number,
  logins: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const chunk of chunks([...new Set(logins)])) {
    const rows = await db('users')
      .where({ context_id: contextId })
      .whereIn('login', chunk)
      .select('login', 'id');
    for (const { login, id } of rows) found.set(login, id);
  }
  return found;
}

/** Those of the ids that exist. */
export async function findExisting(
  db: Knex,
  contextId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const chunk of chunks([...new Set(ids)])) {
    const users = db('users').where({ context_id: contextId }).whereIn('id', chunk);
    for (const id of await users.pluck('id')) found.add(id);
  }
  return found;
}
