import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mariadb, mariadbIsInstalled, type Mariadb } from '../../test/support/database/mariadb.js';
import type { BenchOptions } from './bench-group.js';
import { processCpuMicros } from './process-usage.js';

/** Everything that is measured fits in, a million users included. */
const sizes = { bufferPoolMb: 2_048, logFileMb: 1_024 };
const smallSizes = { bufferPoolMb: 128, logFileMb: 96 };

/** The bench's own MariaDB, durable as in production. */
export interface BenchDatabase extends Pick<Mariadb, 'port' | 'processId' | 'createDatabase' | 'query'> {
  /** CPU time of the server so far, in microseconds. */
  cpuMicros(): number;
}

/** The one MariaDB of this run; null when it is not installed. @throws Error when it is not although all is required */
export async function benchDatabase({
  isShort,
  requiresAll,
}: Pick<BenchOptions, 'isShort' | 'requiresAll'>): Promise<BenchDatabase | null> {
  if (!mariadbIsInstalled()) {
    if (requiresAll) throw new Error('mariadb-server is not installed');
    return null;
  }
  const server = await mariadb(isShort ? smallSizes : sizes);
  return {
    port: server.port,
    get processId() {
      return server.processId;
    },
    createDatabase: () => server.createDatabase(),
    query: (sql) => server.query(sql),
    cpuMicros: () => processCpuMicros(server.processId),
  };
}

/** The URL of a new SQLite database in a directory that goes with this process. */
export function newSqliteUrl(): string {
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-bench-sqlite-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return `sqlite:${join(directory, 'oxbow.db')}`;
}
