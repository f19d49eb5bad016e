import { expect } from 'chai';
import type { Knex } from 'knex';
import { connect } from '../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../src/store/database/database-url.js';
import { copyDatabase, replaceDatabase, type DatabaseCopy } from '../../src/store/schema/whole-database.js';
import { comparisonsOf } from '../security/isolation-requests.js';
import { startIsolationWorld, type IsolationWorld } from '../security/isolation-world.js';
import { mariadbServer, sqliteFile } from '../support/database/databases.js';
import { startFaultyProxy, type ProxyFault } from '../support/database/faulty-proxy.js';
import { faultySqlite, type SqliteFault } from '../support/database/faulty-sqlite.js';
import { requirePart } from '../support/processes/require-part.js';
import { sampleOf } from '../support/sample.js';
import { contract } from '../support/wire/contract-snapshot.js';
import type { SoapAnswer } from '../support/wire/raw-soap.js';

/** The whole form tries every round trip in every way; the short one a few, always the same. */
const isFull = Number(process.env['FAULT_ROUNDS'] || 0) > 5;
const mostTrips = 400;

const unavailable = /^The service is temporarily unavailable, please try again later/;
const endUnknown = /^The database was lost while the change was being stored: .*Find out which/;
const leaks = /\bat \S+ \(|node_modules|\.[jt]s:\d|\binsert into\b|\bupdate .+ set\b|SQLITE|\bER_|knex/i;

/** Taken outside of the transaction of a call: numbers of ids, and failed logins. */
const apart: ReadonlySet<string> = new Set(['sequences', 'login_attempts']);

/** A database of which one round trip can be made to fail. */
interface Rig {
  readonly faults: readonly string[];
  readonly platform: IsolationWorld;
  readonly knex: Knex;
  /** Fails once, at that round trip of those that follow. */
  arm(fault: string, at: number): void;
  /** Ends it, and answers whether there were so many. */
  disarm(): boolean;
  stop(): Promise<void>;
}

async function sqliteRig(): Promise<Rig> {
  const url = await sqliteFile.url();
  const platform = await startIsolationWorld(url);
  const faulty = faultySqlite();
  const knex = connect(parseDatabaseUrl(url));
  return {
    faults: ['busy before', 'error before', 'error after'],
    platform,
    knex,
    arm: (fault, at) => faulty.arm(fault as SqliteFault, at),
    disarm: () => faulty.disarm(),
    stop: async () => {
      faulty.stop();
      await platform.world.stop();
      await knex.destroy();
    },
  };
}

async function mariadbRig(): Promise<Rig> {
  const url = new URL(await mariadbServer.url());
  const knex = connect(parseDatabaseUrl(url.href));
  const proxy = await startFaultyProxy(Number(url.port));
  url.port = String(proxy.port);
  const platform = await startIsolationWorld(url.href, { DATABASE_TIMEOUT: '1' });
  return {
    faults: ['cut before', 'cut after', 'error', 'silence'],
    platform,
    knex,
    arm: (fault, at) => proxy.arm({ fault: fault as ProxyFault, at }),
    disarm: () => {
      proxy.heal();
      return proxy.hasStruck;
    },
    stop: async () => {
      await platform.world.stop();
      await proxy.close();
      await knex.destroy();
    },
  };
}

interface Operation {
  readonly service: string;
  readonly operation: string;
}

const operations: readonly Operation[] = Object.entries(contract.services).flatMap(([service, each]) =>
  Object.keys(each.operations).map((operation) => ({ service, operation })),
);

/** What one call came to. */
interface Outcome {
  readonly text: string;
  /** What was changed, as the number of rows that came and went in each table. */
  readonly shape: string;
}

/** Calls every operation on a rig, each time on the same rows. */
class Trial {
  readonly complaints: string[] = [];
  struck = 0;

  private constructor(
    private readonly rig: Rig,
    private readonly initial: DatabaseCopy,
  ) {}

  static async on(rig: Rig): Promise<Trial> {
    return new Trial(rig, await copyDatabase(rig.knex));
  }

  /** Each round trip fails in each way. */
  async whole(target: Operation): Promise<void> {
    const right = await this.call(target);
    for (const fault of this.rig.faults)
      for (let at = 1; await this.fails(target, right, fault, at); at += 1)
        if (at > mostTrips) throw new Error(`${target.operation}: there is no end of round trips`);
  }

  /** One round trip fails in one way. */
  async once(target: Operation, fault: string, at: number): Promise<void> {
    const right = await this.call(target);
    await this.fails(target, right, fault, at);
    const again = await this.call(target);
    if (again.text !== right.text)
      this.complaints.push(`${target.service}.${target.operation} after ${fault} ${at}: ${again.text}`);
  }

  /** Calls with a fault, and complains about what came of it. Answers whether the fault was met. */
  private async fails(target: Operation, right: Outcome, fault: string, at: number): Promise<boolean> {
    this.rig.arm(fault, at);
    const found = await this.call(target);
    // `call` disarms.
    const wrong = complaintOf(right, found);
    if (this.hasStruck) this.struck += 1;
    if (wrong !== null)
      this.complaints.push(`${target.service}.${target.operation}, ${fault} ${at}: ${wrong} (${found.text})`);
    return this.hasStruck;
  }

  private hasStruck = false;

  private async call({ service, operation }: Operation): Promise<Outcome> {
    const { world, existing, absent } = this.rig.platform;
    const [comparison] = comparisonsOf(service, operation, { existing, absent });
    if (comparison === undefined) throw new Error(`no request for ${operation}`);
    const answer: SoapAnswer = await world.soap.call(
      service,
      operation,
      comparison.real.params,
      world.master,
    );
    this.hasStruck = this.rig.disarm();
    const shape = shapeOf(this.initial, await copyDatabase(this.rig.knex));
    if (shape !== '') await replaceDatabase(this.rig.knex, this.initial);
    return { text: (answer.fault?.text ?? 'done').replace(/; exceptionId [\d-]+$/, ''), shape };
  }
}

/** What is wrong with a call that met a fault; null: nothing. */
function complaintOf(right: Outcome, found: Outcome): string | null {
  const isWhole = found.shape === right.shape;
  const changed = `changed ${found.shape || 'nothing'}, not ${right.shape || 'nothing'}`;
  if (leaks.test(found.text)) return 'tells too much';
  if (found.text === right.text) return isWhole ? null : changed;
  if (unavailable.test(found.text)) return found.shape === '' ? null : `refused, and ${changed}`;
  if (endUnknown.test(found.text)) return isWhole || found.shape === '' ? null : changed;
  return 'another fault';
}

function shapeOf(before: DatabaseCopy, after: DatabaseCopy): string {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((table) => !apart.has(table))
    .flatMap((table) => {
      const [was, is] = [before, after].map((copy) =>
        (copy.get(table) ?? []).map((row) => JSON.stringify(row)),
      );
      const gone = lacking(was ?? [], new Set(is)).length;
      const came = lacking(is ?? [], new Set(was)).length;
      return gone + came === 0 ? [] : [`${table} -${gone} +${came}`];
    })
    .sort()
    .join(', ');
}

function lacking(rows: readonly string[], others: ReadonlySet<string>): string[] {
  return rows.filter((row) => !others.has(row));
}

/** Numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

for (const { database, start, seed, share } of [
  { database: sqliteFile, start: sqliteRig, seed: 7, share: 2 },
  { database: mariadbServer, start: mariadbRig, seed: 11, share: 6 },
]) {
  describe(`fault: a round trip of every operation fails, on ${database.name} (issue 12, A3)`, function () {
    this.timeout(isFull ? 7_200_000 : 240_000);
    let rig: Rig | undefined;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      rig = await start();
    });
    after(() => rig?.stop());

    it('all or nothing, a fault that says which, nothing leaked, the next call fine', async () => {
      if (!rig) throw new Error('not started');
      const trial = await Trial.on(rig);
      const next = numbers(seed);
      const chosen = sampleOf(
        operations.filter((_operation, index) => index % share === 0),
        ({ service, operation }) => `${service} ${operation}`,
      );
      for (const target of operations) {
        const fault = rig.faults[Math.floor(next() * rig.faults.length)] ?? '';
        const at = 1 + Math.floor(next() * 8);
        if (isFull) await trial.whole(target);
        else if (chosen.includes(target)) await trial.once(target, fault, at);
      }
      // mocha cuts long texts.
      if (isFull) console.log(`      ${trial.struck} faults`, trial.complaints);
      expect(trial.complaints.join('\n')).to.equal('');
      expect(trial.struck).to.be.at.least((isFull ? operations : chosen).length / 3);
    });
  });
}
