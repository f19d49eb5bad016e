import type { Config } from '../settings/read-config.js';
import { databaseBounds } from '../store/database/database-bounds.js';

export function databaseOptions({ databaseUrl, databaseTimeout }: Config) {
  return { databaseUrl, bounds: databaseBounds(databaseTimeout * 1_000) };
}
