import { expect } from 'chai';
import Database from 'libsql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { mariadbServer, sqliteFile, type TestDatabase } from '../support/database/databases.js';
import { brokenInvariants, seenUsers } from '../support/database/table-invariants.js';
import { AcknowledgedLoad } from '../support/history/acknowledged-load.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';
import { World } from '../wire/fixtures.js';

/** As docs/operating.md says it: copies a database that is in use, and puts the copy in a new one. Answers the URL of that. */
type BackUp = (url: string, directory: string) => Promise<string>;

/** Asks for the programs of a way. */
type Prepare = (context: Mocha.Context) => BackUp;

/** `sqlite3 oxbow.db "VACUUM INTO 'backup.db'"` */
const backUpSqlite: Prepare = () => (url, directory) => {
  const copy = join(directory, 'backup.db');
  const source = new Database(url.slice('sqlite:'.length));
  source.exec(`VACUUM INTO '${copy}'`);
  source.close();
  return Promise.resolve(`sqlite:${copy}`);
};

/** `mariadb-dump --single-transaction … > backup.sql`, `mariadb … < backup.sql` */
const backUpMariadb: Prepare = (context) => {
  const dump = requireProgram(context, '/usr/bin/mariadb-dump', 'mariadb-client');
  const client = requireProgram(context, '/usr/bin/mariadb', 'mariadb-client');
  return async (url, directory) => {
    const file = join(directory, 'backup.sql');
    const into = await mariadbServer.url();
    const options = ['--single-transaction', '--skip-lock-tables', '--hex-blob', '--routines', '--triggers'];
    await dump.run([...clientOptions(url), ...options, `--result-file=${file}`, databaseOf(url)]);
    await client.run([...clientOptions(into), `--execute=source ${file}`, databaseOf(into)]);
    return into;
  };
};

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function clientOptions(url: string): string[] {
  const { hostname, port, username, password } = new URL(url);
  return [
    '--no-defaults',
    `--host=${hostname}`,
    `--port=${port}`,
    `--user=${username}`,
    `--password=${password}`,
  ];
}

const kinds: readonly (readonly [TestDatabase, Prepare])[] = [
  [sqliteFile, backUpSqlite],
  [mariadbServer, backUpMariadb],
];

for (const [database, prepare] of kinds) {
  describe(`fault: backup under load and restore, on ${database.name} (issue 6, point 3)`, function () {
    this.timeout(120_000);
    let world: World | undefined;
    let url: string;
    let directory: string;
    let backUp: BackUp;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      backUp = prepare(this);
      directory = mkdtempSync(join(tmpdir(), 'oxbow-backup-'));
      url = await database.url();
      world = await World.start({}, url);
    });
    after(async () => {
      await world?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it('what was acknowledged before the backup is in it, nothing is half there, and a service starts on it', async () => {
      if (!world) throw new Error('not started');
      const load = new AcknowledgedLoad([world.url], world.contextId, world.reseller);
      load.start(4);
      let before: string[];
      let restored: string;
      try {
        await load.acknowledges(40);
        before = load.users.flatMap(({ id, name }) => (id === null ? [] : [name]));
        restored = await backUp(url, directory);
        await load.acknowledges(10);
      } finally {
        await load.stop();
      }
      // Whoever was deleted may or may not be in it.
      const staying = load.users.filter(({ possible }) => !possible.has('absent')).map(({ name }) => name);
      const knex = connect(parseDatabaseUrl(restored));
      try {
        expect(await brokenInvariants(knex)).to.deep.equal([]);
        const names = (await seenUsers(knex, 'load')).map(({ name }) => name);
        expect(names).to.include.members(before.filter((name) => staying.includes(name)));
      } finally {
        await knex.destroy();
      }
      const again = await World.resume(world, {}, restored);
      try {
        expect(await again.newUser('after-restore')).to.be.a('number');
      } finally {
        await again.stop();
      }
    });
  });
}
