import type { Knex } from 'knex';
import { afterPrefix, likeEscape, literalPrefix } from './search-pattern.js';

/**
 * Restricts a query to texts that match a pattern of toLikePattern. Where that begins with a literal text it says so as a range of the
 * column's index. MariaDB's own range for LIKE ends at U+FFFF and so leaves out texts that go on with e.g. an emoji; `IS TRUE` keeps
 * it from using that.
 */
export function whereLike(query: Knex.QueryBuilder, column: string, like: string): void {
  const prefix = literalPrefix(like);
  if (prefix !== '') {
    const end = afterPrefix(prefix);
    void query.where(column, '>=', prefix);
    if (end !== null) void query.where(column, '<', end);
  }
  void query.whereRaw(`(${column} LIKE ? ESCAPE '${likeEscape}') IS TRUE`, [like]);
}
