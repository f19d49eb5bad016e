import type { Config } from '../settings/read-config.js';
import { databaseBounds } from '../store/database/database-bounds.js';

/** Options for opening the database, with the bounds of the settings. */
export function databaseOptions({ databaseUrl, databaseTimeout }: Config) {
  return { databaseUrl, bounds: databaseBounds(databaseTimeout * 1_000) };
}
