export interface DatabaseHost {
  readonly host: string;
  readonly port: number;
}

/** Where the database is. A port, user or password that the URL leaves out is undefined. */
export type DatabaseTarget =
  | {
      readonly kind: 'sqlite';
      readonly filename: string;
      /** Whether no other process may use the file, not even to read. docs/decisions/0009-sqlite-journal.md */
      readonly isExclusive: boolean;
    }
  | {
      readonly kind: 'mysql';
      /** Never empty. A new connection goes to the one that worked last, else to the next of them. */
      readonly hosts: readonly DatabaseHost[];
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly tls: boolean;
    };

const forms =
  'sqlite:./data/oxbow.db, sqlite::memory: or mysql://user:password@host:port[,host:port…]/database';

/**
 * Reads a database URL: `sqlite:<path>` (`?exclusive=true` for one process alone), `sqlite::memory:`, `mysql://user:password@host:port/database` (or `mariadb://`;
 * `?ssl=true` for TLS with a verified certificate). Instead of one `host:port` there may be several, separated by commas.
 * @throws Error with a text for the operator that never repeats the URL, since that may hold a password
 */
export function parseDatabaseUrl(databaseUrl: string): DatabaseTarget {
  if (databaseUrl.startsWith('sqlite:')) return parseSqlite(databaseUrl.slice('sqlite:'.length));
  if (/^(mysql|mariadb):/.test(databaseUrl)) return parseMysql(databaseUrl);
  throw new Error(`the database URL must have one of the forms ${forms}`);
}

function parseSqlite(text: string): DatabaseTarget {
  const [path = '', parameters] = text.replace(/^\/\/(?=[/.])/, '').split(/\?(.*)/s, 2);
  if (path === '') throw new Error(`the database URL names no file; forms: ${forms}`);
  if (parameters !== undefined && !/^exclusive=(true|false)$/.test(parameters))
    throw new Error('the database URL of SQLite knows no parameter but exclusive=true');
  return { kind: 'sqlite', filename: path, isExclusive: parameters === 'exclusive=true' };
}

function parseMysql(databaseUrl: string): DatabaseTarget {
  const { hosts, urlOfFirst } = splitHosts(databaseUrl);
  const url = URL.canParse(urlOfFirst) ? new URL(urlOfFirst) : null;
  if (url === null || hosts === null) throw new Error(`the database URL cannot be read; forms: ${forms}`);
  const database = decode(url.pathname.slice(1));
  if (url.hostname === '' || database === '' || database.includes('/')) {
    throw new Error(`the database URL must name a host and a database; forms: ${forms}`);
  }
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'ssl');
  if (unknown.length > 0) throw new Error('the database URL knows no parameter but ssl=true');
  return {
    kind: 'mysql',
    hosts,
    user: decode(url.username),
    password: decode(url.password),
    database,
    tls: url.searchParams.get('ssl') === 'true',
  };
}

/** WHATWG URLs have one host: the list is taken out, and the URL is read with the first of it. */
function splitHosts(databaseUrl: string): { hosts: DatabaseHost[] | null; urlOfFirst: string } {
  const [, before = '', list = '', after = ''] =
    /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s.exec(databaseUrl) ?? [];
  const parts = list.split(',');
  const hosts = parts.map((part) => (URL.canParse(`mysql://${part}`) ? new URL(`mysql://${part}`) : null));
  const isReadable = hosts.every((url) => url !== null && url.hostname !== '' && url.username === '');
  return {
    urlOfFirst: `${before}${parts[0]}${after}`,
    hosts: isReadable ? hosts.flatMap((url) => (url === null ? [] : toHost(url))) : null,
  };
}

function toHost({ hostname, port }: URL): DatabaseHost {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 3306 : Number(port) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('the database URL has a % that is not followed by two hexadecimal digits');
  }
}
