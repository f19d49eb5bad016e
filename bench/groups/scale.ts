import { envelope, operationXml } from '../../test/support/wire/raw-soap.js';
import { generatedUser, mix, type Population } from '../generated-users.js';
import { loadUsers, millionUsers } from '../load-users.js';
import { servicePath } from '../peers/messages.js';
import { oxbow } from '../servers/baselines.js';
import { benchDatabase, type BenchDatabase } from '../support/bench-database.js';
import type { BenchGoal, BenchGroup, BenchOptions, BenchRow, GroupResult } from '../support/bench-group.js';
import type { DirectoryUser } from '../support/directory.js';
import { startLoadGenerator, type LoadGenerator, type LoadStep } from '../support/load.js';
import {
  createStep,
  existsStep,
  getDataStep,
  getMultipleDataStep,
  reseller,
  setMailQuotaStep,
} from '../support/messages.js';
import { measureRounds, type Subject } from '../support/rounds.js';
import type { RunningServer } from '../support/server-program.js';
import { startAll } from '../support/start-all.js';
import { goal, ratioOf } from '../support/statistics.js';

/** Of the contexts every tenth, beginning with the first, is owned by reseller1, who calls. */
const empty: Population = { ...millionUsers, contexts: 1, bigContextUsers: 0 };
const fewUsers: Population = { ...millionUsers, contexts: 20, usersPerContext: 90, bigContextUsers: 200 };

/** One at a time: it is about how long an answer takes, not about how many there can be. */
const connections = 1;
const sampledUsers = 5_000;
const parallelLists = 20;
const sampleMemoryMs = 20;
const bytesPerMb = 1024 * 1024;
/** What reading lists may add to the memory of a service: nothing that grows with the lists. */
const flatMb = 100;

const emptyName = 'Oxbow, empty database';

interface World extends Pick<Subject, 'rows'> {
  readonly server: RunningServer;
  readonly population: Population;
}

/** A million users beside none. */
export const scaleGroup: BenchGroup = {
  name: 'scale',
  title: 'Scale: a million users beside an empty database, MariaDB',
  async run(options): Promise<GroupResult> {
    const mariadb = await benchDatabase(options);
    if (mariadb === null) return { rows: [], goals: [], skipped: ['MariaDB'] };
    const full = options.isShort ? fewUsers : millionUsers;
    const fullName = `Oxbow, ${countOf(full).toLocaleString('en')} users`;
    const populations = new Map([
      [emptyName, empty],
      [fullName, full],
    ]);
    const generator = startLoadGenerator();
    let loadSeconds = 0;
    const loaded = async ({ name }: { readonly name: string }): Promise<string> => {
      const url = await mariadb.createDatabase();
      loadSeconds = await loadUsers(url, populations.get(name) ?? empty);
      return url;
    };
    const servers = await startAll(
      [...populations.keys()].map((name) => oxbow(name)),
      loaded,
      options,
    );
    try {
      const worlds = servers.map((server) => {
        const population = populations.get(server.name) ?? empty;
        return { server, population, rows: sample(population) };
      });
      const compared = await compare(worlds, mariadb, generator, options);
      const large = await readLargeContext(worlds, mariadb, generator, options);
      return {
        rows: [...compared.rows, ...large.rows],
        goals: [...compared.goals, ...large.goals],
        notes: [
          `${fullName} stand in ${full.contexts + 1} contexts; generating and loading them took ${Math.round(loadSeconds)} s. The empty database has one context of ${empty.usersPerContext} users to ask about. Requests come one at a time and go to ${sampledUsers.toLocaleString('en')} users at most, all over the database.`,
        ],
      };
    } finally {
      generator.stop();
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

async function compare(
  worlds: readonly World[],
  mariadb: BenchDatabase,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<{ rows: BenchRow[]; goals: BenchGoal[] }> {
  const cases: readonly (readonly [string, LoadStep, warmUp?: string])[] = [
    ['getData', getDataStep],
    ['exists', existsStep],
    ['setMailQuota', setMailQuotaStep],
    ['list by a prefix', listStep('a*', 'Body')],
    // Last: the empty database has one context alone, and what is created in it would be read with it.
    // The first after a start wait until the file storages were counted, and say nothing of the others.
    ['create', createStep, 'first creates'],
  ];
  const rows: BenchRow[] = [];
  const goals: BenchGoal[] = [];
  for (const [name, step, warmUp] of cases) {
    const subjects = worlds.map((world) => subjectOf(world, step, mariadb));
    if (warmUp !== undefined)
      await measureRounds(warmUp, generator, subjects, connections, { ...options, rounds: 1 });
    const measured = await measureRounds(`${name}, scale`, generator, subjects, connections, options);
    rows.push(...measured.rows);
    const [few, many] = subjects.map((subject) => measured.of(subject.name, 'p50Ms'));
    goals.push(
      goal(
        `scale: median latency of ${name} with ${countOf(worlds.at(-1)?.population ?? empty).toLocaleString('en')} users, beside an empty database`,
        { atMost: 1.3 },
        ratioOf(many, few),
      ),
    );
  }
  return { rows, goals };
}

/** Lists of everybody in the big context, and what they do to the memory. */
async function readLargeContext(
  worlds: readonly World[],
  mariadb: BenchDatabase,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<{ rows: BenchRow[]; goals: BenchGoal[] }> {
  const world = worlds.at(-1);
  if (world === undefined || world.population.bigContextUsers === 0) return { rows: [], goals: [] };
  const { contexts, bigContextUsers } = world.population;
  const large = { ...world, rows: [rowOf(contexts + 1, bigContextUsers - 1)] };
  const last = generatedUser(contexts + 1, bigContextUsers - 1).id;
  const users = bigContextUsers.toLocaleString('en');
  const many = options.isShort ? 20 : 1_000;
  const ids = Array.from({ length: many }, (_, index) => generatedUser(contexts + 1, index).id);
  const cases: readonly (readonly [string, LoadStep, number])[] = [
    [`list by a prefix in a context of ${users} users`, listStep('a*', 'Body'), connections],
    [`list of ${users} users, ${parallelLists} at once`, listStep('*', `>${last}<`), parallelLists],
    [`getMultipleData of ${many} of ${users} users`, getMultipleDataStep(ids, 'Body'), connections],
  ];
  const rows: BenchRow[] = [];
  const goals: BenchGoal[] = [];
  const rounds = Math.min(3, options.rounds);
  for (const [name, step, parallel] of cases) {
    const subject = subjectOf(large, step, mariadb);
    const { peakMb, result } = await watchMemory(world.server, () =>
      measureRounds(name, generator, [subject], parallel, { ...options, rounds }),
    );
    rows.push(...result.rows.map((row) => ({ ...row, rssMb: peakMb.most })));
    goals.push(
      goal(`scale: memory in MB that ${name} adds to the service at most`, { atMost: flatMb }, peakMb.added),
    );
  }
  return { rows, goals };
}

function subjectOf({ server, rows }: World, step: LoadStep, mariadb: BenchDatabase): Subject {
  return {
    name: server.name,
    server,
    steps: [step],
    ...(rows === undefined ? {} : { rows }),
    databaseCpuMicros: () => mariadb.cpuMicros(),
  };
}

/** How much memory a server has at most while something runs, and how much more that is than before. */
async function watchMemory<T>(
  server: Pick<RunningServer, 'memoryBytes'>,
  work: () => Promise<T>,
): Promise<{ peakMb: { most: number; added: number }; result: T }> {
  const before = server.memoryBytes();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, server.memoryBytes());
  }, sampleMemoryMs);
  try {
    const result = await work();
    return { peakMb: { most: most / bytesPerMb, added: (most - before) / bytesPerMb }, result };
  } finally {
    clearInterval(timer);
  }
}

function listStep(pattern: string, expect: string): LoadStep {
  const params = { ctx: { id: '{{contextId}}' }, search_pattern: pattern };
  const body = envelope(operationXml('OXResellerUserService', 'list', params, reseller));
  return { path: servicePath, body, expect };
}

/** Users all over the contexts of the caller; always the same ones. */
function sample(population: Population): DirectoryUser[] {
  const { contexts, usersPerContext, resellers } = population;
  const owned = Math.ceil(contexts / resellers);
  return Array.from({ length: Math.min(sampledUsers, owned * usersPerContext) }, (_, number) => {
    const contextId = 1 + resellers * (mix(1, number) % owned);
    return rowOf(contextId, mix(2, number) % usersPerContext);
  });
}

function rowOf(contextId: number, index: number): DirectoryUser {
  const { id, displayName } = generatedUser(contextId, index);
  return { contextId, userId: id, displayName };
}

function countOf({ contexts, usersPerContext, bigContextUsers }: Population): number {
  return contexts * usersPerContext + bigContextUsers;
}
