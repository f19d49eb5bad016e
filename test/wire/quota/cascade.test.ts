import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp } from '../../support/processes/app.js';
import { expectDone, type SoapParams } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { unifiedQuota, World } from '../fixtures.js';

const property = 'com.openexchange.quota.task';
const types = 'com.openexchange.config.cascade.types';
const fast = { passwordMech: 'SHA-512' };

const contextSets = {
  premium: { withTags: 'premium & !trial', properties: { [property]: 1 } },
  restricted: { withTags: ['small', 'premium'], properties: { [property]: 2, other: 'x' } },
  small: { withTags: 'small', properties: { [property]: 3 } },
  byName: { withTags: 'reseller1_named', properties: { [property]: 4 } },
  byModule: { withTags: 'ucUSM & ucActiveSync', properties: { [property]: 5 } },
  byReseller: { withTags: 'brandX', properties: { [property]: 6 } },
  unified: { withTags: 'unified', properties: { 'com.openexchange.unifiedquota.enabled': true } },
  german: { withTags: 'german', properties: { 'com.openexchange.admin.user.defaultLanguage': 'de_DE' } },
};

describe('wire: the config cascade (docs/contract/config-cascade.md#1): user > context > reseller > contextSets > server', function () {
  this.timeout(90_000);
  let directory: string;
  let world: World;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'oxbow-cascade-'));
    writeFileSync(join(directory, 'sets.json'), JSON.stringify(contextSets));
    writeFileSync(join(directory, 'server.properties'), `# server scope\n${property} = 77\n`);
    world = await World.start({
      CONTEXT_SETS_FILE: join(directory, 'sets.json'),
      SERVER_PROPERTIES_FILE: join(directory, 'server.properties'),
    });
  });
  after(async () => {
    await world.stop();
    rmSync(directory, { recursive: true });
  });

  let count = 0;
  const newContext = (name = `reseller1_c${++count}`, ctx: SoapParams = {}) =>
    world.newContext(name, { ctx });
  const change = async (id: number, userAttributes: SoapParams) =>
    expectDone(await world.contexts('change', { ctx: { id, userAttributes } }, world.master));
  const get = async (path: string): Promise<unknown> => {
    const basic = Buffer.from(`${world.master.login}:${world.master.password}`).toString('base64');
    const response = await fetch(`${world.url}/quota/v1/contexts/${path}`, {
      headers: { authorization: `Basic ${basic}` },
    });
    return response.json();
  };
  const limitOf = async (id: number) =>
    ((await get(`${id}/objects`)) as { module: string; limit: number }[]).find(
      ({ module }) => module === 'task',
    )?.limit;

  it('tags from the attribute taxonomy/types', async () => {
    const id = await newContext();
    expect(await limitOf(id), 'server scope').to.equal(77);
    for (const [tags, limit] of [
      ['premium', 1],
      ['premium,trial', 77],
      ['small, premium', 1],
      ['small,premium,trial', 2],
      ['small', 3],
      ['SMALL', 77],
    ] as const) {
      await change(id, { taxonomy: { types: tags } });
      expect(await limitOf(id), tags).to.equal(limit);
    }
    await change(id, { taxonomy: { types: null } });
    expect(await limitOf(id)).to.equal(77);
  });

  it('tags from the property, the name, the modules and the reseller', async () => {
    const byProperty = await newContext();
    await change(byProperty, { config: { [types]: 'x, small' } });
    expect(await limitOf(byProperty)).to.equal(3);
    expect(await limitOf(await newContext('reseller1_named'))).to.equal(4);
    const byModule = await newContext();
    const access = { ctx: { id: byModule }, access_combination_name: 'cloud_pim' };
    expectDone(await world.contexts('changeModuleAccessByName', access, world.master));
    expect(await limitOf(byModule)).to.equal(5);
    const brand = { login: 'brand', password: 'brand-secret' };
    await world.newReseller(brand, { taxonomiesToAdd: ['brandX'] });
    expect(await limitOf(await world.newContext('brand_one', { as: brand }))).to.equal(6);
  });

  it('the nearer scope wins', async () => {
    const rich = { login: 'rich', password: 'rich-secret' };
    await world.newReseller(rich, { taxonomiesToAdd: ['small'], configurationToAdd: { [property]: '50' } });
    const id = await world.newContext('rich_one', { as: rich });
    expect(await limitOf(id), 'reseller over set').to.equal(50);
    await change(id, { config: { [property]: '60' } });
    expect(await limitOf(id), 'context over reseller').to.equal(60);
    const entry = { ctx: { id }, module: 'task', quotaValue: '70' };
    expectDone(await world.soap.call('OXContextService', 'changeQuota', entry, rich));
    expect(await limitOf(id), 'entry over everything').to.equal(70);
  });

  it('unified quota may be switched on by a context set', async () => {
    const id = await newContext();
    const userId = await world.newUser('unified', { ...fast, maxQuota: 5 }, id);
    const params = { ctxid: id, usrid: userId, quota: 5 };
    expectDone(await world.oxaas('setMailQuota', params, world.master));
    const mode = async () => ((await get(`${id}/users/${userId}`)) as { mode: string }).mode;
    expect(await mode()).to.equal('default');
    await change(id, { taxonomy: { types: 'unified' } });
    expect(await mode()).to.equal('unified');
    await change(id, unifiedQuota('false').userAttributes);
    expect(await mode()).to.equal('default');
  });

  it('the default language of new users may come from a context set, over the context', async () => {
    const id = await newContext();
    await change(id, {
      taxonomy: { types: 'german' },
      config: { 'com.openexchange.admin.user.defaultLanguage': 'fr_FR' },
    });
    const userId = await world.newUser('german', fast, id);
    const user = await world.users('getData', { ctx: { id }, user: { id: userId } }, world.master);
    expect(scalars(user.body.children[0]?.children[0])['language']).to.equal('de_DE');
    const named = await newContext(undefined, { userAttributes: { taxonomy: { types: 'german' } } });
    const admin = await world.users('getData', { ctx: { id: named }, user: { id: 2 } }, world.master);
    expect(scalars(admin.body.children[0]?.children[0])['language'], 'of an admin').to.equal('de_DE');
  });

  it('files that cannot be read stop the start with one line', async () => {
    const file = join(directory, 'bad');
    const rows: [setting: string, text: string, reason: RegExp][] = [
      ['CONTEXT_SETS_FILE', '{', /^CONTEXT_SETS_FILE: it is not JSON$/],
      ['CONTEXT_SETS_FILE', '{"a": {}}', /^CONTEXT_SETS_FILE: set "a": [^\n]+$/],
      ['SERVER_PROPERTIES_FILE', 'nonsense', /^SERVER_PROPERTIES_FILE: line 1 [^\n]+$/],
    ];
    for (const [setting, text, reason] of rows) {
      writeFileSync(file, text);
      const error = await startTestApp({ env: { [setting]: file } }).then(
        async (app) => app.stop(),
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message).to.match(reason);
    }
  });
});
