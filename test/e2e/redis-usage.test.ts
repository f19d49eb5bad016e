import { expect } from 'chai';
import { RedisUsageCollector } from '../../src/background/redis-usage-collector.js';
import { openStore } from '../../src/store/open-store.js';
import { sqliteFile, mariadbServer } from '../support/database/databases.js';
import { dovecotVersions } from '../support/mail/dovecot.js';
import { deliver, withImap } from '../support/mail/mail-clients.js';
import { redisIsInstalled, RedisServer } from '../support/mail/redis.js';
import { requirePart } from '../support/processes/require-part.js';
import { World } from '../wire/fixtures.js';
import { eventually, MailWorld } from './mail-world.js';

const collectedMs = 15_000;

for (const version of dovecotVersions) {
  describe(`e2e: usage through Redis: Dovecot ${version.name}`, function () {
    this.timeout(120_000);
    let redis: RedisServer | undefined;
    let mail: MailWorld | undefined;

    before(async function () {
      requirePart(this, version.part, version.isInstalled());
      requirePart(this, 'redis-server', redisIsInstalled());
      redis = await RedisServer.start();
      mail = await MailWorld.start(version, 'SQLite', '', redis.port);
    });
    after(async () => {
      await mail?.stop();
      await redis?.stop();
    });

    it('shows what was delivered and deleted', async () => {
      if (mail === undefined) throw new Error('not started');
      const { dovecot } = mail;
      const user = await mail.newUser('queued', {}, 1);
      const messages = async () => (await mail?.mailUsage(user.id))?.messages;
      for (let times = 0; times < 2; times += 1)
        expect((await deliver(dovecot, user.address, 100_000)).code).to.equal(250);
      await eventually('the usage is collected', async () => (await messages()) === 2, collectedMs);
      expect((await mail.quotaState(user.id)).usage.mailBytes).to.be.within(200_000, 203_000);
      await withImap(dovecot, user.address, user.password, async (imap) => {
        await imap.mailboxOpen('INBOX');
        await imap.messageDelete('1:2');
      });
      await eventually('the usage is collected', async () => (await messages()) === 0, collectedMs);
      expect((await mail.quotaState(user.id)).usage.mailBytes).to.equal(0);
      expect(dovecot.complaints()).to.deep.equal([]);
    });
  });
}

for (const database of [sqliteFile, mariadbServer]) {
  describe(`usage from Redis on ${database.name}`, function () {
    this.timeout(60_000);
    let redis: RedisServer;
    let world: World;
    let databaseUrl: string;
    const ended: (() => Promise<void>)[] = [];

    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      requirePart(this, 'redis-server', redisIsInstalled());
      databaseUrl = await database.url();
      redis = await RedisServer.start();
      ended.push(() => redis.stop());
      world = await World.start({}, databaseUrl);
      ended.push(() => world.stop());
    });
    after(async () => {
      for (const end of ended.reverse()) await end();
    });

    it('goes on behind figures that cannot be, and says whose they are', async () => {
      const names = ['four1', 'four2', 'four3', 'four4'];
      for (const name of names) await world.newUser(name, { passwordMech: 'SHA-512' });
      const store = await openStore({ databaseUrl, notesChanges: false });
      ended.push(() => store.close());
      const faults: string[] = [];
      const collector = new RedisUsageCollector({
        store,
        url: redis.url,
        prefix: 'odd/',
        intervalMs: 50,
        onError: (error) => expect.fail(String(error)),
        onFault: (mailbox, fault) => faults.push(`${mailbox} ${fault}`),
      });
      const answers: [string, string, number | null][] = [
        ['junk', 'unreadable', null],
        ['-7', 'negative', 0],
        ['18446744073699323355', 'negative', 0],
        ['36028797018963970', 'unreadable', 0],
      ];
      for (const [index, [bytes, fault, expected]] of answers.entries()) {
        for (const name of names) {
          const isBad = name === 'four2';
          const key = `odd/${name}@example.org/quota/`;
          await redis.set({ [`${key}storage`]: isBad ? bytes : String(index + 1), [`${key}messages`]: '1' });
        }
        faults.length = 0;
        await collector.collect();
        await collector.collect();
        const usageOf = async (name: string) =>
          (await store.read.usage.mailUsage(`${name}@example.org`))?.bytes ?? null;
        expect(await usageOf('four4'), bytes).to.equal(index + 1);
        expect(await usageOf('four2'), bytes).to.equal(expected);
        expect(faults, bytes).to.deep.equal([`four2@example.org ${fault}`]);
      }
    });

    it('writes what differs, of mailboxes that exist, and goes on after a failure', async () => {
      for (const name of ['one', 'two']) await world.newUser(name, { passwordMech: 'SHA-512' });
      const store = await openStore({ databaseUrl, notesChanges: false });
      ended.push(() => store.close());
      const failures: unknown[] = [];
      const collector = new RedisUsageCollector({
        store,
        url: redis.url,
        prefix: 'q[1]*/',
        intervalMs: 50,
        onError: (error) => failures.push(error),
      });
      const write = (mailbox: string, bytes: string, messages: string, prefix = 'q[1]*/') =>
        redis.set({
          [`${prefix}${mailbox}/quota/storage`]: bytes,
          [`${prefix}${mailbox}/quota/messages`]: messages,
        });
      const usageOf = (name: string) => store.read.usage.mailUsage(`${name}@example.org`);

      await write('one@example.org', '5000', '2');
      await write('two@example.org', 'junk', '2');
      await write('nobody@example.org', '5000', '2');
      await write('two@example.org', '1', '1', 'q1/');
      await collector.collect();
      expect(await usageOf('one')).to.deep.equal({ bytes: 5000, messages: 2 });
      expect(await usageOf('two')).to.equal(null);
      expect(await usageOf('nobody')).to.equal(null);

      const corrected = { bytes: 4000, messages: 1 };
      await store.transaction(({ mailAccounts }) => mailAccounts.writeUsage('one@example.org', corrected));
      await world.newUser('nobody', { passwordMech: 'SHA-512' });
      await collector.collect();
      expect(await usageOf('one'), 'a correction stays').to.deep.equal(corrected);
      expect(await usageOf('nobody'), 'what a former owner left').to.equal(null);

      await redis.stop();
      collector.start();
      await eventually('failures are told', async () => Promise.resolve(failures.length > 1));
      await redis.resume();
      await write('one@example.org', '0', '0');
      await write('two@example.org', '7', '1');
      await eventually('it goes on', async () => (await usageOf('two'))?.bytes === 7, collectedMs);
      expect(await usageOf('one')).to.deep.equal({ bytes: 0, messages: 0 });

      await collector.stop();
      await write('one@example.org', '9', '1');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await usageOf('one')).to.deep.equal({ bytes: 0, messages: 0 });
    });
  });
}
