import { expect } from 'chai';
import fc from 'fast-check';
import { QuotaExceededError } from '../../../src/provisioning/errors/ledger-errors.js';
import { quotaState } from '../../../src/provisioning/quota/quota-state.js';
import { boundedCount } from '../../../src/util/foreign-figure.js';
import { holdFiles } from '../../support/processes/hold-files.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const contextId = 1;
const mb = 1024 * 1024;
const limitMb = 10;

/** Counts as whoever writes into our tables may leave them, as SQL. */
const anyCount = fc.oneof(
  fc.integer({ min: -20 * mb, max: 20 * mb }).map(String),
  fc.maxSafeInteger().map(String),
  fc.constantFrom('-9223372036854775808', '-1', '0', '9007199254740991', '9223372036854775807'),
);
/** Only SQLite keeps what does not fit into 64 bits with a sign. */
const wrapped = '18446744073699323355';

describeStore('figures of other systems', (opened) => {
  let userId = 0;
  const mailbox = 'odd@example.org';

  before(async () => {
    const { store, knex } = opened();
    await insertContext(store, aContext(contextId));
    const quotas = { filestoreId: 1, maxQuotaMb: limitMb, mailQuotaMb: limitMb };
    userId = await store.transaction((tx) => createUser(tx, contextId, 'odd', quotas));
    await knex('users').where({ id: userId }).update({ unified_enabled: 1 });
    await holdFiles(knex, contextId, userId, { bytes: 0 });
    await knex('mail_usage').insert({ username: mailbox, bytes: 0, messages: 0 });
  });

  async function check(mail: string, files: string, reserved: string): Promise<void> {
    const { store, knex } = opened();
    await knex.raw(`UPDATE mail_usage SET bytes = ${mail}, messages = ${mail}`);
    await knex.raw(`UPDATE file_usage SET bytes = ${files}, reserved_bytes = ${reserved}`);
    const state = quotaState({
      maxQuotaMb: limitMb,
      ownsFilestore: true,
      mailQuotaMb: limitMb,
      unifiedEnabled: true,
      mailBytes: Number(mail),
      fileBytes: Number(files),
    });
    const { mailBytes, fileBytes } = state.usage;
    expect(mailBytes).to.be.within(0, Number.MAX_SAFE_INTEGER);
    expect(state.remainingBytes).to.be.within(0, limitMb * mb);

    const taken = fileBytes + boundedCount(Number(reserved));
    const [room] = (await knex('mail_accounts')
      .where({ username: mailbox })
      .pluck('limit_bytes')) as number[];
    expect(Number(room), 'view').to.equal(Math.max(1, limitMb * mb - taken));
    const usage = { mailBytes, mailMessages: mailBytes, fileBytes };
    expect((await store.read.users.usage(contextId, [userId])).get(userId), 'usage').to.deep.equal(usage);
    expect((await store.userData.find(contextId, userId))?.usage, 'getData').to.deep.equal(usage);
    const facts = await store.read.quotaLevels.find({ contextId, userId });
    expect(facts && quotaState(facts.input).usage, 'thresholds').to.deep.equal(state.usage);
    const sums = await store.read.quotaLevels.sums();
    expect([sums.mailBytes, sums.fileBytes], 'sums').to.deep.equal([mailBytes, fileBytes]);

    const left = Math.max(0, limitMb * mb - taken - mailBytes);
    const wanted = { id: crypto.randomUUID(), kind: 'drive', key: crypto.randomUUID() } as const;
    const refusal = await store
      .transaction(({ ledger }) =>
        ledger.reserve(
          { contextId, holder: `user:${userId}` },
          { kind: 'storage', userId },
          { ...wanted, amount: left + 1, expiresAtMs: Date.now() + 60_000 },
          Date.now(),
        ),
      )
      .catch((error: unknown) => error);
    expect(refusal, 'ledger').to.be.instanceOf(QuotaExceededError);
  }

  it('are bounded alike wherever they are summed', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(anyCount, anyCount, anyCount, check), { numRuns: 40 });
  });

  it('with a count that wrapped around, where it can be stored', async () => {
    if (opened().url.startsWith('mysql')) return;
    await check(wrapped, wrapped, wrapped);
    expect((await opened().store.read.users.usage(contextId, [userId])).get(userId)?.mailBytes).to.equal(0);
  });
});
