import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { mariadbServer } from '../support/database/databases.js';
import { startFaultyProxy, type FaultyProxy } from '../support/database/faulty-proxy.js';
import { eventually } from '../support/eventually.js';
import { requirePart } from '../support/processes/require-part.js';
import {
  envelope,
  operationXml,
  returnedOne,
  type RawSoap,
  type SoapAnswer,
  type SoapParams,
} from '../support/wire/raw-soap.js';
import { scalars } from '../support/wire/xml-tree.js';
import { userData, World } from '../wire/fixtures.js';

/** The whole form tries every message; the short one each fifth, beginning elsewhere for each kind of call. */
const isFull = Number(process.env['FAULT_ROUNDS'] || 0) > 5;
const step = isFull ? 1 : 5;
const mostMessages = 120;
/** Services that are cut off at the same time, each by a proxy of its own. */
const serviceCount = 12;
const callLimitMs = 30_000;
const readyLimitMs = 5_000;

const env = { QUOTA_SCAN_INTERVAL: '0', USAGE_SAMPLE_INTERVAL: '0', DATABASE_TIMEOUT: '1' };

const unavailable = /^The service is temporarily unavailable, please try again later/;
const endUnknown = /^The database was lost while the change was being stored: .*Find out which/;

/** Where a call goes. */
interface Place {
  readonly soap: RawSoap;
  readonly ctx: { readonly id: number };
}

/** A call whose effect can be looked for, if it has one. */
interface Kind {
  readonly name: string;
  call(place: Place, tag: string): Promise<SoapAnswer>;
  /** Whether it was done, asked of a service that nothing is wrong with. */
  readonly isDone?: (place: Place, tag: string) => Promise<boolean>;
  /** Whether a later call hides what this one did. */
  readonly isCovered?: true;
}

const reseller = { login: 'reseller1', password: 'secret' };
const userService = 'OXResellerUserService';
const groupService = 'OXResellerGroupService';
const user = { id: 2 };

function createWith({ soap, ctx }: Place, tag: string, headers: Record<string, string>): Promise<SoapAnswer> {
  const params: SoapParams = { ctx, usrdata: userData(tag, { passwordMech: 'SHA-512' }) };
  return soap.post(userService, envelope(operationXml(userService, 'create', params, reseller)), headers);
}

async function isThere({ soap, ctx }: Place, tag: string): Promise<boolean> {
  const answer = await soap.call(userService, 'exists', { ctx, user: { name: tag } }, reseller);
  return returnedOne(answer).text === 'true';
}

const kinds: readonly Kind[] = [
  {
    name: 'getData (reads, prepared)',
    call: ({ soap, ctx }) => soap.call(userService, 'getData', { ctx, user }, reseller),
  },
  {
    name: 'listAll of groups (reads, plain)',
    call: ({ soap, ctx }) => soap.call(groupService, 'listAll', { ctx }, reseller),
  },
  {
    name: 'create (a transaction in one statement)',
    call: (place, tag) => createWith(place, tag, {}),
    isDone: isThere,
  },
  {
    name: 'create with an Idempotency-Key (joined transactions)',
    call: (place, tag) => createWith(place, tag, { 'idempotency-key': randomUUID() }),
    isDone: isThere,
  },
  {
    name: 'create of a group (a transaction of many statements)',
    call: ({ soap, ctx }, tag) =>
      soap.call(groupService, 'create', { ctx, grp: { name: tag, displayname: tag } }, reseller),
    isDone: async ({ soap, ctx }, tag) =>
      (await soap.call(groupService, 'list', { ctx, pattern: tag }, reseller)).xml.includes(`>${tag}<`),
  },
  {
    name: 'change (a transaction of many statements)',
    call: ({ soap, ctx }, tag) => {
      const usrdata = { ...user, given_name: tag, aliases: [`${tag}@example.org`] };
      return soap.call(userService, 'change', { ctx, usrdata }, reseller);
    },
    isDone: async ({ soap, ctx }, tag) =>
      scalars(returnedOne(await soap.call(userService, 'getData', { ctx, user }, reseller)))['given_name'] ===
      tag,
    isCovered: true,
  },
];

/** A service that reaches the server through a proxy of its own, and a context of its own. */
interface CutOff {
  readonly world: World;
  readonly proxy: FaultyProxy;
  serial: number;
}

async function startCutOff(direct: World | undefined, url: URL, index: number): Promise<CutOff> {
  if (!direct) throw new Error('not started');
  const proxy = await startFaultyProxy(Number(url.port));
  const world = await World.resume(direct, env, url.href.replace(`:${url.port}/`, `:${proxy.port}/`));
  // Contexts of their own: what one leaves locked is not to disturb the others.
  world.contextId = await direct.newContext(`reseller1_cut${index}`);
  return { world, proxy, serial: 0 };
}

describe('fault: MariaDB falls silent at every message of a connection (issue 12, A2)', function () {
  this.timeout(isFull ? 1_800_000 : 240_000);
  /** Reaches the server without a proxy. */
  let direct: World | undefined;
  const cutOff: CutOff[] = [];

  before(async function () {
    requirePart(this, mariadbServer.part, mariadbServer.isInstalled());
    const url = new URL(await mariadbServer.url());
    direct = await World.start(env, url.href);
    const started = Array.from({ length: serviceCount }, (_, index) => startCutOff(direct, url, index));
    cutOff.push(...(await Promise.all(started)));
  });
  after(async () => {
    await Promise.all(cutOff.map(({ world }) => world.stop()));
    await Promise.all(cutOff.map(({ proxy }) => proxy.close()));
    await direct?.stop();
  });

  /** Everybody is silent from the k-th message on, until the call has ended. Answers whether there were so many messages. */
  async function fallSilent(kind: Kind, at: number, isCold: boolean, service: CutOff): Promise<boolean> {
    const { world, proxy } = service;
    const what = `${kind.name}, ${isCold ? 'new connection' : 'warm'}, message ${at}`;
    const tag = `cut${world.contextId}x${(service.serial += 1)}`;
    if (isCold) proxy.dropAll();
    proxy.arm({ fault: 'silence', at, countsAnswers: true, isLasting: true });
    const answer = await within(callLimitMs, kind.call(world, tag), `${what}: the call does not end`);
    const { hasStruck } = proxy;
    proxy.heal();
    const end = endOf(answer);
    expect(end, `${what}: ${answer.fault?.text}`).not.to.equal('another fault');
    await eventually(
      async () => expect((await fetch(`${world.url}/health/ready`)).status, what).to.equal(200),
      readyLimitMs,
    );
    await eventually(async () => {
      const repeated = await kind.call(world, `${tag}again`);
      expect(repeated.fault?.text, `${what}: afterwards`).to.equal(undefined);
    }, 2 * readyLimitMs);
    const there = { soap: direct?.soap ?? world.soap, ctx: world.ctx };
    if (kind.isDone === undefined) return hasStruck;
    expect(await kind.isDone(there, `${tag}again`), `${what}: afterwards`).to.equal(true);
    if (kind.isCovered || end === 'unknown') return hasStruck;
    expect(await kind.isDone(there, tag), `${what}: ${end}`).to.equal(end === 'acknowledged');
    return hasStruck;
  }

  it('every call ends with its fault, the service goes on by itself, and nothing acknowledged is missing', async () => {
    const series = kinds.flatMap((kind, index) => [
      { kind, isCold: true, next: 1 + (index % step), tried: 0, isOver: false },
      { kind, isCold: false, next: 1 + ((index + 1) % step), tried: 0, isOver: false },
    ]);
    let turn = 0;
    const work = async (service: CutOff): Promise<void> => {
      for (;;) {
        const open = series.filter(({ isOver }) => !isOver);
        const one = open[(turn += 1) % Math.max(open.length, 1)];
        if (one === undefined) return;
        const at = one.next;
        one.next += step;
        if (at > mostMessages) throw new Error(`${one.kind.name}: there is no end of messages`);
        if (await fallSilent(one.kind, at, one.isCold, service)) one.tried += 1;
        else one.isOver = true;
      }
    };
    await Promise.all(cutOff.map(work));
    for (const { kind, isCold, tried } of series) {
      if (isFull) console.log(`      ${kind.name}, ${isCold ? 'new connection' : 'warm'}: ${tried} messages`);
      if (isCold) expect(tried, kind.name).to.be.at.least(2);
    }
  });
});

function endOf({ fault }: SoapAnswer): 'acknowledged' | 'refused' | 'unknown' | 'another fault' {
  if (!fault) return 'acknowledged';
  if (fault.exception !== 'StorageException') return 'another fault';
  if (unavailable.test(fault.text)) return 'refused';
  return endUnknown.test(fault.text) ? 'unknown' : 'another fault';
}

async function within<T>(limitMs: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(what)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
