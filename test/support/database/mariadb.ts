import { createConnection, type Connection } from 'mysql2/promise';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../processes/free-port.js';

const serverPath = '/usr/sbin/mariadbd';
const installPath = '/usr/bin/mariadb-install-db';
const setprivPath = '/usr/bin/setpriv';
const startTimeoutMs = 60_000;

/** A MariaDB server of our own on 127.0.0.1, with a data directory that goes with the test process. */
export interface Mariadb {
  readonly port: number;
  readonly processId: number;
  /** A new empty database; its URL has user and password. */
  createDatabase(): Promise<string>;
  /** Runs one statement as the test user, e.g. to look at tables. */
  query(sql: string): Promise<unknown>;
  /** Kills the server as a crash would. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  crashAndRestart(): Promise<void>;
}

/** Whether Debian's mariadb-server is installed. */
export function mariadbIsInstalled(): boolean {
  return existsSync(serverPath) && existsSync(installPath);
}

let shared: Promise<Mariadb> | null = null;

/** How large the server is; measurements need more than tests. */
export interface MariadbSizes {
  readonly bufferPoolMb: number;
  readonly logFileMb: number;
}

/** The one server of this test process, started when first asked for and killed when the process ends. */
export function mariadb(sizes: MariadbSizes = { bufferPoolMb: 64, logFileMb: 32 }): Promise<Mariadb> {
  shared ??= startMariadb(sizes, []);
  return shared;
}

/** Another server, with options of its own; whoever started it crashes it. */
export function startMariadbOfOwn(options: readonly string[]): Promise<Mariadb> {
  return startMariadb({ bufferPoolMb: 32, logFileMb: 8 }, options);
}

async function startMariadb(sizes: MariadbSizes, furtherOptions: readonly string[]): Promise<Mariadb> {
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-mariadb-'));
  const password = randomBytes(12).toString('hex');
  let server: ChildProcess | null = null;
  process.once('exit', () => {
    server?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  await installInto(directory);
  const port = await freePort();
  const initFile = join(directory, 'init.sql');
  writeFileSync(initFile, grants(password));
  const start = async () => {
    server = spawnServer(directory, port, initFile, sizes, furtherOptions);
    await untilReady(port, password, server);
  };
  await start();
  const query = (sql: string) => withConnection(port, password, (connection) => connection.query(sql));
  let databases = 0;
  return {
    port,
    get processId() {
      return server?.pid ?? 0;
    },
    async createDatabase() {
      const name = `oxbow_${(databases += 1)}`;
      await query(`CREATE DATABASE ${name}`);
      return `mysql://oxbow:${password}@127.0.0.1:${port}/${name}`;
    },
    async query(sql) {
      return (await query(sql))[0];
    },
    crash: () => killed(server),
    restart: start,
    async crashAndRestart() {
      await killed(server);
      await start();
    },
  };
}

/** Kills a process that has not ended yet, and waits until it is gone. */
export async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** SQL that makes the test user. */
export function grants(password: string): string {
  return [
    `CREATE USER IF NOT EXISTS oxbow@127.0.0.1 IDENTIFIED BY '${password}';`,
    'GRANT ALL ON *.* TO oxbow@127.0.0.1 WITH GRANT OPTION;\n',
  ].join('\n');
}

/** Makes the system tables in `data` below a directory. */
export async function installInto(directory: string): Promise<void> {
  const options = [
    '--no-defaults',
    `--datadir=${join(directory, 'data')}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    `--user=${userInfo().username}`,
  ];
  // Its temporary tables carry nothing but a process id, which containers that share /tmp have in common.
  await promisify(execFile)(installPath, options, { env: { ...process.env, TMPDIR: directory } });
}

function spawnServer(
  directory: string,
  port: number,
  initFile: string,
  { bufferPoolMb, logFileMb }: MariadbSizes,
  furtherOptions: readonly string[],
): ChildProcess {
  const options = [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${join(directory, 'data')}`,
    `--socket=${join(directory, 'server.sock')}`,
    `--pid-file=${join(directory, 'server.pid')}`,
    `--log-error=${join(directory, 'server.log')}`,
    `--tmpdir=${directory}`,
    `--init-file=${initFile}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    // Durable as in production; the rest is only about starting fast.
    '--innodb-flush-log-at-trx-commit=1',
    `--innodb-buffer-pool-size=${bufferPoolMb}M`,
    `--innodb-log-file-size=${logFileMb}M`,
    '--performance-schema=OFF',
    ...furtherOptions,
  ];
  return spawnMariadbd(options);
}

/** Starts mariadbd as a process that does not outlive this one; `asUser` only when this one is root's. */
export function spawnMariadbd(options: readonly string[], asUser: string | null = null): ChildProcess {
  const user = asUser === null ? [] : [`--reuid=${asUser}`, `--regid=${asUser}`, '--init-groups'];
  // setpriv lets it die with the test process, even when that is killed and runs no exit handler.
  const server = existsSync(setprivPath)
    ? spawn(setprivPath, [...user, '--pdeathsig', 'KILL', '--', serverPath, ...options], { stdio: 'ignore' })
    : spawn(serverPath, options, { stdio: 'ignore' });
  // The tests may end while it runs; the exit handler kills it.
  server.unref();
  return server;
}

async function untilReady(port: number, password: string, server: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await withConnection(port, password, (connection) => connection.query('SELECT 1'));
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > giveUpAt) {
        throw new Error('mariadbd did not start', { cause: error });
      }
    }
    await sleep(50);
  }
}

/** Runs `work` with a connection of the test user. */
export async function withConnection<T>(
  port: number,
  password: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'oxbow', password });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
