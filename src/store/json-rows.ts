import type { Attributes } from '../provisioning/model.js';
import { byKey, toAttributes } from './attributes.js';

/** Rows of a sub-select as JSON: mysql2 has parsed what MariaDB calls JSON; no rows are null there and an empty array on SQLite. */
export type JsonRows<Row> = Row[] | string | null;

export function parsedRows<Row>(json: JsonRows<Row>): Row[] {
  if (json === null) return [];
  return typeof json === 'string' ? (JSON.parse(json) as Row[]) : json;
}

/** Texts in the order of their positions. */
export function inOrder(json: JsonRows<[position: number, text: string]>): string[] {
  return parsedRows(json)
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text);
}

/** Attributes, whoever they belong to. */
export function attributesOf(json: JsonRows<[namespace: string, name: string, value: string]>): Attributes {
  const cells = parsedRows(json).map(([namespace, name, value]) => ({ namespace, name, value }));
  return toAttributes(cells.sort(byKey));
}
