/** Rows of a sub-select as JSON: mysql2 has parsed what MariaDB calls JSON; no rows are null there and an empty array on SQLite. */
export type JsonRows<Row> = Row[] | string | null;

export function parsedRows<Row>(json: JsonRows<Row>): Row[] {
  if (json === null) return [];
  return typeof json === 'string' ? (JSON.parse(json) as Row[]) : json;
}
