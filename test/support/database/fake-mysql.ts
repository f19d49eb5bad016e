import { createServer } from 'mysql2';
import { freePort } from '../processes/free-port.js';

type Row = Readonly<Record<string, string | number>>;

/** A server that speaks the protocol of MySQL and holds nothing. */
export interface FakeMysql {
  /** A database URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one on 127.0.0.1, for states of a server that a real one cannot be brought to cheaply.
 * @param answer the rows of a query; null: there is no such table. SET is always done.
 */
export async function startFakeMysql(answer: (sql: string) => readonly Row[] | null): Promise<FakeMysql> {
  const server = createServer((connection) => {
    // mysql2 leaves this to servers: every command begins with packet 0.
    const countAnew = () => void (connection.sequenceId = 0);
    connection.serverHandshake({
      protocolVersion: 10,
      serverVersion: '5.5.5-10.11.0-MariaDB',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 45,
      capabilityFlags: 0xffffff,
      authCallback: (_who: object, done: (error: null) => void) => {
        done(null);
        countAnew();
      },
    });
    connection.on('packet', countAnew);
    // mysql2 takes SET for a part of prepared statements.
    connection.on('stmt_prepare', () => connection.writeOk());
    connection.on('query', (sql: string) => {
      const rows = answer(sql);
      if (rows === null) connection.writeError({ code: 1146, message: 'no such table' });
      else connection.writeTextResult([...rows], Object.entries(rows[0] ?? { nothing: '' }).map(columnOf));
    });
    // Clients go without a word.
    connection.on('error', () => undefined);
  });
  const port = await freePort();
  server.listen(port);
  return {
    url: `mysql://oxbow:geheim-7@127.0.0.1:${port}/oxbow`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function columnOf([name, value]: [string, string | number]): object {
  const [longLong, varString] = [8, 253];
  return {
    catalog: 'def',
    schema: '',
    table: '',
    orgTable: '',
    name,
    orgName: name,
    characterSet: 45,
    columnLength: 1_000,
    columnType: typeof value === 'number' ? longLong : varString,
    flags: 0,
    decimals: 0,
  };
}
