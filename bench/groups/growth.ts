import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defaultCaller, getDataRequest, servicePath } from '../peers/messages.js';
import { oxbow } from '../servers/baselines.js';
import { benchDatabase, newSqliteUrl } from '../support/bench-database.js';
import type { BenchGoal, BenchGroup, BenchOptions, GroupResult } from '../support/bench-group.js';
import { fillRunning } from '../support/directory.js';
import { startLoadGenerator, type LoadGenerator, type LoadStep } from '../support/load.js';
import {
  changeStep,
  createStep,
  deleteStep,
  existsStep,
  getDataStep,
  setMailQuotaStep,
} from '../support/messages.js';
import { pacedLoad } from '../support/paced-load.js';
import { takePasses } from '../support/rounds.js';
import { startServerProgram, type RunningServer, type ServerProgram } from '../support/server-program.js';
import { goal } from '../support/statistics.js';
import type { NamedDatabase } from './resources-start.js';

/** What a busy reseller's systems ask in a day: ten requests a second. */
const requestsADay = 864_000;
const connections = 8;
const unknownLoginsPerSecond = 5;
const fewestPoints = 6;

/** Whose placeholders the load generator fills. */
const caller = { ...defaultCaller, contextId: '{{contextId}}' };

// The wrong passwords come from where the right ones do, which would be refused together with them.
const settings = { DEFAULT_PASSWORD_MECHANISM: 'SHA-512', LOGIN_FAILURES_ALLOWED: '0' };

/** One user from first to last with some reading in between, a wrong password and a user who is not there. */
const steps: readonly LoadStep[] = [
  { ...createStep, capture: { name: 'userId', pattern: '[<:]id>(\\d+)<' } },
  setMailQuotaStep,
  changeStep,
  ...Array.from({ length: 12 }, () => ({ ...getDataStep, expect: 'Anna Berg {{n}}' })),
  existsStep,
  deleteStep,
  failing(getDataRequest('{{userId}}', { ...caller, password: 'wrong-{{n}}' })),
  // By now it is gone.
  failing(getDataStep.body),
];

interface MemorySample {
  readonly requests: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

/** A day's requests. On one database only: what differs between them is a driver, and a day takes minutes. */
export const growthGroup: BenchGroup = {
  name: 'growth',
  title: "A day's requests",
  async run(options): Promise<GroupResult> {
    const mariadb = await benchDatabase(options);
    const database =
      mariadb === null
        ? { name: 'SQLite', url: newSqliteUrl() }
        : { name: 'MariaDB', url: await mariadb.createDatabase() };
    const generator = startLoadGenerator();
    try {
      const grown = await measureGrowth(database, generator, options);
      return { ...grown, skipped: mariadb === null ? ['MariaDB'] : [] };
    } finally {
      generator.stop();
    }
  },
};

/**
 * What is left in memory after each garbage collection while the requests of a day go by as fast as they can, in at most
 * 180 times `roundMs`; the trend is taken over the last two thirds and told per day.
 */
async function measureGrowth(
  database: NamedDatabase,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<GroupResult> {
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-bench-memory-'));
  const file = join(directory, 'memory');
  const program = reporting(oxbow('Oxbow', settings), file);
  await program.prepare();
  const server = await startServerProgram(program, database.url);
  try {
    const { contextIds } = await fillRunning(server.url, generator, { contexts: 4, users: 8 });
    const samples = await samplesOf(server, generator, contextIds, file, options);
    return { rows: [rowOf(database, samples)], goals: goalsOf(database, samples), plots: [plotOf(samples)] };
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function samplesOf(
  server: RunningServer,
  generator: LoadGenerator,
  contextIds: readonly number[],
  file: string,
  { isShort, roundMs, say }: BenchOptions,
): Promise<MemorySample[]> {
  const chunk = isShort ? 500 : 9_000;
  const wanted = isShort ? 2_000 : requestsADay;
  const giveUpAtMs = performance.now() + 180 * roundMs;
  const unknown = new AbortController();
  const unknownLogins = askAsNobody(server.url, unknown.signal);
  // Awaited at the end; until then a failure is nobody's unhandled rejection.
  unknownLogins.catch(() => undefined);
  const samples: MemorySample[] = [];
  for (let made = 0; made < wanted && performance.now() < giveUpAtMs;) {
    const { answers } = await generator.run({
      url: server.url,
      steps,
      rows: contextIds.map((contextId) => ({ contextId })),
      connections,
      requests: chunk,
      firstPass: takePasses(chunk),
    });
    made += answers;
    const sample = { requests: made, ...(await memoryOf(server, file, samples.length)) };
    samples.push(sample);
    say(`${made} requests, heap ${sample.heapMb.toFixed(1)} MiB, RSS ${sample.rssMb.toFixed(1)} MiB`);
  }
  unknown.abort();
  await unknownLogins;
  return samples;
}

/** Logins that nobody has, another each time. They cost a slow hash, so there are few. */
async function askAsNobody(url: string, signal: AbortSignal): Promise<void> {
  for (let second = 0; !signal.aborted; second += 1)
    await pacedLoad({
      url: url + servicePath,
      perSecond: unknownLoginsPerSecond,
      durationMs: 1_000,
      status: 500,
      body: (n) => getDataRequest(1, { ...defaultCaller, login: `nobody-${second}-${n}` }),
    });
}

function failing(body: string): LoadStep {
  return { path: servicePath, body, status: 500, expect: 'Fault' };
}

/** Lets a program say at SIGUSR2 what it holds after a garbage collection. */
function reporting(program: ServerProgram, file: string): ServerProgram {
  const reporter = fileURLToPath(new URL('../servers/memory-reporter.mjs', import.meta.url));
  return {
    ...program,
    command: (port, databaseUrl) => {
      const { command, args, env } = program.command(port, databaseUrl);
      const flags = ['--expose-gc', `--import=${reporter}`];
      return { command, args: [...flags, ...args], env: { ...env, MEMORY_FILE: file } };
    },
  };
}

async function memoryOf(
  server: RunningServer,
  file: string,
  before: number,
): Promise<{ heapMb: number; rssMb: number }> {
  process.kill(server.processId, 'SIGUSR2');
  for (;;) {
    const line = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1)[before] : undefined;
    if (line !== undefined) {
      const { heapUsed, rss } = JSON.parse(line) as { heapUsed: number; rss: number };
      return { heapMb: heapUsed / 2 ** 20, rssMb: rss / 2 ** 20 };
    }
    await sleep(20);
  }
}

function rowOf(database: NamedDatabase, samples: readonly MemorySample[]) {
  const last = samples.at(-1);
  return {
    case: `a day's requests, ${database.name}`,
    what: 'Oxbow',
    rps: null,
    cpuMicros: null,
    databaseCpuMicros: null,
    p50Ms: null,
    p99Ms: null,
    rssMb: last?.rssMb ?? null,
    note: `${last?.requests ?? 0} requests; heap ${last?.heapMb.toFixed(1) ?? '?'} MiB after garbage collection`,
  };
}

function goalsOf(database: NamedDatabase, samples: readonly MemorySample[]): BenchGoal[] {
  const late = samples.slice(Math.floor(samples.length / 3));
  const perDay = (of: (sample: MemorySample) => number) =>
    slope(late.map((sample) => [sample.requests, of(sample)])) * requestsADay;
  const made = samples.at(-1)?.requests ?? 0;
  const explanation = `Trend after warm-up, over ${made} of ${requestsADay} requests.`;
  const text = (what: string) => `growth: MiB of ${what} per ${requestsADay} requests, ${database.name}`;
  return [
    goal(
      text('heap after garbage collection'),
      { atMost: 2 },
      perDay(({ heapMb }) => heapMb),
      explanation,
    ),
    goal(
      text('RSS'),
      { atMost: 10 },
      perDay(({ rssMb }) => rssMb),
      explanation,
    ),
  ];
}

/** Of the straight line that fits best. NaN for so few points that chance would be told as a trend. */
function slope(points: readonly (readonly [number, number])[]): number {
  if (points.length < fewestPoints) return NaN;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(([x]) => (x - meanX) ** 2));
}

function plotOf(samples: readonly MemorySample[]) {
  return {
    kind: 'lines' as const,
    name: 'growth',
    title: 'Memory after garbage collection over the requests of a day',
    xAxis: 'requests',
    yAxis: 'MiB',
    lines: [
      { label: 'RSS', points: samples.map(({ requests, rssMb }) => [requests, rssMb] as const) },
      { label: 'heap', points: samples.map(({ requests, heapMb }) => [requests, heapMb] as const) },
    ],
  };
}
