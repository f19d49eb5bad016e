/**
 * A stored count as it may be summed, in SQL; the rule of `boundedCount`. Mail servers write into our tables, and what they write may have
 * fallen below 0, with its sign or without. NULL stays NULL.
 */
export function bounded(column: string): string {
  return `CASE WHEN ${column} < 0 OR ${column} > 4611686018427387903 THEN 0
    WHEN ${column} > 9007199254740991 THEN 9007199254740991 ELSE ${column} END`;
}

/** 1 where a stored count is not what it is summed as, in SQL. */
export function isOdd(column: string): string {
  return `CASE WHEN ${column} < 0 OR ${column} > 9007199254740991 THEN 1 ELSE 0 END`;
}
