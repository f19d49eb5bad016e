import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { openStore } from '../../../src/store/open-store.js';
import { inspectDatabase } from '../../../src/store/schema/inspect-database.js';
import { mariadbServer } from '../../support/database/databases.js';
import { startMariadbOfOwn, type Mariadb } from '../../support/database/mariadb.js';
import { requirePart } from '../../support/processes/require-part.js';
import { requireProgram, type Program } from '../../support/processes/require-program.js';

/** A CA of our own, and certificates of it; made by openssl. */
class CertificateAuthority {
  private readonly directory = mkdtempSync(join(tmpdir(), 'oxbow-ca-'));

  constructor(private readonly program: Program) {
    const ca = ['-keyout', this.path('ca.key'), '-out', this.path('ca.crt')];
    this.openssl('req', '-x509', '-days', '2', ...newKey, '-subj', '/CN=Own CA', ...ca);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** @param names as openssl writes them, such as `DNS:db.example` */
  certify(file: string, names: string): { cert: string; key: string } {
    const [key, request, cert] = ['key', 'csr', 'crt'].map((end) => this.path(`${file}.${end}`)) as [
      string,
      string,
      string,
    ];
    writeFileSync(this.path(`${file}.ext`), `subjectAltName=${names}`);
    this.openssl('req', ...newKey, '-subj', '/CN=server', '-keyout', key, '-out', request);
    const by = ['-CA', this.path('ca.crt'), '-CAkey', this.path('ca.key'), '-CAcreateserial'];
    const extended = ['-extfile', this.path(`${file}.ext`), '-days', '2'];
    this.openssl('x509', '-req', '-in', request, ...by, ...extended, '-out', cert);
    return { cert, key };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private openssl(...args: string[]): void {
    const { status, stderr } = this.program.runSync(args);
    if (status !== 0) throw new Error(stderr);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

describe('TLS to the database: chain and name are verified (issue 25, point 1)', function () {
  this.timeout(120_000);
  let own: CertificateAuthority | undefined;
  let stranger: CertificateAuthority | undefined;
  const servers: Mariadb[] = [];
  const urls = new Map<string, URL>();

  /** Starts a server with a certificate, and makes a database in it. */
  async function serve(what: string, { cert, key }: { cert: string; key: string }): Promise<void> {
    const server = await startMariadbOfOwn([`--ssl-cert=${cert}`, `--ssl-key=${key}`]);
    servers.push(server);
    urls.set(what, new URL(await server.createDatabase()));
  }

  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const openssl = requireProgram(this, 'openssl');
    own = new CertificateAuthority(openssl);
    stranger = new CertificateAuthority(openssl);
    await serve('localhost', own.certify('localhost', 'DNS:localhost'));
    await serve('address', own.certify('address', 'IP:127.0.0.1,DNS:db.example'));
    urls.set('plain', new URL(await mariadbServer.url()));
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.crash()));
    own?.remove();
    stranger?.remove();
  });

  /** The URL of a server, reached by a name. */
  function urlOf(what: string, host: string, parameters: Readonly<Record<string, string>> = {}): string {
    const url = new URL(urls.get(what)?.href ?? '');
    url.hostname = host;
    const all = { ssl: 'true', 'ssl-ca': own?.path('ca.crt') ?? '', ...parameters };
    for (const [name, value] of Object.entries(all)) if (value !== '') url.searchParams.set(name, value);
    return url.href;
  }

  /** What doctor finds, which changes nothing; `reachable`, or why not. */
  async function found(databaseUrl: string): Promise<string> {
    const state = await inspectDatabase(databaseUrl);
    const said = state.kind === 'unreachable' ? state.reason : state.kind;
    expect(said, 'the password').not.to.include(new URL(databaseUrl).password);
    return said;
  }

  it('the right CA and the right name: a host name, an address, and a name that the URL gives', async () => {
    expect(await found(urlOf('localhost', 'localhost'))).to.equal('reachable');
    expect(await found(urlOf('address', '127.0.0.1'))).to.equal('reachable');
    expect(await found(urlOf('address', 'localhost', { 'ssl-name': 'db.example' }))).to.equal('reachable');
    expect(await found(urlOf('address', '127.0.0.1', { 'ssl-name': 'db.example' }))).to.equal('reachable');
    expect(await found(urlOf('address', 'localhost', { 'ssl-name': '127.0.0.1' }))).to.equal('reachable');
  });

  it('is really encrypted', async () => {
    const knex = connect(parseDatabaseUrl(urlOf('localhost', 'localhost')));
    try {
      const [[cipher]] = (await knex.raw("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) as [[{ Value: string }]];
      expect(cipher.Value).to.match(/^TLS_/);
    } finally {
      await knex.destroy();
    }
  });

  it('the right CA and another name: refused', async () => {
    const refusal = /^database error TLS_OTHER_NAME: the server's certificate is for another name/;
    // The address is not in the certificate, and Node would check "localhost" in its place.
    expect(await found(urlOf('localhost', '127.0.0.1'))).to.match(refusal);
    expect(await found(urlOf('address', 'localhost'))).to.match(refusal);
    expect(await found(urlOf('localhost', 'localhost', { 'ssl-name': 'db.example' }))).to.match(refusal);
    expect(await found(urlOf('localhost', 'localhost', { 'ssl-name': '127.0.0.1' }))).to.match(refusal);
  });

  it('a CA that is not trusted: refused, whatever the name', async () => {
    const refusal = /^database error TLS_NOT_TRUSTED: the server's certificate is not of a CA/;
    const other = stranger?.path('ca.crt') ?? '';
    expect(await found(urlOf('localhost', 'localhost', { 'ssl-ca': other }))).to.match(refusal);
    expect(await found(urlOf('localhost', 'localhost', { 'ssl-ca': '' })), 'public CAs').to.match(refusal);
  });

  it('a server without TLS: refused', async () => {
    expect(await found(urlOf('plain', 'localhost'))).to.match(
      /^database error TLS_NOT_OFFERED: the server offers no TLS/,
    );
  });

  it('the start says the same, at once', async () => {
    const refused = openStore({ databaseUrl: urlOf('localhost', '127.0.0.1') });
    const text = await refused.then(
      () => 'opened',
      (error: unknown) => (error as Error).message,
    );
    expect(text).to.match(/^cannot open or migrate the database \(TLS_OTHER_NAME: the server's certificate/);
  });

  it('every host of a list must show its own name', async () => {
    const url = new URL(urlOf('localhost', 'localhost'));
    const list = url.href.replace(`localhost:${url.port}`, `127.0.0.1:${url.port},localhost:${url.port}`);
    // The first is refused for its name, and the next is taken.
    expect((await inspectDatabase(list)).kind).to.equal('reachable');
  });

  it('a file of CAs that cannot be used is told without its path', async () => {
    for (const [file, text] of [
      ['/nowhere/ca.pem', /^the file that ssl-ca of the database URL names cannot be read$/],
      [own?.path('ca.key') ?? '', /^the file that ssl-ca of the database URL names holds no certificate/],
    ] as const) {
      const refused = inspectDatabase(urlOf('localhost', 'localhost', { 'ssl-ca': file }));
      expect(await refused.catch((error: unknown) => (error as Error).message)).to.match(text);
    }
  });
});
