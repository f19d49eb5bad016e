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

const sqliteForm = /^sqlite:([^\p{Cc}]+)$/u;
/** Login, hosts, and the database with its parameters. WHATWG URLs have one host, so the list of hosts is taken out. */
const serverForm = /^(?:mysql|mariadb):\/\/([^/?#]*@)?([^/?#@]+)(\/[^/?#]+(?:\?.*)?)$/s;
const tlsParameters = ['ssl', 'ssl-ca', 'ssl-name'];
const serverNamePattern = /^[\w.:-]{1,253}$/;
const forms =
  'sqlite:./data/oxbow.db, sqlite::memory: or mysql://user:password@host:port[,host:port…]/database';

/** True for the form of a database URL; parseDatabaseUrl checks the parameters. */
export function isDatabaseUrl(text: string): boolean {
  return sqliteForm.test(text) || serverUrls(text) !== null;
}

/**
 * Parses a database URL. SQLite: `sqlite:<path>` (`?exclusive=true` for one process alone), or
 * `sqlite::memory:`. MariaDB: `mysql://user:password@host:port/database` or `mariadb://`. `?ssl=true`
 * verifies chain and name; `&ssl-ca=FILE` is an own CA, `&ssl-name=NAME` another name. Several `host:port`
 * are separated by commas.
 * @throws Error with a text for the operator that never repeats the URL, since that may hold a password
 */
export function parseDatabaseUrl(databaseUrl: string): DatabaseTarget {
  const [, file] = sqliteForm.exec(databaseUrl) ?? [];
  if (file !== undefined) return parseSqlite(file);
  const urls = serverUrls(databaseUrl);
  if (urls === null) throw new Error(`the database URL must have one of the forms ${forms}`);
  return parseMysql(urls);
}

function parseSqlite(text: string): DatabaseTarget {
  const [path = '', parameters] = text.replace(/^\/\/(?=[/.])/, '').split(/\?(.*)/s, 2);
  if (path === '') throw new Error(`the database URL names no file; forms: ${forms}`);
  if (parameters !== undefined && !/^exclusive=(true|false)$/.test(parameters))
    throw new Error('the database URL of SQLite knows no parameter but exclusive=true');
  return { kind: 'sqlite', filename: path, isExclusive: parameters === 'exclusive=true' };
}

function parseMysql([url, ...others]: ServerUrls): DatabaseTarget {
  const database = decode(url.pathname.slice(1));
  if (database === '' || database.includes('/'))
    throw new Error(`the database URL must name a host and a database; forms: ${forms}`);
  return {
    kind: 'mysql',
    hosts: [url, ...others].map(toHost),
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

/** One URL for each host, the first of which is never missing. */
type ServerUrls = readonly [URL, ...URL[]];

function serverUrls(databaseUrl: string): ServerUrls | null {
  const [, login = '', hosts = '', path = ''] = serverForm.exec(databaseUrl) ?? [];
  const texts = hosts.split(',').map((host) => `mysql://${login}${host}${path}`);
  const [first, ...others] = texts.flatMap((text) => (URL.canParse(text) ? new URL(text) : []));
  const isReadable = others.length === texts.length - 1 && [first, ...others].every((url) => url?.hostname);
  return first !== undefined && isReadable ? [first, ...others] : null;
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
