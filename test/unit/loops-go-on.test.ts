import { expect } from 'chai';
import { OutboxWorker } from '../../src/background/outbox-worker.js';
import { ThresholdScan } from '../../src/background/threshold-scan.js';
import { UsageReader } from '../../src/background/usage-reader.js';
import { UsageSampling } from '../../src/background/usage-sampling.js';
import { SessionDropper } from '../../src/mail/session-dropper.js';
import { StalwartJmapMailServer } from '../../src/mail/stalwart-jmap-mail-server.js';
import { StalwartRestMailServer } from '../../src/mail/stalwart-rest-mail-server.js';
import type { OutboxEntry } from '../../src/provisioning/repositories/outbox-repository.js';
import type { QuotaLevelFacts, UserKey } from '../../src/provisioning/repositories/quota-repository.js';
import type { Repositories, Store } from '../../src/provisioning/repositories/store.js';
import type { UsageHolder } from '../../src/provisioning/repositories/usage-repository.js';
import { recalculate, type Counted } from '../../src/provisioning/usage/recalculate.js';
import { FailedItems } from '../../src/util/failed-items.js';
import { eventually } from '../support/eventually.js';
import { FakeStalwartJmap } from '../support/mail/fake-stalwart-jmap.js';
import { FakeStalwartRest } from '../support/mail/fake-stalwart-rest.js';
import { fakeToken, type FakeStalwart } from '../support/mail/fake-stalwart.js';

/** What became of four items of which the second is bad, and how often it was asked for. */
interface Outcome {
  readonly done: readonly string[];
  readonly named: readonly string[];
  /** After the pause, when it is good again. */
  readonly doneLater: readonly string[];
}

type Loop = (fails: () => boolean) => Promise<Outcome>;

const items = ['a1', 'b2', 'c3', 'd4'];
const bad = 'b2';
const idOf = (name: string) => items.indexOf(name) + 1;

/** A store whose transactions are what the test says. */
const fakeStore = (parts: object): Store => {
  const store = {
    ...parts,
    read: parts,
    transaction: <T>(work: (tx: Repositories) => Promise<T>) => work(store as unknown as Repositories),
  };
  return store as unknown as Store;
};
const refuse = (name: string, fails: () => boolean): void => {
  if (name === bad && fails()) throw new Error('poison');
};

class Clock {
  nowMs = 1_000_000;
  readonly now = () => this.nowMs;
  readonly failed = new FailedItems(this.now);
}

const page = <T extends UserKey>(rows: readonly T[], after: UserKey) =>
  rows.filter(({ userId }) => userId > after.userId);

/** Runs two rounds at once, and a third behind the pause, in which the item is good again. */
async function rounds(
  clock: Clock,
  outcome: { done: string[]; named: string[] },
  round: () => Promise<void>,
  heal: () => void,
): Promise<Outcome> {
  await round();
  const done = [...outcome.done];
  const named = [...outcome.named];
  heal();
  await round();
  expect(
    outcome.done.filter((name) => name === bad),
    'within the pause',
  ).to.deep.equal([]);
  clock.nowMs += 60_000;
  outcome.done.length = 0;
  await round();
  return { done, named, doneLater: [...outcome.done] };
}

const loops: Record<string, Loop> = {
  'reading of usage: a write that is refused': async (fails) => {
    const [clock, outcome] = [new Clock(), { done: [] as string[], named: [] as string[] }];
    let isBad = true;
    const reader = new UsageReader({
      store: fakeStore({
        mailAccounts: {
          list: (after: string) => Promise.resolve(items.filter((name) => name > after)),
          writeUsage: async (name: string) => {
            refuse(name, () => isBad && fails());
            outcome.done.push(name);
            return Promise.resolve();
          },
        },
      }),
      server: { readUsage: () => Promise.resolve({ bytes: 1, messages: 1 }) },
      intervalMs: 1,
      onError: (error) => expect.fail(String(error)),
      onFailure: (name) => outcome.named.push(name),
      onNegative: (name) => outcome.named.push(name),
      failed: clock.failed,
    });
    return rounds(
      clock,
      outcome,
      () => reader.readAll(),
      () => (isBad = false),
    );
  },

  'look-out for thresholds': async (fails) => {
    const [clock, outcome] = [new Clock(), { done: [] as string[], named: [] as string[] }];
    let isBad = true;
    const rows = items.map((name): QuotaLevelFacts => {
      const input = { maxQuotaMb: -1, ownsFilestore: false, mailQuotaMb: 1, unifiedEnabled: false };
      const usage = { mailBytes: 1_048_576, fileBytes: 0 };
      const key = { contextId: 1, userId: idOf(name), mailbox: name };
      return { ...key, hasOddMail: false, input: { ...input, ...usage }, noted: new Map() };
    });
    const scan = new ThresholdScan({
      store: fakeStore({
        quotaLevels: {
          page: (after: UserKey) => Promise.resolve(page(rows, after)),
          move: ({ userId }: UserKey) => {
            const name = items[userId - 1] ?? '';
            refuse(name, () => isBad && fails());
            outcome.done.push(name);
            return Promise.resolve(true);
          },
        },
      }),
      intervalMs: 1,
      reportsToWebhook: false,
      onCrossing: () => undefined,
      onError: (error) => expect.fail(String(error)),
      onFailure: (user) => outcome.named.push(items[Number(user.split('/')[1]) - 1] ?? ''),
      onOddMail: () => undefined,
      failed: clock.failed,
    });
    return rounds(
      clock,
      outcome,
      () => scan.scan(),
      () => (isBad = false),
    );
  },

  'sampling of usage': async (fails) => {
    const [clock, outcome] = [new Clock(), { done: [] as string[], named: [] as string[] }];
    let isBad = true;
    const users = items.map((name) => ({ contextId: 1, userId: idOf(name) }));
    const sampling = new UsageSampling({
      store: fakeStore({
        usageSamples: {
          claimRound: () => Promise.resolve(true),
          usersAfter: (after: UserKey) => Promise.resolve(page(users, after)),
          sampleAfter: (after: UserKey, length: number) => {
            const chosen = page(users, after).slice(0, length);
            // All or nothing, as in a database.
            for (const { userId } of chosen) refuse(items[userId - 1] ?? '', () => isBad && fails());
            outcome.done.push(...chosen.map(({ userId }) => items[userId - 1] ?? ''));
            return Promise.resolve(chosen.at(-1) ?? null);
          },
          thinnedDay: () => Promise.resolve(1e9),
          forgetBefore: () => Promise.resolve(0),
        },
      }),
      intervalMs: 1,
      onError: (error) => expect.fail(String(error)),
      onFailure: (user) => outcome.named.push(items[Number(user.split('/')[1]) - 1] ?? ''),
      failed: clock.failed,
      now: clock.now,
    });
    await sampling.round();
    const done = [...outcome.done];
    const named = [...outcome.named];
    isBad = false;
    outcome.done.length = 0;
    await sampling.round();
    return { done, named, doneLater: [...outcome.done] };
  },

  'counting anew': async (fails) => {
    const outcome = { done: [] as string[], named: [] as string[] };
    const holders = items.map((name): UsageHolder => {
      return { contextId: 1, userId: idOf(name), mailbox: name, hasFiles: false };
    });
    const store = fakeStore({
      settings: {
        get: () => Promise.resolve(null),
        set: () => Promise.resolve(),
        delete: () => Promise.resolve(),
      },
      usage: {
        holdersAfter: (after: UserKey) => Promise.resolve(page(holders, after)),
        mailUsage: () => Promise.resolve(null),
        replaceMailUsage: () => Promise.resolve(true),
      },
    });
    const countMail = (name: string): Promise<Counted<{ bytes: number; messages: number }>> => {
      refuse(name, fails);
      return Promise.resolve({ kind: 'counted', count: { bytes: 1, messages: 1 } });
    };
    const selection = { contexts: false, users: true, contextId: null, userId: null };
    const run = async () => {
      const reports = recalculate(
        { store, countMail, countFiles: null },
        { selection, resume: false, dryRun: false },
      );
      for await (const { holder, mail, failures } of reports)
        (mail !== null && failures.length === 0 ? outcome.done : outcome.named).push(holder.mailbox ?? '');
    };
    await run();
    return { done: [...outcome.done], named: [...outcome.named], doneLater: [bad] };
  },

  'the outbox: telling, and noting that it was told': async (fails) => {
    const outcome = { done: [] as string[], named: [] as string[], postponed: [] as string[] };
    const entries = items.map((name): OutboxEntry => {
      const lease = { attempts: 0, leaseUntilMs: Date.now() + 120_000, leaseToken: name, version: 1 };
      return { kind: 'account', name, removeFirst: false, formerNames: [], body: null, ...lease };
    });
    let given = 0;
    const worker = new OutboxWorker({
      store: fakeStore({
        outbox: {
          hasDue: () => Promise.resolve(given === 0),
          claim: () => Promise.resolve((given += 1) === 1 ? entries : []),
          finish: ({ name }: OutboxEntry) => {
            refuse(name, fails);
            outcome.done.push(name);
            return Promise.resolve();
          },
          postpone: ({ name }: OutboxEntry) => Promise.resolve(void outcome.postponed.push(name)),
        },
      }),
      tell: {
        account: ({ name }) => (name === 'a1' ? Promise.reject(new Error('told not')) : Promise.resolve()),
      },
      onFailure: ({ name }) => outcome.postponed.push(name),
      onError: () => outcome.named.push(bad),
    });
    await worker.drain();
    expect(outcome.postponed).to.include('a1');
    return { done: ['a1', ...outcome.done], named: outcome.named, doneLater: [bad] };
  },

  'the end of sessions': async (fails) => {
    const outcome = { done: [] as string[], named: [] as string[] };
    let isBad = true;
    const dropper = new SessionDropper({
      server: { dropSessions: (name) => Promise.resolve().then(() => refuse(name, () => isBad && fails())) },
      forgetUsage: () => Promise.resolve(),
      onDropped: (name) => outcome.done.push(name),
      onFailure: (name) => outcome.named.push(name),
      retryMs: 5,
    });
    try {
      await dropper.drop(items, false);
      await eventually(() => expect(outcome.done.filter((name) => name !== bad)).to.have.length(3));
      const done = outcome.done.filter((name) => name !== bad);
      const named = [...new Set(outcome.named)];
      isBad = false;
      await eventually(() => expect(outcome.done).to.include(bad));
      return { done, named, doneLater: [bad] };
    } finally {
      dropper.stop();
    }
  },
};

describe('a loop goes on behind an item that is bad, names it, and comes back to it', () => {
  for (const [name, loop] of Object.entries(loops))
    it(name, async () => {
      const { done, named, doneLater } = await loop(() => true);
      expect(done).to.deep.equal(items.filter((item) => item !== bad));
      expect(named).to.deep.equal([bad]);
      expect(doneLater).to.include(bad);
    });
});

describe('usage that a mail server answers', () => {
  const kinds = [
    { version: '0.15', make: () => new FakeStalwartRest(), Server: StalwartRestMailServer },
    { version: '0.16', make: () => new FakeStalwartJmap(), Server: StalwartJmapMailServer },
  ] as const;
  const answers: [unknown, number | null][] = [
    [-5, 0],
    [18_446_744_073_699_323_355, 0],
    [null, null],
    ['many', null],
    [1.5, null],
    [2 ** 55, null],
    [{}, null],
  ];

  for (const { version, make, Server } of kinds)
    it(`Stalwart ${version}: the second of four says ${answers.map(([answer]) => JSON.stringify(answer)).join(', ')}`, async () => {
      const fake: FakeStalwart = await make().start();
      try {
        const url = fake.url;
        const server = new Server({ url, authorization: `Bearer ${fakeToken}`, pushesCredentials: true });
        const addresses = items.map((name) => `${name}@example.org`);
        const rights = { mayLogin: true, maySend: true, mayReceive: true, passwordHash: '' };
        const rest = {
          contextId: 1,
          limitBytes: null,
          aliases: [],
          objectQuotas: new Map(),
          tenantLimitBytes: null,
        };
        for (const mailbox of addresses)
          await server.applyAccount(
            { mailbox, ...rights, ...rest },
            { formerNames: [], told: [], intend: () => Promise.resolve() },
          );
        for (const [answer, expected] of answers) {
          const written = new Map<string, number>();
          const said: string[] = [];
          for (const address of addresses) fake.used(address, 7);
          fake.used(addresses[1] ?? '', answer);
          const reader = new UsageReader({
            store: fakeStore({
              mailAccounts: {
                list: (after: string) => Promise.resolve(addresses.filter((name) => name > after)),
                writeUsage: (name: string, { bytes }: { bytes: number }) =>
                  Promise.resolve(void written.set(name, bytes)),
              },
            }),
            server,
            intervalMs: 1,
            onError: (error) => expect.fail(String(error)),
            onFailure: (name) => said.push(name),
            onNegative: (name) => said.push(name),
          });
          await reader.readAll();
          const what = JSON.stringify(answer);
          expect(written.get(addresses[3] ?? ''), what).to.equal(7);
          expect(written.get(addresses[1] ?? '') ?? null, what).to.equal(expected);
          expect(said, what).to.deep.equal([addresses[1]]);
        }
      } finally {
        await fake.stop();
      }
    });
});

describe('items that failed', () => {
  const loop = (work: (item: string) => Promise<void>, paused: number[] = []) => ({
    nameOf: (item: string) => item,
    work,
    onFailure: (_name: string, _error: unknown, retryInMs: number) => paused.push(retryInMs),
  });

  it('are passed over for a pause that doubles, up to six hours, and begins anew after a success', async () => {
    const clock = new Clock();
    const pauses: number[] = [];
    let isBad = true;
    const round = () =>
      clock.failed.forEach(
        ['x'],
        loop(() => (isBad ? Promise.reject(new Error('no')) : Promise.resolve()), pauses),
      );
    for (let time = 0; time < 12; time += 1) {
      await round();
      await round();
      clock.nowMs += pauses.at(-1) ?? 0;
    }
    expect(pauses.slice(0, 3)).to.deep.equal([30_000, 60_000, 120_000]);
    expect(pauses).to.have.length(12);
    expect(pauses.at(-1)).to.equal(6 * 3_600_000);
    isBad = false;
    await round();
    isBad = true;
    await round();
    expect(pauses.at(-1)).to.equal(30_000);
  });

  it('are not blamed for an outage, which ends the loop', async () => {
    const clock = new Clock();
    let asked = 0;
    const outage = new Error('nobody there');
    const failing = {
      ...loop(() => Promise.reject(((asked += 1), outage))),
      isOutage: (error: unknown) => error === outage,
    };
    const end = await clock.failed.forEach(items, failing).catch((error: unknown) => error);
    expect([end, asked]).to.deep.equal([outage, 3]);
    expect(items.some((item) => clock.failed.isPaused(item))).to.equal(false);
  });
});
