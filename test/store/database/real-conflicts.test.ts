import { expect } from 'chai';
import { StoreUnavailableError } from '../../../src/provisioning/errors/store-errors.js';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { KnexStore } from '../../../src/store/knex-store.js';
import { openStore } from '../../../src/store/open-store.js';
import { mariadbServer } from '../../support/database/databases.js';
import { mariadb, type Mariadb } from '../../support/database/mariadb.js';
import { eventually } from '../../support/eventually.js';
import { requirePart } from '../../support/processes/require-part.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

/** The list of errors after which a transaction runs again, as a real server makes them; see also lost-connections. */
describe('store on MariaDB: errors of a real server (issue 6, point 2)', function () {
  this.timeout(60_000);
  let server: Mariadb;
  let store: KnexStore;
  let other: KnexStore;
  let database: string;
  const retries: string[] = [];
  let noted: () => void = () => undefined;
  const nextRetry = () => new Promise<void>((resolve) => (noted = resolve));

  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    server = await mariadb();
    const url = await mariadbServer.url();
    other = await openStore({ databaseUrl: url });
    await insertContext(other, aContext(1));
    await insertContext(other, aContext(2));
    database = new URL(url).pathname.slice(1);
    // Without the rights of an administrator, whom read-only and full servers let in.
    await server.query("CREATE OR REPLACE USER plain@127.0.0.1 IDENTIFIED BY 'plain'");
    await server.query(`GRANT ALL ON ${database}.* TO plain@127.0.0.1`);
    const plainUrl = `mysql://plain:plain@127.0.0.1:${server.port}/${database}`;
    store = new KnexStore(connect(parseDatabaseUrl(plainUrl)), ({ code }) => {
      retries.push(code);
      noted();
    });
  });
  beforeEach(() => retries.splice(0));
  after(async () => {
    await store?.close();
    await other?.close();
  });

  const create = (login: string) => store.transaction((tx) => createUser(tx, 1, login));
  const isThere = (login: string) => other.read.users.findIdByLogin(1, login);

  it('1213, a deadlock: the one that lost runs again, and both are done once', async () => {
    let waiting = 0;
    let bothWait: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothWait = resolve));
    const crossing = (first: number, second: number) => {
      let isFirstRun = true;
      return store.transaction(async (tx) => {
        await tx.contexts.lock(first);
        if (isFirstRun && (waiting += 1) === 2) bothWait();
        isFirstRun = false;
        if (retries.length === 0) await both;
        await tx.contexts.lock(second);
        return createUser(tx, 1, `crossing-${first}`);
      });
    };
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(retries).to.include('ER_LOCK_DEADLOCK');
    expect([await isThere('crossing-1'), await isThere('crossing-2')].every((id) => id !== null)).to.equal(
      true,
    );
  });

  it('1205, a lock that is held too long: all of it is rolled back before it runs again', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isHeld = false;
    const holding = other.transaction(async (tx) => {
      await tx.contexts.lock(2);
      isHeld = true;
      await held;
    });
    await eventually(() => expect(isHeld).to.equal(true));
    let runs = 0;
    const done = store.transaction(async (tx) => {
      runs += 1;
      const id = await createUser(tx, 1, 'patient');
      if (runs === 2) release();
      await tx.contexts.lock(2);
      return id;
    });
    expect(await done).to.equal(await isThere('patient'));
    await holding;
    expect(retries).to.deep.equal(['ER_LOCK_WAIT_TIMEOUT']);
  });

  it('1290, a server that is read-only for a moment: runs again', async () => {
    await server.query('SET GLOBAL read_only = 1');
    const retried = nextRetry();
    const created = create('failed-over');
    await retried;
    await server.query('SET GLOBAL read_only = 0');
    expect(await created).to.equal(await isThere('failed-over'));
    expect(new Set(retries)).to.deep.equal(new Set(['ER_OPTION_PREVENTS_STATEMENT']));
  });

  it('1290 for good: a bounded number of tries, then nothing was changed', async () => {
    await server.query('SET GLOBAL read_only = 1');
    try {
      const error = await create('never').catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect((error as StoreUnavailableError).code).to.equal('ER_OPTION_PREVENTS_STATEMENT');
    } finally {
      await server.query('SET GLOBAL read_only = 0');
    }
    expect(retries).to.have.length(4);
    expect(await isThere('never')).to.equal(null);
  });

  it('1226, too many connections of the user: runs again when there is room', async () => {
    await server.query('ALTER USER plain@127.0.0.1 WITH MAX_USER_CONNECTIONS 1');
    const full = connect(parseDatabaseUrl(`mysql://plain:plain@127.0.0.1:${server.port}/${database}`));
    try {
      await killConnections(server);
      const taken = await full.transaction();
      const retried = nextRetry();
      const created = create('crowded');
      await retried;
      await taken.rollback();
      await full.destroy();
      await created;
      expect(retries).to.include('ER_USER_LIMIT_REACHED');
    } finally {
      await full.destroy();
      await server.query('ALTER USER plain@127.0.0.1 WITH MAX_USER_CONNECTIONS 0');
    }
    expect(await isThere('crowded')).to.be.a('number');
  });

  it('a connection that is killed inside the transaction: runs again', async () => {
    let runs = 0;
    await store.transaction(async (tx) => {
      runs += 1;
      const id = await createUser(tx, 1, 'survivor');
      if (runs === 1) await killConnections(server);
      await tx.contexts.lock(1);
      return id;
    });
    expect(runs).to.equal(2);
    expect(retries).to.have.length(1);
    expect(await isThere('survivor')).to.be.a('number');
  });
});

async function killConnections(server: Mariadb): Promise<void> {
  const rows = (await server.query("SELECT id FROM information_schema.processlist WHERE user = 'plain'")) as {
    id: number;
  }[];
  for (const { id } of rows) await server.query(`KILL CONNECTION ${id}`).catch(() => undefined);
}
