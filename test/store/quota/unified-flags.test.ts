import { expect } from 'chai';
import { parseContextSets } from '../../../src/provisioning/installation/context-sets.js';
import { unifiedQuotaProperty } from '../../../src/provisioning/quota/config-cascade.js';
import { updateUnifiedFlags } from '../../../src/provisioning/quota/unified-flags.js';
import type { Store } from '../../../src/provisioning/repositories/store.js';
import { describeStore } from '../describe-store.js';
import { aContext, attributes, createUser, insertContext } from '../fixtures.js';

const contexts = 230;
/** One transaction for 100 contexts, and one that finds no more. */
const transactions = 4;

const says = (value: string) => attributes({ config: { [unifiedQuotaProperty]: value } });
const operator = (server: string, sets: object = {}, more: Record<string, string> = {}) => ({
  serverProperties: new Map([[unifiedQuotaProperty, server], ...Object.entries(more)]),
  contextSets: parseContextSets(JSON.stringify(sets)),
});

describeStore('flags of unified quota at start', (opened) => {
  let begun = 0;
  /** The store, which stops working after some transactions. */
  const failingAfter = (count: number): Store =>
    Object.assign(Object.create(opened().store) as Store, {
      transaction: (work: Parameters<Store['transaction']>[0]) => {
        begun += 1;
        if (begun > count) throw new Error('killed');
        return opened().store.transaction(work);
      },
    });
  const start = async (scopes: ReturnType<typeof operator>, count = Infinity): Promise<number> => {
    begun = 0;
    await updateUnifiedFlags({ store: failingAfter(count), ...scopes });
    return begun;
  };
  const killedAfter = (scopes: ReturnType<typeof operator>, count: number) =>
    start(scopes, count).then(
      () => expect.fail('was not killed'),
      (error: unknown) => expect((error as Error).message).to.equal('killed'),
    );
  const enabled = async () => {
    const rows = await opened().knex('users').where({ unified_enabled: 1 }).select('context_id', 'login');
    return rows
      .filter(({ login }) => login !== 'admin')
      .map(({ context_id, login }) => `${login}${context_id}`);
  };
  const all = (login: string, count = contexts) =>
    Array.from({ length: count }, (_, index) => `${login}${index + 1}`);

  before(async function () {
    this.timeout(60_000);
    const { store } = opened();
    for (let id = 1; id <= contexts; id += 1) {
      await insertContext(store, aContext(id));
      await store.transaction(async (tx) => {
        await createUser(tx, id, 'plain');
        if (id % 10 > 0) return;
        await createUser(tx, id, 'yes', { attributes: says(' True') });
        await createUser(tx, id, 'no', { attributes: says('') });
      });
    }
  });
  const own = Array.from({ length: contexts / 10 }, (_, index) => `yes${(index + 1) * 10}`);

  it('are written on the first start, and not again without a reason', async () => {
    expect(await start(operator('false'))).to.equal(transactions);
    expect(await enabled()).to.have.members(own);
    expect(await start(operator('false'))).to.equal(0);
    const unrelated = { other: { withTags: 'x', properties: { 'com.openexchange.quota.task': 1 } } };
    expect(await start(operator('false', unrelated, { more: '1' }))).to.equal(0);
  });

  it('follow the server scope', async () => {
    expect(await start(operator('TRUE'))).to.equal(transactions);
    expect(await enabled()).to.have.members([...own, ...all('plain')]);
  });

  it('follow the context sets, for their tags as for their values', async () => {
    const sets = (withTags: string, value: boolean) => ({
      set: { withTags, properties: { [unifiedQuotaProperty]: value } },
    });
    expect(await start(operator('false', sets('context-7 | 8', true)))).to.equal(transactions);
    expect(await enabled()).to.have.members([...own, 'plain7', 'plain8']);
    expect(await start(operator('false', sets('context-7', true)))).to.equal(transactions);
    expect(await enabled()).to.have.members([...own, 'plain7']);
    expect(await start(operator('false', sets('context-7', false)))).to.equal(transactions);
    expect(await enabled()).to.have.members(own);
  });

  it('go on after a start that was killed', async () => {
    await killedAfter(operator('true'), 2);
    expect(await enabled()).to.have.members([...own, ...all('plain', 200)]);
    expect(await start(operator('true'))).to.equal(transactions - 2);
    expect(await enabled()).to.have.members([...own, ...all('plain')]);
  });

  it('begin anew when the operator changed his mind meanwhile', async () => {
    await killedAfter(operator('false'), 1);
    expect(await start(operator('true'))).to.equal(transactions);
    expect(await enabled()).to.have.members([...own, ...all('plain')]);
  });
});
