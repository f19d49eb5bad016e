import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../src/app/app.js';
import { createLogger } from '../../src/observe/logging.js';
import { readSeed } from '../../src/qa/seed/parse-seed.js';
import { readConfig } from '../../src/settings/read-config.js';
import { mariadbServer, sqliteFile, sqliteInMemory } from '../support/database/databases.js';
import { requirePart } from '../support/processes/require-part.js';
import { callRest } from '../support/rest/rest-client.js';
import { expectFault, RawSoap, returned, returnedOne } from '../support/wire/raw-soap.js';
import { idOf, World } from '../wire/fixtures.js';
import { control, controlToken } from './control-client.js';

for (const database of [sqliteInMemory, sqliteFile, mariadbServer]) {
  describe(`qa: snapshots and reset on ${database.name}`, function () {
    this.timeout(60_000);
    let world: World;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = await World.start({ CONTROL_TOKEN: controlToken }, await database.url());
    });
    after(() => world?.stop());

    const expectDone = async (method: string, path: string): Promise<void> => {
      const { status, text } = await control(world.url, method, path);
      expect(status, text).to.equal(204);
    };
    const userIds = async (): Promise<number[]> =>
      returned(await world.users('listAll', { ctx: world.ctx })).map(idOf);

    it('goes back exactly: ids, counters, quotas and passwords', async () => {
      const anna = await world.newUser('anna');
      await world.setMailQuota(anna, 500);
      await expectDone('PUT', 'snapshots/first');
      const next = await world.newUser('ben');
      await world.setMailQuota(anna, 600);
      await world.changed(anna, { password: 'another-password' });
      await expectDone('POST', 'snapshots/first/restore');
      expect(await world.exists({ name: 'ben' })).to.equal('false');
      expect(await world.newUser('carla'), 'the id is free again').to.equal(next);
      const quota = await world.oxaas('getMailQuota', { ctxid: world.contextId, usrid: anna });
      expect(returned(quota)[0]?.text).to.equal('500');
    });

    it('believes no password that is of another time', async () => {
      const admin = { login: 'ctxadmin', password: 'admin-secret' };
      await expectDone('PUT', 'snapshots/old-password');
      const changed = { ...admin, password: 'new-secret-1' };
      const adminId = idOf(returnedOne(await world.users('getContextAdmin', { ctx: world.ctx })));
      await world.changed(adminId, { password: changed.password });
      expect((await world.users('listAll', { ctx: world.ctx }, changed)).fault).to.equal(undefined);
      await expectDone('POST', 'snapshots/old-password/restore');
      const refused = await world.users('listAll', { ctx: world.ctx }, changed);
      expectFault(refused, 'InvalidCredentialsException', /Authentication failed/);
      expect((await world.users('listAll', { ctx: world.ctx }, admin)).fault).to.equal(undefined);
    });

    it('is right while requests run: each is wholly before or wholly after', async () => {
      await expectDone('PUT', 'snapshots/calm');
      const before = await userIds();
      let isOver = false;
      const outcomes: string[] = [];
      const load = Array.from({ length: 4 }, async (_, worker) => {
        for (let time = 0; !isOver; time += 1) {
          const answer = await world.users('exists', { ctx: world.ctx, user: { name: `u${worker}` } });
          outcomes.push(answer.fault?.text ?? 'ok');
          await world.newUser(`w${worker}-${time}`);
        }
      });
      try {
        for (let time = 0; time < 5; time += 1) await expectDone('POST', 'snapshots/calm/restore');
      } finally {
        isOver = true;
      }
      await Promise.all(load);
      expect(new Set(outcomes)).to.deep.equal(new Set(['ok']));
      await expectDone('POST', 'snapshots/calm/restore');
      expect(await userIds()).to.deep.equal(before);
    });

    it('lists and deletes, and says what is not there', async () => {
      const { body } = await control(world.url, 'GET', 'snapshots');
      expect((body as { snapshots: { name: string }[] }).snapshots.map(({ name }) => name)).to.include(
        'calm',
      );
      await expectDone('DELETE', 'snapshots/calm');
      expect((await control(world.url, 'POST', 'snapshots/calm/restore')).status).to.equal(404);
      expect((await control(world.url, 'DELETE', 'snapshots/calm')).status).to.equal(404);
      expect((await control(world.url, 'PUT', 'snapshots/a%20b')).status).to.equal(400);
    });

    it('resets to an empty database with the master password kept, again and again', async () => {
      for (const _time of [1, 2]) {
        await expectDone('POST', 'reset');
        const list = await world.resellers('list', { search_pattern: '*' });
        expect(returned(list)).to.have.length(0);
        expect(await world.newReseller(world.reseller)).to.equal(1);
      }
    });
  });
}

describe('qa: a start with a seed', function () {
  this.timeout(60_000);

  it('has the seed before the first request, and again after a reset', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'oxbow-seed-'));
    const file = join(directory, 'seed.yaml');
    writeFileSync(
      file,
      `resellers:
  - name: acme
    contexts:
      - name: lab
        users:
          - name: anna
            email: Anna@lab.example
            maxQuotaMb: 10
            mailQuotaMb: 10
            unifiedQuota: true
            usage: { mailBytes: 3000000, mailMessages: 42, fileBytes: 4000000, files: 7 }
          - { name: ben, usage: { fileBytes: 1000 } }
`,
    );
    const config = readConfig({
      PORT: '0',
      DATABASE_URL: 'sqlite::memory:',
      MASTER_PASSWORD: 'm',
      LOG_LEVEL: 'error',
      CONTROL_TOKEN: controlToken,
    });
    const app = await startApp(config, createLogger(config), readSeed(file));
    try {
      const users = async () =>
        returned(
          await new RawSoap(app.url).call(
            'OXResellerUserService',
            'listAll',
            { ctx: { id: 1 } },
            { login: 'admin', password: 'admin-secret' },
          ),
        );
      const admin = { login: 'admin', password: 'admin-secret' };
      const get = async (path: string) =>
        (await callRest(`${app.url}${path}`, 'GET', admin)).json as {
          mode: string;
          usage: unknown;
          bytes: number;
        };
      const usage = async () => {
        const anna = await get('/quota/v1/contexts/1/users/3');
        const files = await get('/quota/v1/contexts/1/users/3/usage');
        const ofContext = await get('/quota/v1/contexts/1/usage');
        return { mode: anna.mode, usage: anna.usage, files, inContext: ofContext.bytes };
      };
      const seeded = (await users()).length;
      expect(seeded).to.equal(3);
      const held = await usage();
      expect(held).to.deep.include({
        mode: 'unified',
        usage: { mailBytes: 3_000_000, fileBytes: 4_000_000, totalBytes: 7_000_000, fileBytesOf: 'user' },
        inContext: 1_000,
      });
      expect(held.files).to.include({ bytes: 4_000_000, files: 7 });
      for (const _time of [1, 2]) {
        expect((await control(app.url, 'POST', 'reset')).status).to.equal(204);
        expect(await users()).to.have.length(seeded);
        expect((await usage()).usage).to.deep.equal(held.usage);
      }
    } finally {
      await app.stop();
      rmSync(directory, { recursive: true });
    }
  });
});
