export interface DatabaseHost {
  readonly host: string;
  readonly port: number;
}

/** Location of the database. Port, user and password are undefined when the URL omits them. */
export type DatabaseTarget =
  | {
      readonly kind: 'sqlite';
      readonly filename: string;
      /** True when no other process may use the file, not even to read. docs/decisions/0009-sqlite-journal.md */
      readonly isExclusive: boolean;
    }
  | {
      readonly kind: 'mysql';
      /** Never empty. A new connection goes to the one that worked last, else to the next of them. */
      readonly hosts: readonly DatabaseHost[];
      readonly user: string;
      readonly password: string;
      readonly database: string;
      /** null: the connection is not encrypted. */
      readonly tls: DatabaseTls | null;
    };

/** Expected certificate of a server; with both null one of a public CA, for the host of the URL. */
export interface DatabaseTls {
  /** A PEM file of the CAs that are trusted instead of Node's own. */
  readonly caFile: string | null;
  /** The name in the certificate where it is not the host. */
  readonly serverName: string | null;
}

const tlsParameters = ['ssl', 'ssl-ca', 'ssl-name'];
const serverNamePattern = /^[\w.:-]{1,253}$/;
const forms =
  'sqlite:./data/oxbow.db, sqlite::memory: or mysql://user:password@host:port[,host:port…]/database';

/**
 * Parses a database URL. SQLite: `sqlite:<path>` (`?exclusive=true` for one process alone), or
 * `sqlite::memory:`. MariaDB: `mysql://user:password@host:port/database` or `mariadb://`. `?ssl=true`
 * verifies chain and name; `&ssl-ca=FILE` is an own CA, `&ssl-name=NAME` another name. Several `host:port`
 * are separated by commas.
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
  return {
    kind: 'mysql',
    hosts,
    user: decode(url.username),
    password: decode(url.password),
    database,
    tls: parseTls(url.searchParams),
  };
}

function parseTls(parameters: URLSearchParams): DatabaseTls | null {
  const names = [...parameters.keys()];
  if (names.some((name) => !tlsParameters.includes(name)) || new Set(names).size < names.length)
    throw new Error(`the database URL knows no parameters but ${tlsParameters.join(', ')}, each once`);
  const ssl = parameters.get('ssl');
  if (ssl !== null && ssl !== 'true' && ssl !== 'false')
    throw new Error('the database URL must say ssl=true or ssl=false: no other value is known');
  const caFile = parameters.get('ssl-ca');
  const serverName = parameters.get('ssl-name');
  if (ssl === 'true') {
    if (caFile === '') throw new Error('the database URL names no file after ssl-ca=');
    if (serverName !== null && !serverNamePattern.test(serverName))
      throw new Error('the database URL must name a host after ssl-name=');
    return { caFile, serverName };
  }
  if (caFile !== null || serverName !== null)
    throw new Error('the database URL says ssl-ca or ssl-name without ssl=true: nothing would be encrypted');
  return null;
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
