import { expect } from 'chai';
import Database from 'libsql';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../src/provisioning/errors/store-errors.js';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { describeStore } from '../store/describe-store.js';
import { aContext, createUser, insertContext } from '../store/fixtures.js';
import { sqliteFile } from '../support/database/databases.js';
import { brokenInvariants } from '../support/database/table-invariants.js';
import { requireProgram, type Program } from '../support/processes/require-program.js';
import { startServiceProcess, type ServiceProcess } from '../support/processes/service-process.js';
import { expectFault, RawSoap, returned, returnedOne } from '../support/wire/raw-soap.js';
import { adminData, idOf, userData } from '../wire/fixtures.js';

const master = { login: 'oxadminmaster', password: 'storage-secret-1' };
/** The long wait for a lock that is not given up belongs to the full form. */
const isFull = Number(process.env['FAULT_ROUNDS'] || 0) > 5;

describeStore(
  'settings that keep commits, and a file that cannot be written (issue 6, point 1)',
  (opened) => {
    const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => null,
        (error: unknown) => error,
      );
    const pragma = async (name: string): Promise<unknown> => {
      const [row] = await opened().knex.raw<Record<string, unknown>[]>(`PRAGMA ${name}`);
      return Object.values(row ?? {})[0];
    };
    const create = (login: string) => opened().store.transaction((tx) => createUser(tx, 1, login));
    before(() => insertContext(opened().store, aContext(1)));

    it('runs with a rollback journal that is flushed at every commit', async () => {
      expect(await pragma('journal_mode')).to.equal('persist');
      expect(await pragma('synchronous'), '2 is FULL').to.equal(2);
      expect(await pragma('foreign_keys')).to.equal(1);
    });

    for (const [name, deny, allow, code] of [
      ['full', 'max_page_count = 1', 'max_page_count = 1000000', /^SQLITE_FULL/],
      ['read-only', 'query_only = ON', 'query_only = OFF', /^SQLITE_READONLY/],
    ] as const) {
      it(`${name}: told at once, nothing half done, and it goes on afterwards`, async () => {
        await create(`before-${name}`);
        await opened().knex.raw(`PRAGMA ${deny}`);
        const created: string[] = [];
        let error: unknown = null;
        // A full file still has some room in its last pages.
        for (let index = 0; index < 500 && error === null; index += 1) {
          error = await errorOf(create(`${name}-${index}`));
          if (error === null) created.push(`${name}-${index}`);
        }
        await opened().knex.raw(`PRAGMA ${allow}`);
        expect(error).to.be.instanceOf(StoreUnavailableError);
        expect((error as StoreUnavailableError).code).to.match(code);
        expect(opened().retries).to.deep.equal([]);
        for (const login of [`before-${name}`, ...created])
          expect(await opened().store.read.users.findIdByLogin(1, login), login).to.be.a('number');
        expect(await opened().store.read.users.findIdByLogin(1, `${name}-${created.length}`)).to.equal(null);
        await create(`after-${name}`);
      });
    }
  },
  [sqliteFile],
);

describe('fault: SQLite without room or lock, at the service (issue 6, point 1)', function () {
  this.timeout(120_000);
  let service: ServiceProcess | undefined;
  let url: string;
  let contextId: number;
  let limit: Program;
  before(async function () {
    limit = requireProgram(this, 'prlimit', 'prlimit (util-linux)');
    const env = requireProgram(this, 'env');
    url = await sqliteFile.url();
    // A write over the limit must be an error, as on a full disk, and no signal.
    service = await startServiceProcess(url, master.password, {
      under: { program: env, args: ['--ignore-signal=XFSZ'] },
    });
    const params = { ctx: { name: 'tight', maxQuota: 10 }, admin_user: adminData('tight') };
    const made = await soap().call('OXResellerContextService', 'create', params, master);
    contextId = idOf(returnedOne(made));
  });
  after(() => service?.crash());

  const soap = () => new RawSoap(service?.url ?? '');
  const create = (name: string) =>
    soap().call(
      'OXResellerUserService',
      'create',
      { ctx: { id: contextId }, usrdata: userData(name) },
      master,
    );
  const list = () => soap().call('OXResellerUserService', 'listAll', { ctx: { id: contextId } }, master);
  const limitFileSize = (bytes: string) =>
    limit.run([`--fsize=${bytes}:`, '--pid', String(service?.child.pid)]);

  it('a full disk: a clear fault, reading goes on, and writing as soon as there is room', async () => {
    const known = returned(await list()).length;
    returnedOne(await create('roomy'));
    await limitFileSize('1');
    try {
      for (const name of ['tight1', 'tight2'])
        expectFault(await create(name), 'StorageException', /^The service is temporarily unavailable/);
      expect(returned(await list())).to.have.length(known + 1);
    } finally {
      await limitFileSize('unlimited');
    }
    returnedOne(await create('tight1'));
    await service?.crash();
    await service?.restart();
    expect(returned(await list())).to.have.length(known + 2);
    const knex = connect(parseDatabaseUrl(url));
    expect(await brokenInvariants(knex)).to.deep.equal([]);
    await knex.destroy();
    expect(service?.output()).to.match(
      /"database unavailable","code":"SQLITE_\w+"|database unavailable.*SQLITE_/,
    );
  });

  it('another process that writes for a second is waited for', async () => {
    const other = new Database(url.slice('sqlite:'.length));
    other.exec('BEGIN IMMEDIATE');
    const created = create('patient');
    await sleep(1_000);
    other.exec('ROLLBACK');
    other.close();
    returnedOne(await created);
  });

  if (!isFull) return;

  it('one that never ends is not waited for for ever, and leaves no harm', async () => {
    const other = new Database(url.slice('sqlite:'.length));
    other.exec('BEGIN IMMEDIATE');
    expectFault(await create('impatient'), 'StorageException', /^The service is temporarily unavailable/);
    other.exec('ROLLBACK');
    other.close();
    returnedOne(await create('impatient'));
  });
});
