import { expect } from 'chai';
import type { Knex } from 'knex';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { sqliteFile } from '../../support/database/databases.js';
import { eventually } from '../../support/eventually.js';
import { FakeStalwartJmap } from '../../support/mail/fake-stalwart-jmap.js';
import { FakeStalwartRest } from '../../support/mail/fake-stalwart-rest.js';
import { fakeToken, type FakeAccount, type FakeStalwart } from '../../support/mail/fake-stalwart.js';
import type { SoapValue } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

const MB = 1024 * 1024;
const kinds = [
  { version: 'stalwart-0.16', disk: 'maxDiskQuota', make: () => new FakeStalwartJmap() },
  { version: 'stalwart-0.15', disk: 'quota', make: () => new FakeStalwartRest() },
] as const;

for (const { version, disk, make } of kinds) {
  describe(`wire: what is not ours stays in ${version}`, function () {
    this.timeout(60_000);
    const fast = { passwordMech: 'SHA-512' };
    let stalwart: FakeStalwart;
    let world: World;
    let knex: Knex;
    let env: Record<string, string>;
    let databaseUrl: string;
    let counter = 0;

    before(async () => {
      stalwart = await make().start();
      databaseUrl = await sqliteFile.url();
      env = {
        MAIL_SERVER: version,
        STALWART_URL: stalwart.url,
        STALWART_TOKEN: fakeToken,
        STALWART_USAGE_INTERVAL: '0',
      };
      world = await World.start(env, databaseUrl);
      knex = connect(parseDatabaseUrl(databaseUrl));
    });
    after(async () => {
      await knex.destroy();
      await world.stop();
      await stalwart.stop();
    });
    afterEach(() => expect(stalwart.violations).to.deep.equal([]));

    const told = () => eventually(async () => expect(await knex('outbox').select('*')).to.deep.equal([]));
    const found = (address: string): FakeAccount => {
      const account = stalwart.find(address);
      if (account === undefined) throw new Error(`no account ${address}`);
      return account;
    };
    const addressed = (address: string, ...aliases: string[]) => ({
      primaryEmail: address,
      email1: address,
      defaultSenderAddress: address,
      aliases: [address, ...aliases],
    });
    async function newUser(): Promise<{ id: number; name: string; address: string; foreign: unknown }> {
      counter += 1;
      const name = `own${counter}`;
      const address = `${name}@example.org`;
      const id = await world.newUser(name, fast);
      await told();
      stalwart.addForeign(address, `foreign-${name}@example.org`);
      return { id, name, address, foreign: stalwart.foreignOf(address) };
    }

    it('app password, second factor, API key and address, whatever changes, with and without memory', async () => {
      const [kept, lost] = [await newUser(), await newUser()];
      const series: [string, (at: string, name: string) => Record<string, SoapValue>][] = [
        ['display name', (_, name) => ({ display_name: `Another ${name}` })],
        ['password', () => ({ password: 'another-Secret-1', ...fast })],
        ['alias', (at, name) => ({ aliases: [at, `alias-${name}@example.org`] })],
        ['another alias', (at, name) => ({ aliases: [at, `other-${name}@example.org`] })],
        ['disabled', () => ({ mailenabled: false })],
        ['password while disabled', () => ({ password: 'another-Secret-2', ...fast })],
        ['enabled', () => ({ mailenabled: true })],
        ['renamed', (_, name) => addressed(`new-${name}@example.org`, `other-${name}@example.org`)],
        ['no alias', (at) => ({ aliases: [at] })],
        ['quota', () => ({})],
      ];
      const addresses = new Map([kept, lost].map((user) => [user, user.address]));
      for (const [what, change] of series) {
        const secrets = new Map([kept, lost].map((user) => [user, found(addresses.get(user) ?? '').secret]));
        await knex('mail_accounts_told')
          .where({ mailbox: addresses.get(lost) ?? '' })
          .delete();
        for (const user of [kept, lost]) {
          await world.changed(user.id, change(addresses.get(user) ?? '', user.name));
          if (what === 'quota') await world.setMailQuota(user.id, 7);
          if (what === 'renamed') addresses.set(user, `new-${user.name}@example.org`);
        }
        await told();
        for (const user of [kept, lost]) {
          const at = addresses.get(user) ?? '';
          expect(stalwart.foreignOf(at), what).to.deep.equal(user.foreign);
          const { secret, disabledPermissions } = found(at);
          expect(secret, what).to.match(/^\{SSHA512\}/);
          expect(secret !== secrets.get(user), what).to.equal(what.startsWith('password'));
          expect(disabledPermissions.includes('authenticate'), what).to.equal(what.endsWith('disabled'));
        }
      }
      const ours = [kept, lost].map((user) =>
        found(addresses.get(user) ?? '').aliases.filter((alias) => !alias.startsWith('foreign')),
      );
      // Without a memory nobody knows whose an alias is that the user does not have.
      expect(ours.map(({ length }) => length)).to.deep.equal([0, 2]);
      for (const user of [kept, lost]) expect(found(addresses.get(user) ?? '').quotas[disk]).to.equal(7 * MB);
    });

    it('everything is told again after a restore: what differs is repaired, what is foreign stays', async () => {
      const { id, name, address, foreign } = await newUser();
      const { secret } = found(address);
      await world.stop();
      // As after a restored backup: the memory is as old as the tables, and the server went on.
      await knex('settings').where({ name: 'mailServerTold' }).delete();
      await knex('users').where({ id }).update({ mail_quota_mb: 3 });
      await knex('user_aliases').insert({
        context_id: world.contextId,
        user_id: id,
        address: `back-${name}@example.org`,
        position: 9,
      });
      world = await World.resume(world, env, databaseUrl);
      await eventually(() => expect(found(address).quotas[disk]).to.equal(3 * MB), 10_000);
      await told();
      expect(found(address).secret).to.equal(secret);
      expect(found(address).aliases.some((alias) => alias.startsWith('back-'))).to.equal(true);
      expect(stalwart.foreignOf(address)).to.deep.equal(foreign);
    });

    it('what concerns no mailbox makes no call', async () => {
      const { id, name } = await newUser();
      stalwart.requests.length = 0;
      await world.changed(id, { display_name: `Someone ${name}`, given_name: 'Some', language: 'de_DE' });
      await world.changed(id, { userAttributes: { other: { note: 'x' } } });
      await world.changed(id, { maxQuota: 77 });
      await told();
      expect(stalwart.requests).to.deep.equal([]);
      await world.changed(id, { mailenabled: false });
      await told();
      expect(stalwart.requests).not.to.deep.equal([]);
    });

    it('a group that has the address is left alone', async () => {
      counter += 1;
      const name = `group${counter}`;
      const create = { g: { '@type': 'Group', name, domainId: 'd1' } };
      const [path, made]: [string, object] =
        version === 'stalwart-0.16'
          ? ['/jmap/', { methodCalls: [['x:Account/set', { create }, 'c']] }]
          : [
              '/api/principal',
              { type: 'group', name: `${name}@example.org`, emails: [`${name}@example.org`] },
            ];
      const headers = { authorization: `Bearer ${fakeToken}` };
      await fetch(`${stalwart.url}${path}`, { method: 'POST', headers, body: JSON.stringify(made) });
      const logged = world.log().length;
      const id = await world.newUser(name, fast);
      await eventually(() => expect(world.log().slice(logged)).to.include('a group under that address'));
      expect(stalwart.find(`${name}@example.org`)).to.equal(undefined);
      await world.users('delete', { ctx: world.ctx, user: { id }, reassign: 0 });
      await eventually(async () => expect(await knex('outbox').select('*')).to.deep.equal([]), 20_000);
    });
  });
}
