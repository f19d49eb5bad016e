import { expect } from 'chai';
import { UniqueConflictError } from '../../src/provisioning/errors/store-errors.js';
import type { Context, Reseller } from '../../src/provisioning/model/model.js';
import type { ContextSearch } from '../../src/provisioning/repositories/context-repository.js';
import { describeStore } from './describe-store.js';
import { aContext, attributes, insertContext } from './fixtures.js';

function aReseller(id: number, name: string, members: Partial<Reseller> = {}): Reseller {
  return {
    id,
    name,
    displayName: `Reseller ${name}`,
    parentId: 0,
    passwordHash: 'hash',
    passwordMech: '{BCRYPT}',
    restrictions: [],
    capabilities: [],
    taxonomies: [],
    configuration: new Map(),
    ...members,
  };
}

async function conflictOf(work: Promise<unknown>): Promise<[string, string]> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(UniqueConflictError);
  const { key, value } = error as UniqueConflictError;
  return [key, value];
}

describeStore('contexts, resellers, settings', (opened) => {
  const everything = aContext(100, {
    name: 'Brand_Émile',
    ownerId: 1,
    enabled: false,
    maxQuotaMb: 4096,
    gabMode: 'global',
    customId: 'c-1',
    loginMappings: ['zeta', 'Alpha', '100'],
    attributes: attributes({ taxonomy: { types: 'a,b' }, config: { x: 'y' } }),
    restrictions: [{ name: 'Context.MaxUser', value: '5' }],
  });
  const insert = (context: Context) =>
    opened().store.transaction(({ contexts }) => contexts.insert(context, 3));

  before(async () => {
    await opened().store.transaction(async ({ resellers }) => {
      await resellers.insert(aReseller(1, 'north'));
      await resellers.insert(aReseller(2, 'South', { parentId: 1 }));
    });
    await insert(everything);
    await insert(aContext(7));
    await insert(aContext(8));
  });

  it('gives back every member as it was stored', async () => {
    const { contexts } = opened().store.read;
    expect(await contexts.find(100)).to.deep.equal(everything);
    expect(await contexts.find(101)).to.equal(null);
    expect(await contexts.findIdByName('Brand_Émile')).to.equal(100);
    expect(await contexts.findIdByLoginMapping('Alpha')).to.equal(100);
    expect(await contexts.findIdByLoginMapping('nowhere')).to.equal(null);
    expect(await contexts.usedBytes([7, 100, 555])).to.deep.equal(
      new Map([
        [7, 0],
        [100, 0],
      ]),
    );
    expect(await contexts.countByOwner(1)).to.equal(1);
    expect(await contexts.countByOwner(2)).to.equal(0);
  });

  it('changes only what is there', async () => {
    await opened().store.transaction(({ contexts }) =>
      contexts.update(8, {
        maxQuotaMb: 1,
        loginMappings: ['eight', 'acht'],
        attributeChanges: [{ namespace: 'config', key: 'k', value: 'v' }],
      }),
    );
    const expected = aContext(8, {
      maxQuotaMb: 1,
      loginMappings: ['eight', 'acht'],
      attributes: attributes({ config: { k: 'v' } }),
    });
    expect(await opened().store.read.contexts.find(8)).to.deep.equal(expected);
    await opened().store.transaction(({ contexts }) =>
      contexts.update(8, { attributeChanges: [{ namespace: 'config', key: 'k', value: null }] }),
    );
    expect(await opened().store.read.contexts.find(8)).to.deep.equal({ ...expected, attributes: new Map() });
  });

  it('names the unique key that refused, and the value', async () => {
    expect(await conflictOf(insert(aContext(7, { name: 'other', loginMappings: [] })))).to.deep.equal([
      'contextId',
      '7',
    ]);
    expect(await conflictOf(insert(aContext(9, { name: 'context-7' })))).to.deep.equal([
      'contextName',
      'context-7',
    ]);
    expect(await conflictOf(insert(aContext(9, { loginMappings: ['9', 'zeta'] })))).to.deep.equal([
      'loginMapping',
      'zeta',
    ]);
    expect(
      await conflictOf(
        opened().store.transaction(({ contexts }) => contexts.update(7, { name: 'Brand_Émile' })),
      ),
    ).to.deep.equal(['contextName', 'Brand_Émile']);
    expect(
      await conflictOf(
        opened().store.transaction(({ resellers }) => resellers.insert(aReseller(3, 'north'))),
      ),
    ).to.deep.equal(['resellerName', 'north']);
    expect(await opened().store.read.contexts.find(9)).to.equal(null);
  });

  it('searches name, id and login mappings without regard to case', async () => {
    const ids = (pattern: string, ownerIds: ContextSearch['ownerIds'] = null) =>
      opened().store.read.contexts.searchIds({ pattern, ownerIds });
    expect(await ids('*')).to.deep.equal([7, 8, 100]);
    expect(await ids('brand_ÉM*')).to.deep.equal([100]);
    expect(await ids('100')).to.deep.equal([100]);
    expect(await ids('ALPHA')).to.deep.equal([100]);
    expect(await ids('context-_')).to.deep.equal([7, 8]);
    expect(await ids('*', [1, 2])).to.deep.equal([100]);
    expect(await ids('*', [])).to.deep.equal([]);
    expect(await ids('*mapp*')).to.deep.equal(await ids('*MAPP*'));
  });

  it('finds ids by their digits', async () => {
    const ids = (pattern: string) => opened().store.read.contexts.searchIds({ pattern, ownerIds: null });
    expect(await ids('1*')).to.deep.equal([100]);
    expect(await ids('1_0')).to.deep.equal([100]);
    expect(await ids('10_')).to.deep.equal([100]);
    expect(await ids('1_')).to.deep.equal([]);
    expect(await ids('*0')).to.deep.equal([100]);
    expect(await ids('0*')).to.deep.equal([]);
    expect(await ids('9007199254740993*')).to.deep.equal([]);
    expect(await ids('7')).to.deep.equal([7]);
  });

  it('reads many at once, in the order of the ids', async () => {
    const found = await opened().store.read.contexts.findMany([100, 55, 7]);
    expect(found[0]).to.deep.equal(everything);
    expect(found.map(({ id }) => id)).to.deep.equal([100, 7]);
  });

  it('gives ids that no context has, never twice', async () => {
    await insert(aContext(1));
    await insert(aContext(2));
    const take = () => opened().store.transaction(({ contexts }) => contexts.takeNextId());
    expect(await take()).to.equal(3);
    const next = await Promise.all(Array.from({ length: 20 }, take));
    expect(new Set(next)).to.have.lengthOf(20);
    expect(next.filter((id) => id === 7 || id === 8)).to.deep.equal([]);
  });

  it('keeps resellers', async () => {
    const rich = aReseller(5, 'Rich', {
      parentId: 1,
      restrictions: [{ name: 'Subadmin.MaxContext', value: '10' }],
      capabilities: ['-b', 'a'],
      taxonomies: ['t1'],
      configuration: new Map([['com.example', 'true']]),
    });
    const { store } = opened();
    await store.transaction(({ resellers }) => resellers.insert(rich));
    expect(await store.read.resellers.find(5)).to.deep.equal(rich);
    expect(await store.read.resellers.findByName('Rich')).to.deep.equal(rich);
    expect(await store.read.resellers.findByName('rich')).to.equal(null);
    expect((await store.read.resellers.findMany([5, 99, 1, 5])).map(({ id }) => id)).to.have.members([5, 1]);
    expect(await store.read.resellers.findMany([])).to.deep.equal([]);
    await store.transaction(({ resellers }) =>
      resellers.update(5, { configuration: new Map(), parentId: 0 }),
    );
    expect(await store.read.resellers.find(5)).to.deep.equal({
      ...rich,
      configuration: new Map(),
      parentId: 0,
    });
    const names = async (pattern: string, parentId: number | null) =>
      (await store.read.resellers.search({ pattern, parentId })).map(({ name }) => name);
    expect(await names('*', null)).to.deep.equal(['north', 'South', 'Rich']);
    expect(await names('s*', null)).to.deep.equal(['South']);
    expect(await names('*', 0)).to.deep.equal(['north', 'Rich']);
    expect(await store.read.resellers.countChildren(1)).to.equal(1);
    await store.transaction(({ resellers }) => resellers.delete(5));
    expect(await store.read.resellers.find(5)).to.equal(null);
    expect(await store.transaction(({ resellers }) => resellers.takeNextId())).to.equal(3);
  });

  it('keeps settings, and one file storage from the start', async () => {
    const { store } = opened();
    const set = (value: string) => store.transaction(({ settings }) => settings.set('master', value));
    expect(await store.read.settings.get('master')).to.equal(null);
    await set('1');
    await set('2');
    expect(await store.read.settings.get('master')).to.equal('2');
    expect((await store.read.filestores.list()).map(({ id }) => id)).to.deep.equal([1]);
    expect(await store.read.filestores.find(2)).to.equal(null);
  });

  it('keeps groups with their members', async () => {
    await insertContext(opened().store, aContext(50));
    expect(await opened().store.read.groups.find(50, 1)).to.deep.equal({
      contextId: 50,
      id: 1,
      name: 'users',
      displayName: 'All users',
      memberIds: [2],
    });
    expect(await opened().store.read.groups.find(50, 9)).to.equal(null);
  });
});
