import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '../../../migrations/index.js';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { openStore } from '../../../src/store/open-store.js';
import { mariadbServer, testDatabases } from '../../support/database/databases.js';
import { mariadb } from '../../support/database/mariadb.js';
import { requirePart } from '../../support/processes/require-part.js';
import { aContext, insertContext } from '../fixtures.js';

async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error as Error).message,
  );
}

describe('database URL', () => {
  it('names a file, memory or a server', () => {
    expect(parseDatabaseUrl('sqlite:./data/oxbow.db')).to.deep.equal({
      kind: 'sqlite',
      filename: './data/oxbow.db',
      isExclusive: false,
    });
    const file = { kind: 'sqlite', filename: '/var/x.db', isExclusive: false };
    expect(parseDatabaseUrl('sqlite:/var/x.db')).to.deep.equal(file);
    expect(parseDatabaseUrl('sqlite:///var/x.db')).to.deep.equal(file);
    expect(parseDatabaseUrl('sqlite:/var/x.db?exclusive=true')).to.deep.equal({ ...file, isExclusive: true });
    expect(parseDatabaseUrl('sqlite::memory:')).to.deep.equal({ ...file, filename: ':memory:' });
    const mysql = {
      kind: 'mysql',
      hosts: [{ host: 'h', port: 3307 }],
      user: 'u@x',
      password: 'p:/?',
      database: 'd',
      tls: null,
    };
    expect(parseDatabaseUrl('mysql://u%40x:p%3A%2F%3F@h:3307/d')).to.deep.equal(mysql);
    expect(parseDatabaseUrl('mariadb://u%40x:p%3A%2F%3F@h/d?ssl=true')).to.deep.equal({
      ...mysql,
      hosts: [{ host: 'h', port: 3306 }],
      tls: { caFile: null, serverName: null },
    });
    expect(
      parseDatabaseUrl('mysql://u%40x:p%3A%2F%3F@h/d?ssl=true&ssl-ca=%2Fetc%2Fca.pem&ssl-name=db.example'),
    )
      .to.have.property('tls')
      .that.deep.equals({ caFile: '/etc/ca.pem', serverName: 'db.example' });
    expect(parseDatabaseUrl('mysql://u:p@h/d?ssl=false')).to.have.property('tls', null);
    expect(parseDatabaseUrl('mysql://u:p@[::1]/d')).to.deep.include({ hosts: [{ host: '::1', port: 3306 }] });
    expect(parseDatabaseUrl('mysql://u:p@a,b:3307,[::1]:3308/d')).to.deep.include({
      user: 'u',
      hosts: [
        { host: 'a', port: 3306 },
        { host: 'b', port: 3307 },
        { host: '::1', port: 3308 },
      ],
    });
  });

  it('is refused with a text that does not repeat the password', () => {
    const bad = [
      '',
      'sqlite:',
      'sqlite:x.db?exclusive=perhaps',
      'sqlite:x.db?mode=hunter2',
      'postgres://u:hunter2@h/d',
      'mysql://u:hunter2@h',
      'mysql://u:hunter2@/d',
      'mysql://u:hunter2@h:99999/d',
      'mysql://u:hunter2%zz@h/d',
      'mysql://u:hunter2@h/d?multipleStatements=true',
      'mysql://u:hunter2@h/d?ssl=1',
      'mysql://u:hunter2@h/d?ssl=verify-ca',
      'mysql://u:hunter2@h/d?ssl',
      'mysql://u:hunter2@h/d?ssl=true&ssl=false',
      'mysql://u:hunter2@h/d?ssl=true&ssl-ca=',
      'mysql://u:hunter2@h/d?ssl=true&ssl-name=a%20b',
      'mysql://u:hunter2@h/d?ssl-ca=ca.pem',
      'mysql://u:hunter2@h/d?ssl=false&ssl-name=db',
    ];
    for (const url of bad)
      expect(() => parseDatabaseUrl(url), url).to.throw(Error, /^the database URL (?!.*hunter2)/);
  });
});

describe('opening the store', function () {
  this.timeout(60_000);

  it('makes the directory of an SQLite file and keeps what is in it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'oxbow-open-'));
    const databaseUrl = `sqlite:${join(directory, 'a', 'b', 'oxbow.db')}`;
    try {
      const first = await openStore({ databaseUrl });
      await insertContext(first, aContext(1));
      await first.close();
      const second = await openStore({ databaseUrl });
      expect(await second.read.contexts.find(1)).to.deep.equal(aContext(1));
      await second.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('says what is wrong without password or stack of the driver', async () => {
    expect(await messageOf(openStore({ databaseUrl: 'mysql://u:hunter2@127.0.0.1:1/d' }))).to.equal(
      'cannot open or migrate the database (ECONNREFUSED)',
    );
    expect(await messageOf(openStore({ databaseUrl: `sqlite:${tmpdir()}` }))).to.match(
      /^cannot open or migrate the database \(SQLITE_/,
    );
  });

  for (const database of testDatabases) {
    describe(`on ${database.name}`, () => {
      before(function () {
        requirePart(this, database.part, database.isInstalled());
      });

      it('migrates once when many start at once', async () => {
        const databaseUrl = await database.url();
        const stores = await Promise.all(Array.from({ length: 6 }, () => openStore({ databaseUrl })));
        const counts = await Promise.all(
          stores.map(async (store) => (await store.read.filestores.list()).length),
        );
        expect(counts).to.deep.equal([1, 1, 1, 1, 1, 1]);
        const knex = connect(parseDatabaseUrl(databaseUrl));
        expect(await knex('knex_migrations').orderBy('id').pluck('name')).to.deep.equal(
          migrations.map(({ name }) => name),
        );
        await knex.destroy();
        await Promise.all(stores.map((store) => store.close()));
      });

      it('refuses a database of a newer version', async () => {
        const databaseUrl = await database.url();
        await (await openStore({ databaseUrl })).close();
        const knex = connect(parseDatabaseUrl(databaseUrl));
        await knex('knex_migrations').insert({ name: '9999-future', batch: 9 });
        await knex.destroy();
        expect(await messageOf(openStore({ databaseUrl }))).to.equal(
          'the database belongs to a newer version of Oxbow (it knows the migrations 9999-future)',
        );
      });
    });
  }

  describe('on MariaDB only', () => {
    before(function () {
      requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    });

    it('warns when the server does not flush at commit', async () => {
      const server = await mariadb();
      const databaseUrl = await mariadbServer.url();
      const warnings: string[] = [];
      const open = async () => {
        const store = await openStore({ databaseUrl, onWarning: (text) => warnings.push(text) });
        await store.close();
      };
      await open();
      expect(warnings).to.deep.equal([]);
      await server.query('SET GLOBAL innodb_flush_log_at_trx_commit = 2');
      try {
        await open();
      } finally {
        await server.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
      }
      expect(warnings).to.have.lengthOf(1);
    });

    it('frees the lock of a migration that was killed, and does the rest', async () => {
      const databaseUrl = await mariadbServer.url();
      await (await openStore({ databaseUrl })).close();
      const knex = connect(parseDatabaseUrl(databaseUrl));
      await knex('knex_migrations').delete();
      await knex('knex_migrations_lock').update({ is_locked: 1 });
      await knex.schema.dropTable('mail_usage');
      await knex.destroy();
      const store = await openStore({ databaseUrl });
      await insertContext(store, aContext(1));
      expect(await store.read.users.usage(1, [2])).to.have.lengthOf(1);
      await store.close();
    });
  });
});
