import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchDatabase } from './bench-database.js';

/** What went over the wire to the database during one request. */
export interface WatchedStatements {
  /** As the server saw them, values replaced by `?`; the parts of a compound statement one by one. */
  readonly statements: readonly string[];
  /** Of these, how many read or write rows; not what begins and commits, and the read of the id that was taken. */
  readonly rowStatements: number;
  /** How often was waited for the server before the transaction was committed. One that commits by itself counts. */
  readonly roundTripsBeforeCommit: number;
}

/** Counts how often a client speaks and is answered. */
export interface CountingProxy {
  readonly port: number;
  /** What the client said in each round trip since the last call, as bytes. */
  takeRoundTrips(): Buffer[];
  close(): void;
}

const logSettleMs = 100;

/** Starts a proxy on 127.0.0.1 in front of a port of it. */
export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  const trips: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    let isAnswered = true;
    client.on('data', (data) => {
      if (isAnswered) trips.push(data);
      else trips.push(Buffer.concat([trips.pop() ?? Buffer.alloc(0), data]));
      isAnswered = false;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      isAnswered = true;
      client.write(data);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    takeRoundTrips: () => trips.splice(0),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

/** Watches one request that goes through the proxy. The connection should be warm, so that nothing is prepared in it. */
export async function watchStatements(
  database: Pick<BenchDatabase, 'query'>,
  proxy: CountingProxy,
  request: () => Promise<unknown>,
): Promise<WatchedStatements> {
  await database.query("SET GLOBAL log_output = 'TABLE'");
  await database.query('TRUNCATE mysql.general_log');
  await database.query('SET GLOBAL general_log = ON');
  proxy.takeRoundTrips();
  await request();
  const trips = proxy.takeRoundTrips();
  await sleep(logSettleMs);
  await database.query('SET GLOBAL general_log = OFF');
  const logged = (await database.query(
    "SELECT argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') ORDER BY event_time",
  )) as { argument: Buffer | string }[];
  const texts = logged
    .map(({ argument }) => argument.toString())
    .filter((text) => !/general_log|log_output/.test(text));
  const statements = texts.flatMap(partsOf).map(withoutValues);
  const commitsAlone = texts.filter((text) => /^\s*COMMIT\b/i.test(text)).length;
  return {
    statements,
    rowStatements: statements.filter(concernsRows).length,
    roundTripsBeforeCommit: trips.length - commitsAlone,
  };
}

/** The statements of a compound one; quoted texts hold no semicolon in what the bench sends. */
function partsOf(text: string): string[] {
  const compound = /^\s*BEGIN NOT ATOMIC(.*)END;?\s*$/s.exec(text)?.[1];
  if (compound === undefined) return [text.trim()];
  return compound
    .replaceAll('END IF', '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function concernsRows(statement: string): boolean {
  if (/^SELECT LAST_INSERT_ID\(\)/i.test(statement)) return false;
  return /^(\(?SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE)\b/i.test(statement);
}

function withoutValues(statement: string): string {
  return statement
    .replaceAll(/'(?:[^'\\]|\\.|'')*'/g, '?')
    .replaceAll(/\b\d+\b/g, '?')
    .replaceAll(/\s+/g, ' ');
}
