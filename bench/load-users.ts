/**
 * Fills an empty MariaDB database with users, the same ones every time, straight into the tables that Oxbow's migrations make:
 *
 *   node --import=tsx bench/load-users.ts mysql://… [contexts] [users per context] [users of one more context]
 *
 * test/wire/users/generated-users.test.ts compares every column with what SOAP calls write.
 */
import { createConnection, type Connection } from 'mysql2/promise';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startApp } from '../src/app/app.js';
import { createLogger } from '../src/observe/logging.js';
import { readConfig } from '../src/settings/read-config.js';
import { generatedTables } from './generated-tables.js';
import { generatedContexts, type Cell, type Population } from './generated-users.js';

export const masterPassword = 'master-Secret-1';

export const millionUsers: Population = {
  resellers: 10,
  contexts: 10_000,
  usersPerContext: 100,
  bigContextUsers: 10_000,
  isUsed: true,
};

/** A line buffer of about this size goes to the server at once. */
const blockCharacters = 256 * 1024;

/**
 * Starts Oxbow on the database once, so that it has its schema, settings and master admin (`masterPassword`), and stops it again.
 */
export async function prepareDatabase(url: string): Promise<void> {
  const env = { HOST: '127.0.0.1', PORT: '0', DATABASE_URL: url, MASTER_PASSWORD: masterPassword };
  const config = readConfig({ ...env, LOG_LEVEL: 'error' });
  const app = await startApp(config, createLogger(config));
  await app.stop();
}

/**
 * Loads a population into a database without contexts; each table in one LOAD DATA statement, in the order of its key.
 * @returns how long it took in seconds
 */
export async function loadUsers(url: string, population: Population): Promise<number> {
  const startedMs = performance.now();
  await prepareDatabase(url);
  const connection = await createConnection({ uri: url, flags: ['+LOCAL_FILES'] });
  try {
    // MariaDB sorts an empty table's indexes in one go when it need not check as it inserts.
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    for (const { name, columns, rows } of generatedTables(population))
      await loadTable(connection, name, columns, rows());
    await takeSequences(connection, population);
    for (const { name } of generatedTables(population)) await connection.query(`ANALYZE TABLE ${name}`);
  } finally {
    await connection.end();
  }
  return (performance.now() - startedMs) / 1000;
}

async function loadTable(
  connection: Connection,
  name: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  await connection.query({
    sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${name} CHARACTER SET utf8mb4 (${columns.join(', ')})`,
    infileStreamFactory: () => Readable.from(blocks(rows), { objectMode: false }),
  });
}

/** Ids that the service gives out go on after the generated ones. */
async function takeSequences(connection: Connection, population: Population): Promise<void> {
  const contexts = [...generatedContexts(population)].length;
  const sequences = { context: contexts + 1, reseller: population.resellers + 1 };
  for (const [name, next] of Object.entries(sequences))
    await connection.query('UPDATE sequences SET next_value = ? WHERE name = ?', [next, name]);
}

function* blocks(rows: Iterable<readonly Cell[]>): Generator<Buffer> {
  let block = '';
  for (const row of rows) {
    block += `${row.map(toField).join('\t')}\n`;
    if (block.length < blockCharacters) continue;
    yield Buffer.from(block);
    block = '';
  }
  if (block !== '') yield Buffer.from(block);
}

function toField(cell: Cell): string {
  return cell === null ? '\\N' : String(cell).replace(/[\\\t\n]/g, (character) => `\\${character}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [url = '', ...counts] = process.argv.slice(2);
  const { contexts, usersPerContext, bigContextUsers } = millionUsers;
  const [contextCount = contexts, perContext = usersPerContext, big = bigContextUsers] = counts.map(Number);
  const seconds = await loadUsers(url, {
    ...millionUsers,
    contexts: contextCount,
    usersPerContext: perContext,
    bigContextUsers: big,
  });
  process.stdout.write(`${contextCount * perContext + big} users in ${seconds.toFixed(1)} s\n`);
}
