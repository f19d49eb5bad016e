import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { KeyConflictError, QuotaExceededError } from '../../../src/provisioning/errors/ledger-errors.js';
import type { User } from '../../../src/provisioning/model/model.js';
import type {
  LedgerAccount,
  LedgerPlace,
  Reservation,
} from '../../../src/provisioning/repositories/ledger-repository.js';
import { isWhole } from '../../support/sample.js';
import { describeStore } from '../describe-store.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const contextId = 1;
const bytesPerMb = 1024 * 1024;
const minuteMs = 60_000;
/** Far more than one account has room for, and than there are connections. */
const crowd = isWhole() ? 1_000 : 300;

describeStore('reservations', (opened) => {
  beforeEach(() => insertContext(opened().store, aContext(contextId)));
  afterEach(() => opened().store.transaction(({ contexts }) => contexts.delete(contextId)));

  let number = 0;
  const newUser = async (members: Partial<User>, isUnified = false): Promise<number> => {
    const login = `saver-${++number}`;
    const id = await opened().store.transaction((tx) =>
      createUser(tx, contextId, login, { filestoreId: 1, ...members }),
    );
    if (isUnified)
      await opened()
        .knex('users')
        .where({ context_id: contextId, id })
        .update({ unified_enabled: 1, mail_quota_mb: members.maxQuotaMb ?? 0 });
    await opened()
      .knex('mail_usage')
      .insert({ username: `${login}@example.org`, bytes: 0, messages: 0 });
    return id;
  };
  const mailboxOf = (id: number) =>
    opened().knex('users').where({ context_id: contextId, id }).first('mailbox');
  const setMail = async (id: number, bytes: number) => {
    const row = await mailboxOf(id);
    await opened()
      .knex('mail_usage')
      .where({ username: row?.mailbox ?? '' })
      .update({ bytes });
  };
  const placeOf = (id: number): LedgerPlace => ({ contextId, holder: `user:${id}` });
  const filesOf = (userId: number): LedgerAccount => ({ kind: 'storage', userId });
  interface Options {
    readonly key?: string;
    readonly ttlMs?: number;
    readonly nowMs?: number;
    readonly account?: LedgerAccount;
  }
  const reserve = (
    id: number,
    amount: number,
    { key = randomUUID(), ttlMs = minuteMs, nowMs = Date.now(), account = filesOf(id) }: Options = {},
  ): Promise<Reservation> => {
    const request = { id: randomUUID(), kind: 'drive', key, amount, expiresAtMs: nowMs + ttlMs };
    return opened().store.transaction(({ ledger }) => ledger.reserve(placeOf(id), account, request, nowMs));
  };
  const commit = (id: number, reservation: Reservation, amount: number, nowMs = Date.now()): Promise<void> =>
    opened().store.transaction(({ ledger }) =>
      ledger.commit(placeOf(id), filesOf(id), { id: reservation.id, amount, files: 1 }, nowMs),
    );
  const usage = (id: number, account = filesOf(id), nowMs = Date.now()) =>
    opened().store.read.ledger.usage(placeOf(id), account, nowMs);
  const counterOf = async (id: number) => {
    const row = await opened().knex('file_usage').where({ context_id: contextId, user_id: id }).first();
    return { bytes: row?.bytes, files: row?.files, reserved: row?.reserved_bytes };
  };
  /** Which were granted; everything but "no room" is a failure. */
  const granted = async <T>(asked: readonly Promise<T>[]): Promise<T[]> => {
    const settled = await Promise.allSettled(asked);
    for (const each of settled)
      if (each.status === 'rejected' && !(each.reason instanceof QuotaExceededError)) throw each.reason;
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  };
  const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T>[] =>
    Array.from({ length: count }, (_, index) => make(index));
  /** So many at a time as a busy service sends: more than there are connections. */
  const inWaves = async <T>(count: number, make: () => Promise<T>): Promise<T[]> => {
    const all: T[] = [];
    for (let done = 0; done < count; done += 250)
      all.push(...(await granted(times(Math.min(250, count - done), make))));
    return all;
  };

  it(`${crowd} at once take what there is and no more`, async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    const wanted = 10_000;
    const got = await inWaves(crowd, () => reserve(id, wanted));
    expect(got).to.have.length(Math.floor(bytesPerMb / wanted));
    expect(await counterOf(id)).to.deep.equal({ bytes: 0, files: 0, reserved: got.length * wanted });
    await Promise.all(got.map((each, index) => commit(id, each, wanted - index)));
    const { bytes = 0, reserved } = await counterOf(id);
    expect(reserved).to.equal(0);
    expect(bytes).to.equal(got.reduce((sum, _, index) => sum + wanted - index, 0));
  }).timeout(60_000);

  it(`${crowd} at once never pass the limit while mail goes`, async () => {
    const id = await newUser({ maxQuotaMb: 1 }, true);
    const steps = 50;
    const mailAt = (step: number) => Math.floor((bytesPerMb * (steps - step)) / steps);
    await setMail(id, mailAt(0));
    const shrinking = (async () => {
      for (let step = 1; step <= steps; step += 1) {
        await setMail(id, mailAt(step));
        const { bytes = 0, reserved = 0 } = await counterOf(id);
        expect(bytes + reserved + mailAt(step), `step ${step}`).to.be.at.most(bytesPerMb);
      }
    })();
    const got = await inWaves(crowd, () => reserve(id, 5_000));
    await shrinking;
    await inWaves(300, () => reserve(id, 5_000));
    const { reserved } = await counterOf(id);
    expect(got.length).to.be.greaterThan(0);
    expect(reserved).to.equal(Math.floor(bytesPerMb / 5_000) * 5_000);
  }).timeout(60_000);

  it('mail that comes in between makes at most one message too much', async () => {
    const id = await newUser({ maxQuotaMb: 1 }, true);
    const message = 20_000;
    let mail = 0;
    const delivering = (async () => {
      for (let tries = 0; tries < 60; tries += 1) {
        const row = await opened()
          .knex<{ context_id: number; user_id: number; limit_bytes: number }>('mail_accounts' as string)
          .where({ context_id: contextId, user_id: id })
          .first('limit_bytes');
        if (mail + message <= (row?.limit_bytes ?? 0)) await setMail(id, (mail += message));
      }
    })();
    const got = await inWaves(crowd / 2, () => reserve(id, 5_000));
    await delivering;
    expect(got.length * 5_000 + mail).to.be.at.most(bytesPerMb + message);
    expect(await granted([reserve(id, message + 5_000)])).to.deep.equal([]);
  }).timeout(60_000);

  it('the limits: none, nothing, to the byte; unified with mail, else without', async () => {
    const unlimited = await newUser({ maxQuotaMb: -1 });
    await reserve(unlimited, 2 ** 40);
    const nothing = await newUser({ maxQuotaMb: 0 });
    expect(await granted([reserve(nothing, 0), reserve(nothing, 1)])).to.deep.equal([]);
    for (const isUnified of [true, false]) {
      const id = await newUser({ maxQuotaMb: 1 }, isUnified);
      await setMail(id, 1000);
      const room = bytesPerMb - (isUnified ? 1000 : 0);
      expect(await granted([reserve(id, room + 1)])).to.deep.equal([]);
      expect(await granted([reserve(id, room)])).to.have.length(1);
      const refused = await reserve(id, 1).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(QuotaExceededError);
      expect((refused as QuotaExceededError).state).to.deep.equal({
        limit: bytesPerMb,
        mail: isUnified ? 1000 : 0,
        used: 0,
        reserved: room,
      });
    }
  });

  it('who has no own storage takes from the context, and keeps a share of its own', async () => {
    const [one, two] = [await newUser({ filestoreId: 0 }), await newUser({ filestoreId: 0 })];
    await opened().knex('contexts').where({ id: contextId }).update({ max_quota_mb: 1 });
    const half = bytesPerMb / 2;
    const first = await reserve(one, half);
    await commit(one, first, half - 100);
    const second = await reserve(two, half + 100);
    expect(await granted([reserve(one, 1), reserve(two, 1)])).to.deep.equal([]);
    expect(await usage(one)).to.include({ used: half - 100, files: 1, reserved: 0 });
    expect(await usage(two)).to.include({ used: 0, reserved: half + 100 });
    await commit(two, second, half + 100);
    expect(await usage(two, { kind: 'context' })).to.include({ used: bytesPerMb, files: 2, reserved: 0 });
    await opened().store.transaction(({ users }) => users.delete(contextId, [two]));
    expect(await usage(one, { kind: 'context' })).to.include({ used: half - 100, files: 1, reserved: 0 });
  });

  it('objects and signatures are counted by the same rule', async () => {
    const id = await newUser({});
    const objects: LedgerAccount = { kind: 'objects', module: 'infostore', limit: 20 };
    const snippets: LedgerAccount = { kind: 'snippets', userId: id, limitBytes: 7 };
    const [some, bytes] = await Promise.all([
      inWaves(200, () => reserve(id, 1, { account: objects })),
      inWaves(200, () => reserve(id, 1, { account: snippets })),
    ]);
    expect([some.length, bytes.length]).to.deep.equal([20, 7]);
    expect((await usage(id, objects)).reserved).to.equal(20);
    expect((await usage(id, snippets)).reserved).to.equal(7);
    const none: LedgerAccount = { kind: 'objects', module: 'task', limit: 0 };
    expect(await granted([reserve(id, 1, { account: none })])).to.deep.equal([]);
  }).timeout(60_000);

  it('a key is one reservation, however often and however parallel', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    const got = await Promise.all(times(40, () => reserve(id, 1000, { key: 'same' })));
    expect(new Set(got.map((each) => each.id)).size).to.equal(1);
    expect((await counterOf(id)).reserved).to.equal(1000);
    const other = await reserve(id, 999, { key: 'same' }).catch((error: unknown) => error);
    expect(other).to.be.instanceOf(KeyConflictError);
    const [first] = got as [Reservation];
    await commit(id, first, 900);
    await commit(id, first, 900);
    expect(await commit(id, first, 901).catch((error: unknown) => error)).to.be.instanceOf(KeyConflictError);
    expect((await reserve(id, 1000, { key: 'same' })).id).to.equal(first.id);
    expect(await counterOf(id)).to.deep.equal({ bytes: 900, files: 1, reserved: 0 });
  }).timeout(60_000);

  it('a deletion is one deletion, and nothing falls below zero', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    await commit(id, await reserve(id, 1000), 1000);
    const report = { kind: 'drive', key: 'gone', amount: 400, files: 1 };
    const remove = (change: object) =>
      opened().store.transaction(({ ledger }) =>
        ledger.reportDeletion(placeOf(id), filesOf(id), { ...report, ...change }, Date.now()),
      );
    await Promise.all(times(20, () => remove({})));
    expect(await counterOf(id)).to.deep.equal({ bytes: 600, files: 0, reserved: 0 });
    expect(await remove({ amount: 401 }).catch((error: unknown) => error)).to.be.instanceOf(KeyConflictError);
    await remove({ key: 'more', amount: 10_000, files: 3 });
    expect(await counterOf(id)).to.deep.equal({ bytes: 0, files: 0, reserved: 0 });
  });

  it('a commit with more asks for the growth only, and changes nothing when there is no room', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    await commit(id, await reserve(id, bytesPerMb - 100), bytesPerMb - 100);
    const last = await reserve(id, 60);
    expect(await granted([commit(id, last, 101)])).to.deep.equal([]);
    expect(await counterOf(id)).to.deep.equal({ bytes: bytesPerMb - 100, files: 1, reserved: 60 });
    await commit(id, last, 100);
    expect(await counterOf(id)).to.deep.equal({ bytes: bytesPerMb, files: 2, reserved: 0 });
  });

  it('what was promised before the limit fell may be committed', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    const promised = await reserve(id, 1000);
    await opened().knex('users').where({ context_id: contextId, id }).update({ max_quota_mb: 0 });
    await commit(id, promised, 900);
    expect(await counterOf(id)).to.deep.equal({ bytes: 900, files: 1, reserved: 0 });
  });

  it('who crashed between reserving and committing gives back when the time is over', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    const startMs = Date.now();
    const lost = await reserve(id, bytesPerMb, { ttlMs: 1000, nowMs: startMs, key: 'lost' });
    expect(await granted([reserve(id, 1, { nowMs: startMs + 999 })])).to.deep.equal([]);
    const later = await reserve(id, bytesPerMb - 10, { nowMs: startMs + 1000 });
    expect((await counterOf(id)).reserved, 'swept by who needed it').to.equal(bytesPerMb - 10);
    // The one that crashed comes back late: it is asked for anew.
    expect(await granted([commit(id, lost, 11, startMs + 2000)])).to.deep.equal([]);
    await commit(id, lost, 10, startMs + 2000);
    await commit(id, later, bytesPerMb - 10, startMs + 2000);
    expect(await counterOf(id)).to.deep.equal({ bytes: bytesPerMb, files: 2, reserved: 0 });
  });

  it('a sweep gives back once, whoever does it and however often', async () => {
    const [one, two] = [await newUser({ maxQuotaMb: 1 }), await newUser({ maxQuotaMb: 1 })];
    const { store } = opened();
    for (const id of [one, two]) await Promise.all(times(30, () => reserve(id, 10, { ttlMs: 1000 })));
    const kept = await reserve(one, 7, { ttlMs: 10 * minuteMs });
    const laterMs = Date.now() + 2 * minuteMs;
    expect((await usage(one, filesOf(one), laterMs)).reserved, 'told without those').to.equal(7);
    expect(await store.read.ledger.hasExpired(laterMs)).to.equal(true);
    await Promise.all(times(8, () => store.transaction(({ ledger }) => ledger.sweep(laterMs))));
    expect(await store.read.ledger.hasExpired(laterMs)).to.equal(false);
    expect((await counterOf(one)).reserved).to.equal(7);
    expect((await counterOf(two)).reserved).to.equal(0);
    await commit(one, kept, 7);
    const weekLaterMs = Date.now() + 8 * 24 * 60 * minuteMs;
    await store.transaction(({ ledger }) => ledger.sweep(weekLaterMs));
    expect(await opened().knex('quota_reservations').where({ context_id: contextId })).to.deep.equal([]);
  });

  it('released room is free, and a released key can be used again', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    const first = await reserve(id, bytesPerMb, { key: 'again' });
    const release = () => opened().store.transaction(({ ledger }) => ledger.release(placeOf(id), first.id));
    await Promise.all(times(10, release));
    expect((await counterOf(id)).reserved).to.equal(0);
    await reserve(id, bytesPerMb, { key: 'again' });
    expect((await counterOf(id)).reserved).to.equal(bytesPerMb);
  });

  it('a total is only set while nothing else was counted', async () => {
    for (const filestoreId of [1, 0]) {
      const id = await newUser({ maxQuotaMb: 1, filestoreId });
      await commit(id, await reserve(id, 100), 100);
      const { generation } = await usage(id);
      const set = (used: number, from: number | null) =>
        opened().store.transaction(({ ledger }) =>
          ledger.setUsage(placeOf(id), filesOf(id), { used, files: 3, generation: from }),
        );
      await reserve(id, 5);
      await set(70, generation);
      expect(await usage(id)).to.include({ used: 70, files: 3, reserved: 5 });
      const stale = await set(60, generation).catch((error: unknown) => error);
      expect(stale).to.be.instanceOf(Error).and.have.property('name', 'StaleGenerationError');
      await set(50, null);
      expect(await usage(id)).to.include({ used: 50, files: 3 });
    }
  });

  it('who moves to another storage takes its bytes along, but no promises', async () => {
    const id = await newUser({ maxQuotaMb: 1 });
    await commit(id, await reserve(id, 500), 500);
    const before = (await usage(id)).generation;
    const open = await reserve(id, 300);
    await opened().store.transaction(async ({ users }) => {
      await users.lock(contextId, id);
      await users.update(contextId, id, { filestoreId: 0 });
    });
    const context: LedgerAccount = { kind: 'context' };
    expect(await usage(id, context)).to.include({ used: 500, reserved: 0 });
    expect((await usage(id)).generation).not.to.equal(before);
    await commit(id, open, 300);
    expect(await usage(id, context)).to.include({ used: 800, reserved: 0 });
    expect(await usage(id)).to.include({ used: 800, files: 2 });
  });
});
