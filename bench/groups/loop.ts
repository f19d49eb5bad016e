import { envelope, operationXml } from '../../test/support/wire/raw-soap.js';
import { generatedUser, type Population } from '../generated-users.js';
import { loadUsers, millionUsers } from '../load-users.js';
import { getDataRequest, requestHeaders, servicePath } from '../peers/messages.js';
import { oxbow } from '../servers/baselines.js';
import { benchDatabase } from '../support/bench-database.js';
import type { BenchGroup, BenchOptions, GroupResult } from '../support/bench-group.js';
import { startLoadGenerator, type LoadGenerator, type LoadStep } from '../support/load.js';
import { reseller } from '../support/messages.js';
import { startAll } from '../support/start-all.js';
import { goal, quantile } from '../support/statistics.js';

const contextId = 1;
const guessers = 250;
const aliasRequests = 12;
const aliasesEach = 20_000;

/** One way to keep the event loop busy, and who is asked meanwhile. */
interface Case {
  readonly name: string;
  readonly share: number;
  readonly atMostMs: number;
  readonly connections: number;
  readonly step: LoadStep;
  readonly ask: (url: string) => Promise<void>;
}

/** Whether anybody waits while large answers leave, large requests come in, or strangers guess. */
export const loopGroup: BenchGroup = {
  name: 'loop',
  title: 'Who waits while others ask much, MariaDB',
  async run(options): Promise<GroupResult> {
    const mariadb = await benchDatabase(options);
    if (mariadb === null) return { rows: [], goals: [], skipped: ['MariaDB'] };
    const users = options.isShort ? 100 : 10_000;
    const population: Population = { ...millionUsers, resellers: 1, contexts: 0, bigContextUsers: users };
    const generator = startLoadGenerator();
    const fill = async (): Promise<string> => {
      const url = await mariadb.createDatabase();
      await loadUsers(url, population);
      return url;
    };
    const settings = { LOGIN_FAILURES_ALLOWED: '0' };
    const [server] = await startAll([oxbow('Oxbow', settings)], fill, options);
    if (server === undefined) throw new Error('no server');
    try {
      const goals = [];
      for (const each of casesOf(users, options.isShort)) {
        const waitsMs = await waitsWhile(server.url, generator, each, options);
        const text = `loop: ${each.share === 1 ? 'longest' : 'p99'} wait in ms of ${each.name}`;
        goals.push(goal(text, { atMost: each.atMostMs }, quantile(waitsMs, each.share)));
      }
      return { rows: [], goals };
    } finally {
      generator.stop();
      await server.stop();
    }
  },
};

function casesOf(users: number, isShort: boolean): Case[] {
  const { id } = generatedUser(contextId, 0);
  const list = envelope(
    operationXml('OXResellerUserService', 'list', { ctx: { id: contextId }, search_pattern: '*' }, reseller),
  );
  const aliases = Array.from({ length: isShort ? 2_000 : aliasesEach }, (_, n) => `a${n}@bench.example`);
  const usrdata = { id, aliases };
  const change = envelope(
    operationXml('OXResellerUserService', 'change', { ctx: { id: contextId }, usrdata }, reseller),
  );
  const caller = { contextId, ...reseller };
  const getData = (url: string) => post(url, getDataRequest(id, caller));
  return [
    {
      name: `/health/live while a list of ${users.toLocaleString('en')} users leaves`,
      ...{ share: 1, atMostMs: 50, connections: 1 },
      step: { path: servicePath, body: list, expect: 'Body' },
      ask: async (url) => answered(await fetch(`${url}/health/live`)),
    },
    {
      name: `getData beside ${aliasRequests} requests with ${aliases.length.toLocaleString('en')} aliases each`,
      ...{ share: 1, atMostMs: 200, connections: aliasRequests },
      step: { path: servicePath, body: change, status: 500, expect: 'Fault' },
      ask: getData,
    },
    {
      name: `getData while ${guessers} connections guess passwords`,
      ...{ share: 0.99, atMostMs: 200, connections: isShort ? 10 : guessers },
      step: {
        path: servicePath,
        body: getDataRequest(id, { ...caller, password: 'guess-{{n}}' }),
        status: 500,
        expect: 'Fault',
      },
      ask: getData,
    },
  ];
}

/** How long each of the questions took that were asked, one after the other, until the load was done. */
async function waitsWhile(
  url: string,
  generator: LoadGenerator,
  { step, connections, ask }: Case,
  { isShort }: BenchOptions,
): Promise<number[]> {
  for (let warmUp = 0; warmUp < (isShort ? 1 : 50); warmUp += 1) await ask(url);
  const waitsMs: number[] = [];
  let isOver = false;
  const load = generator
    .run({ url, steps: [step], connections, requests: connections * (isShort ? 1 : 3), firstPass: 1 })
    .finally(() => (isOver = true));
  // Awaited at the end; until then a failure is nobody's unhandled rejection.
  load.catch(() => undefined);
  while (!isOver) {
    const startedMs = performance.now();
    await ask(url);
    waitsMs.push(performance.now() - startedMs);
  }
  await load;
  return waitsMs;
}

async function post(url: string, body: string): Promise<void> {
  answered(await fetch(url + servicePath, { method: 'POST', headers: requestHeaders, body }));
}

function answered({ status }: Response): void {
  if (status !== 200) throw new Error(`status ${status}`);
}
