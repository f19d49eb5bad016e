import type { Knex } from 'knex';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { KnexStore } from '../../src/store/knex-store.js';
import { migrateDatabase } from '../../src/store/schema/migrate-database.js';
import { sqliteInMemory, testDatabases, type TestDatabase } from '../support/database/databases.js';
import { requirePart } from '../support/processes/require-part.js';

/** A store on a database of its own, and the database below it to look at. */
export interface OpenedStore {
  readonly store: KnexStore;
  readonly knex: Knex;
  readonly url: string;
  /** Error codes for which a transaction or read was repeated. */
  readonly retries: string[];
}

/** One suite over every kind of database (or those given), each with a new database. */
export function describeStore(
  title: string,
  tests: (opened: () => OpenedStore) => void,
  kinds: readonly TestDatabase[] = [sqliteInMemory, ...testDatabases],
): void {
  for (const database of kinds) {
    describe(`store on ${database.name}: ${title}`, function () {
      let opened: OpenedStore | null = null;
      before(async function () {
        this.timeout(60_000);
        requirePart(this, database.part, database.isInstalled());
        opened = await openOn(await database.url());
      });
      after(() => opened?.store.close());
      tests(() => {
        if (opened === null) throw new Error('not opened yet');
        return opened;
      });
    });
  }
}

async function openOn(url: string): Promise<OpenedStore> {
  const target = parseDatabaseUrl(url);
  const knex = connect(target);
  await migrateDatabase(target, knex);
  const retries: string[] = [];
  return { store: new KnexStore(knex, ({ code }) => retries.push(code)), knex, url, retries };
}
