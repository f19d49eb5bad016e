import { expect } from 'chai';
import type { Knex } from 'knex';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { expectDone, type SoapAnswer, type SoapParams } from '../../support/wire/raw-soap.js';
import { unifiedQuota, World } from '../fixtures.js';

const property = 'com.openexchange.unifiedquota.enabled';
const contextSets = {
  set: { withTags: 'tagged | named | ucInfostore', properties: { [property]: true } },
};
const types = 'com.openexchange.config.cascade.types';
const modulesOfAdmin = { on: 'cloud_productivity', off: 'cloud_pim' };

for (const database of testDatabases) {
  describe(`wire: what switches unified quota switches it in the view, on ${database.name}`, function () {
    this.timeout(90_000);
    let directory: string;
    let world: World;
    let knex: Knex;
    let userId = 0;
    let parentId = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      directory = mkdtempSync(join(tmpdir(), 'oxbow-flags-'));
      writeFileSync(join(directory, 'sets.json'), JSON.stringify(contextSets));
      const url = await database.url();
      const env = { CONTEXT_SETS_FILE: join(directory, 'sets.json'), DEFAULT_PASSWORD_MECHANISM: 'SHA-512' };
      world = await World.start(env, url);
      knex = connect(parseDatabaseUrl(url));
      const configurationToAdd = { [property]: 'true' };
      parentId = await world.newReseller(
        { login: 'parent', password: 'parent-secret' },
        { configurationToAdd },
      );
      userId = await world.newUser('switched', { maxQuota: 5 });
      await world.setMailQuota(userId, 5);
      expectDone(await setModules(modulesOfAdmin.off));
    });
    after(async () => {
      await knex?.destroy();
      await world?.stop();
      if (directory) rmSync(directory, { recursive: true });
    });

    const isUnified = async () => {
      const row: { is_unified: number } | undefined = await knex('mail_accounts')
        .where({ user_id: userId })
        .first('is_unified');
      return row?.is_unified === 1;
    };
    const user = (fields: SoapParams) => world.change(userId, fields);
    const context = (fields: SoapParams) => world.contexts('change', { ctx: { ...world.ctx, ...fields } });
    const reseller = (fields: SoapParams) =>
      world.resellers('change', { adm: { name: world.reseller.login, ...fields } });
    const self = (fields: SoapParams) =>
      world.resellers('changeSelf', { adm: { name: world.reseller.login, ...fields } }, world.reseller);
    const setModules = (access_combination_name: string) =>
      world.contexts('changeModuleAccessByName', { ctx: world.ctx, access_combination_name });
    const adminModules = (access_combination_name: string) => {
      const params = { ctx: world.ctx, user: { id: 2 }, access_combination_name };
      return world.users('changeByModuleAccessName', params);
    };
    const allModules = (addAccess: SoapParams, removeAccess: SoapParams) => {
      const params = { filter: '', addAccess, removeAccess };
      return world.soap.call('OXUserService', 'changeModuleAccessGlobal', params, world.master);
    };
    const infostore = { infostore: true };
    const tags = (list: string | null) => ({ userAttributes: { taxonomy: { types: list } } });

    const switches: [title: string, on: () => Promise<SoapAnswer>, off: () => Promise<SoapAnswer>][] = [
      ['the user', () => user(unifiedQuota('true')), () => user(unifiedQuota(null))],
      ['the context', () => context(unifiedQuota('true')), () => context(unifiedQuota(null))],
      ["the context's taxonomies", () => context(tags('tagged')), () => context(tags(null))],
      ["the context's name", () => context({ name: 'named' }), () => context({ name: 'reseller1_acme' })],
      [
        "the reseller's configuration",
        () => reseller({ configurationToAdd: { [property]: 'true' } }),
        () => reseller({ configurationToRemove: [property] }),
      ],
      [
        'the configuration that a reseller gives itself',
        () => self({ configurationToAdd: { [property]: 'true' } }),
        () => self({ configurationToAdd: { [property]: 'false' } }),
      ],
      [
        "the reseller's taxonomies",
        () => reseller({ configurationToRemove: [property], taxonomiesToAdd: ['tagged'] }),
        () => reseller({ taxonomiesToRemove: ['tagged'] }),
      ],
      [
        'the property for further tags',
        () => reseller({ configurationToAdd: { [types]: 'x, tagged' } }),
        () => reseller({ configurationToRemove: [types] }),
      ],
      ["the reseller's parent", () => reseller({ parentId }), () => reseller({ parentId: 0 })],
      [
        'module access of the context',
        () => setModules(modulesOfAdmin.on),
        () => setModules(modulesOfAdmin.off),
      ],
      [
        'module access of its admin',
        () => adminModules(modulesOfAdmin.on),
        () => adminModules(modulesOfAdmin.off),
      ],
      ['module access of everybody', () => allModules(infostore, {}), () => allModules({}, infostore)],
    ];
    for (const [title, on, off] of switches) {
      it(title, async () => {
        expect(await isUnified(), 'before').to.equal(false);
        expectDone(await on());
        expect(await isUnified(), 'on').to.equal(true);
        expectDone(await off());
        expect(await isUnified(), 'off').to.equal(false);
      });
    }

    it('new users and new contexts find it', async () => {
      expectDone(await context(unifiedQuota('true')));
      const later = await world.newUser('later', { maxQuota: 5 });
      const own = await world.newUser('own', { maxQuota: 5, ...unifiedQuota('no') });
      const ctx = { userAttributes: { taxonomy: { types: 'tagged' } } };
      const contextId = await world.newContext('reseller1_new', { ctx });
      const there = await world.newUser('there', { maxQuota: 5 }, contextId);
      const rows = await knex('users').whereIn('login', ['later', 'own', 'there']).orderBy('login');
      expect(rows.map(({ id, unified_enabled }) => [id, unified_enabled])).to.deep.equal([
        [later, 1],
        [own, 0],
        [there, 1],
      ]);
    });
  });
}
