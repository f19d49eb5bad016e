import { expect } from 'chai';
import Database from 'libsql';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkInstallation } from '../../src/app/check-installation.js';
import type { CheckResult } from '../../src/cli/commands/doctor.js';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { MailWorld } from '../e2e/mail-world.js';
import { testDatabases } from '../support/database/databases.js';
import { startFakeMysql } from '../support/database/fake-mysql.js';
import { mariadb, mariadbIsInstalled, type Mariadb } from '../support/database/mariadb.js';
import { dovecotVersions } from '../support/mail/dovecot.js';
import { startTestApp } from '../support/processes/app.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram, type Program } from '../support/processes/require-program.js';

/** What doctor finds with these settings, by what it is about; nothing of it may hold a secret. */
async function found(env: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const results: CheckResult[] = [];
  for await (const result of checkInstallation({ PORT: '0', DATABASE_URL: 'sqlite::memory:', ...env }))
    results.push(result);
  const secrets = [env['DATABASE_URL'] ?? '', env['DOVEADM_API_KEY'] ?? ''].map(
    (text) => /^mysql:\/\/\w+:([^@]+)@/.exec(text)?.[1] ?? text,
  );
  for (const secret of secrets.filter((each) => each !== ''))
    expect(JSON.stringify(results)).not.to.include(secret);
  return Object.fromEntries(results.map(({ what, state, text }) => [what, `${state}: ${text}`]));
}

describe('doctor on MariaDB', function () {
  this.timeout(120_000);
  let server: Mariadb;
  /** Of a database with everything in it. */
  let url: string;
  let name: string;
  before(async function () {
    requirePart(this, 'mariadb-server', mariadbIsInstalled());
    server = await mariadb();
    url = await server.createDatabase();
    name = new URL(url).pathname.slice(1);
    await (await startTestApp({ databaseUrl: url })).stop();
  });

  /** The URL for a user without further rights, who may read some tables. */
  const readerOf = async (user: string, tables: string): Promise<string> => {
    await server.query(`CREATE USER ${user}@127.0.0.1 IDENTIFIED BY 'geheim-7'`);
    await server.query(`GRANT SELECT ON ${name}.${tables} TO ${user}@127.0.0.1`);
    return `mysql://${user}:geheim-7@127.0.0.1:${server.port}/${name}`;
  };

  it('finds nothing wrong with one that is in use', async () => {
    const checks = await found({ DATABASE_URL: url });
    expect(checks['database']).to.match(/^ok: \d+\.\d+\.\d+-MariaDB/);
    expect(checks).to.include({
      migrations: 'ok: all made',
      'mail views': 'ok: can be read',
      durability: 'ok: innodb_flush_log_at_trx_commit is 1',
      clock: 'ok: as that of the database',
    });
    expect(checks).not.to.have.any.keys('data directory', 'galera');
  });

  it('counts the migrations that an empty one lacks', async () => {
    const checks = await found({ DATABASE_URL: await server.createDatabase() });
    expect(checks['migrations']).to.match(/^warn: \d+ to be made/);
    expect(checks).not.to.have.property('mail views');
  });

  it('refuses one of a newer version', async () => {
    const table = `${name}.knex_migrations`;
    await server.query(`INSERT INTO ${table} (name, batch) VALUES ('9999-tomorrow', 99)`);
    try {
      expect((await found({ DATABASE_URL: url }))['migrations']).to.match(/^fail: .*newer version/);
    } finally {
      await server.query(`DELETE FROM ${table} WHERE name = '9999-tomorrow'`);
    }
  });

  it('warns of a server that forgets commits in a crash', async () => {
    await server.query('SET GLOBAL innodb_flush_log_at_trx_commit = 2');
    try {
      expect((await found({ DATABASE_URL: url }))['durability']).to.match(/^warn: .*can lose changes/);
    } finally {
      await server.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
    }
  });

  it('warns of another clock', async () => {
    const reader = await readerOf('doctor_clock', '*');
    await server.query("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() + 60'");
    try {
      expect((await found({ DATABASE_URL: reader }))['clock']).to.match(/^warn: (59|60) s off/);
    } finally {
      await server.query("SET GLOBAL init_connect = ''");
    }
  });

  it('tells a user who may not read the views of mail servers', async () => {
    const reader = await readerOf('doctor_views', 'knex_migrations');
    expect((await found({ DATABASE_URL: reader }))['mail views']).to.match(/^fail: .*grant SELECT/);
  });

  it('tells a wrong password', async () => {
    const wrong = url.replace(/:[^:@]+@/, ':geheim-7@');
    expect((await found({ DATABASE_URL: wrong }))['database']).to.match(
      /^fail: cannot be used \(.*ER_ACCESS_DENIED_ERROR.*\): check DATABASE_URL/,
    );
  });
});

for (const database of testDatabases)
  describe(`doctor on mail domains, on ${database.name}`, function () {
    this.timeout(120_000);
    let url: string;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      url = await database.url();
      await (await startTestApp({ databaseUrl: url })).stop();
    });

    /** Makes domains as an update does, in place of those before. */
    const give = async (
      ...domains: { domain: string; is_approved: 0 | 1; state?: 'active' | 'suspended' }[]
    ) => {
      const knex = connect(parseDatabaseUrl(url));
      try {
        await knex('domains').delete();
        for (const row of domains) await knex('domains').insert({ state: 'active', ...row });
      } finally {
        await knex.destroy();
      }
    };
    const told = async (env: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
      (await found({ DATABASE_URL: url, ...env }))['mail domains'];
    const used = (name: string) => ({ domain: `${name}.example`, is_approved: 0 as const });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

    it('says nothing where all are approved, or suspended', async () => {
      await give();
      expect(await told()).to.equal(undefined);
      await give({ ...used('a'), is_approved: 1 }, { ...used('b'), state: 'suspended' });
      expect(await told()).to.equal(undefined);
    });

    it('names those that nobody approved, five of them at most', async () => {
      await give({ ...used('0'), is_approved: 1 }, ...names.slice(0, 5).map(used));
      expect(await told()).to.match(
        /^warn: 5 active that nobody approved \(a\.example, b\.example, c\.example, d\.example, e\.example\): /,
      );
      await give(...names.toReversed().map(used));
      expect(await told()).to.match(
        /^warn: 7 active that nobody approved \(a\.example, [^()]*, e\.example …\): .*changemaildomain/,
      );
    });

    it('says nothing of them where domains need no approval', async () => {
      await give(used('a'));
      for (const rule of ['owned', 'off']) expect(await told({ MAIL_DOMAIN_RULE: rule })).to.equal(undefined);
    });
  });

describe('doctor on SQLite', function () {
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-doctor-'));
  after(() => rmSync(directory, { recursive: true }));

  it('tells whether others have rights on the files, what SQLite it is, and whether that matters', async () => {
    const file = join(directory, 'a.db');
    const env = { DATABASE_URL: `sqlite:${file}` };
    await (await startTestApp({ databaseUrl: env.DATABASE_URL })).stop();
    const sound = await found(env);
    expect(sound['file rights']).to.match(/^ok: for the owner/);
    expect(sound['sqlite']).to.match(/^ok: 3\.\d+\.\d+ .*WAL-reset fault.*rollback journal is safe/);
    chmodSync(file, 0o644);
    const old = new Database(file);
    old.pragma('journal_mode = WAL');
    const open = await found(env);
    expect(open['file rights']).to.match(/^warn: others have rights on a\.db \(0644\)/);
    expect(open['sqlite']).to.match(/^warn: 3\..*write-ahead log: the next start/);
    expect(statSync(file).mode & 0o777, 'nothing was changed').to.equal(0o644);
    old.close();
  });

  it('warns where the service keeps the file to itself', async () => {
    const env = { DATABASE_URL: `sqlite:${join(directory, 'b.db')}?exclusive=true` };
    const app = await startTestApp({ databaseUrl: env.DATABASE_URL });
    try {
      const checks = await found(env);
      expect(checks['database']).to.match(/^warn: nothing can be seen .*exclusive=true/);
      expect(checks['data directory']).to.match(/^ok/);
    } finally {
      await app.stop();
    }
  });
});

describe('doctor on Galera', () => {
  /** What it finds where the node says that of itself. */
  const galera = async (ready: string, nodes: number): Promise<Record<string, string>> => {
    const node = await startFakeMysql((sql) => {
      const shown = /^SHOW GLOBAL \w+ (?:LIKE|WHERE Variable_name IN) \(?'(\w+)'/.exec(sql)?.[1];
      const values: Readonly<Record<string, string | number>> = {
        wsrep_on: 'ON',
        wsrep_ready: ready,
        wsrep_cluster_size: String(nodes),
      };
      if (shown !== undefined) return [{ Variable_name: shown, Value: values[shown] ?? '' }];
      if (sql.includes('VERSION()')) return [{ version: '10.11.0-MariaDB', flush: 1, now: Date.now() }];
      return sql.includes('information_schema') ? [] : null;
    });
    try {
      return await found({ DATABASE_URL: node.url });
    } finally {
      await node.stop();
    }
  };

  it('counts the nodes that are together', async () => {
    const checks = await galera('ON', 3);
    expect(checks).to.include({ database: 'ok: 10.11.0-MariaDB', galera: 'ok: 3 nodes, ready' });
    expect(checks['clock']).to.match(/^ok/);
  });

  it('warns where the loss of one more would be too much', async () => {
    expect((await galera('ON', 2))['galera']).to.match(/^warn: 2 nodes: the loss of one more/);
  });

  it('knows a node that is cut off from the others', async () => {
    const checks = await galera('OFF', 1);
    expect(checks['galera']).to.match(/^fail: no node of DATABASE_URL is ready: see "Galera"/);
    expect(checks).not.to.have.property('database');
  });
});

for (const version of dovecotVersions) {
  describe(`doctor with Dovecot ${version.name}`, function () {
    this.timeout(120_000);
    let mail: MailWorld;
    before(async function () {
      requirePart(this, version.part, version.isInstalled());
      mail = await MailWorld.start(version, 'SQLite');
    });
    after(() => mail?.stop());

    const mailServer = async (url: string, key: string): Promise<string | undefined> => {
      const env = { MAIL_SERVER: 'dovecot', DOVEADM_URL: url, DOVEADM_API_KEY: key };
      return (await found(env))['mail server'];
    };

    it('hears it answer', async () => {
      const { doveadmUrl, doveadmApiKey } = mail.dovecot;
      expect(await mailServer(doveadmUrl, doveadmApiKey)).to.equal('ok: dovecot answers');
    });

    it('tells a wrong key, and something else that answers there', async () => {
      expect(await mailServer(mail.dovecot.doveadmUrl, 'wrong-geheim-7')).to.match(
        /^fail: doveadm refused the API key: check/,
      );
      expect(await mailServer(mail.world.url, 'wrong-geheim-7')).to.match(
        /^warn: dovecot answers, but: doveadm answered HTTP 4\d\d$/,
      );
    });
  });
}

describe('doctor on certificates', function () {
  this.timeout(60_000);
  let openssl: Program;
  let directory: string;
  before(function () {
    openssl = requireProgram(this, 'openssl');
    directory = mkdtempSync(join(tmpdir(), 'oxbow-certificate-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const run = (command: string, ...args: string[]) => openssl.run([command, ...args], { cwd: directory });
  /** By `ca`, which alone makes certificates that have expired. */
  const makeCertificate = async (name: string, days: number): Promise<Record<string, string>> => {
    const [key, request, cert] = ['key', 'csr', 'pem'].map((end) => join(directory, `${name}.${end}`));
    const files = { TLS_CERT_FILE: cert ?? '', TLS_KEY_FILE: key ?? '' };
    const own =
      'database = index.txt\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\npolicy = any\n';
    writeFileSync(join(directory, 'index.txt'), '');
    writeFileSync(
      join(directory, 'ca.conf'),
      `[ca]\ndefault_ca = own\n[own]\n${own}[any]\ncommonName = supplied\n`,
    );
    const kind = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=oxbow',
    ];
    await run('req', '-new', ...kind, '-keyout', files.TLS_KEY_FILE, '-out', request ?? '');
    const valid = ['-startdate', timeIn(-100), '-enddate', timeIn(days)];
    const signed = ['-selfsign', '-keyfile', files.TLS_KEY_FILE, '-in', request ?? ''];
    await run(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.conf',
      ...signed,
      ...valid,
      '-out',
      files.TLS_CERT_FILE,
    );
    return files;
  };

  const states: [days: number, text: string][] = [
    [60.5, 'ok: valid for 60 more days'],
    [10.5, 'warn: valid for 10 more days'],
    [-0.5, 'fail: has expired: renew it, then kill -HUP'],
  ];
  for (const [days, text] of states) {
    it(`says of one that ends in ${days} days "${text}"`, async () => {
      expect((await found(await makeCertificate(`in${days}`, days)))['certificate']).to.equal(text);
    });
  }

  it('tells a key of another certificate', async () => {
    const [one, other] = [await makeCertificate('one', 10), await makeCertificate('other', 10)];
    const env = { ...one, TLS_KEY_FILE: other['TLS_KEY_FILE'] ?? '' };
    expect((await found(env))['certificate']).to.match(/^fail: .*a certificate and its key/);
  });
});

/** As openssl writes it. */
function timeIn(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\..*$/g, '')}Z`;
}
