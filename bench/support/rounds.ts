import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, BenchRow } from './bench-group.js';
import type { LoadGenerator, LoadOptions } from './load.js';
import type { RunningServer } from './server-program.js';
import { median, quantile } from './statistics.js';

/** One of those that are compared with each other: a server, and what it is asked. */
export interface Subject extends Pick<LoadOptions, 'steps' | 'rows'> {
  readonly name: string;
  readonly server: Pick<RunningServer, 'cpuMicros' | 'memoryBytes'> & {
    readonly url: string | readonly string[];
  };
  /** CPU time of the database server so far, in microseconds. */
  readonly databaseCpuMicros?: () => number;
}

/** One measurement. */
export interface Sample {
  readonly rps: number;
  /** Per answer. */
  readonly cpuMicros: number;
  /** Per answer, NaN without a database. */
  readonly databaseCpuMicros: number;
  /** Both. */
  readonly totalCpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The share of the time that the load generator itself was busy, 0 to 1. */
  readonly generatorLoad: number;
}

/** The samples of all rounds under the name of each subject, and the rows for the table. */
export interface Measured {
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly rows: readonly BenchRow[];
  /** One figure of each round, e.g. for ratioOf; undefined for a subject that was not there. */
  readonly of: (name: string, figure: keyof Sample) => readonly number[] | undefined;
}

/** What a server needs after its last answer until it is quiet. */
const settleMs = 100;
/** Above this share of one core the load generator is the limit, not the server. */
const busyGenerator = 0.95;
/** After so many answers V8 has compiled what is hot… */
const warmAnswers = 12_000;
/** …and slow servers are warm after so long a time. */
const longestWarmUpMs = 10_000;
const shortConnections = 4;
/** The numbers of passes, which make data unique, begin here; never used twice in one run of the bench. */
let nextPass = 1;

/** Reserves `count` numbers for passes and returns the first. */
export function takePasses(count: number): number {
  const first = nextPass;
  nextPass += count;
  return first;
}

/**
 * Measures the subjects in turn (A B C A B C …) after warming each up. Every request of a round is awaited, so that CPU time
 * and answers belong together.
 * @param caseName the first column of the rows
 * @throws Error naming the subject that answered wrongly
 */
export async function measureRounds(
  caseName: string,
  generator: LoadGenerator,
  subjects: readonly Subject[],
  connections: number,
  options: Pick<BenchOptions, 'rounds' | 'roundMs' | 'isShort' | 'say'>,
): Promise<Measured> {
  // Enough to meet in the server.
  const parallel = options.isShort ? Math.min(connections, shortConnections) : connections;
  const requests = new Map<string, number>();
  const samples = new Map<string, Sample[]>();
  for (const subject of subjects) {
    options.say(`${caseName}: warming up ${subject.name}`);
    requests.set(subject.name, await warmUp(generator, subject, parallel, options));
    samples.set(subject.name, []);
  }
  for (let round = 0; round < options.rounds; round += 1) {
    options.say(`${caseName}: round ${round + 1} of ${options.rounds}`);
    for (const subject of subjects) {
      const sample = await measure(generator, subject, parallel, requests.get(subject.name) ?? 1);
      samples.get(subject.name)?.push(sample);
    }
  }
  return {
    samples,
    rows: subjects.map((subject) => rowOf(caseName, subject, samples.get(subject.name) ?? [])),
    of: (name, figure) => samples.get(name)?.map((sample) => sample[figure]),
  };
}

/** Loads until the compilers are done, then says how many requests fill a round. */
async function warmUp(
  generator: LoadGenerator,
  subject: Subject,
  connections: number,
  { roundMs, isShort }: Pick<BenchOptions, 'roundMs' | 'isShort'>,
): Promise<number> {
  const few = connections * subject.steps.length;
  if (isShort) return few;
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  let requests = few;
  let answers = 0;
  do {
    const { rps } = await measure(generator, subject, connections, requests);
    answers += requests;
    requests = Math.max(few, Math.ceil((rps * roundMs) / 1000));
  } while (elapsedMs() < roundMs || (answers < warmAnswers && elapsedMs() < longestWarmUpMs));
  return requests;
}

async function measure(
  generator: LoadGenerator,
  subject: Subject,
  connections: number,
  requests: number,
): Promise<Sample> {
  const { server, steps, rows, databaseCpuMicros = () => NaN, name } = subject;
  await sleep(settleMs);
  const before = { service: server.cpuMicros(), database: databaseCpuMicros() };
  const firstPass = takePasses(requests + connections);
  const load = {
    url: server.url,
    steps,
    connections,
    requests,
    firstPass,
    ...(rows === undefined ? {} : { rows }),
  };
  const result = await generator.run(load).catch((error: unknown) => {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const cpuMicros = (server.cpuMicros() - before.service) / result.answers;
  const database = (databaseCpuMicros() - before.database) / result.answers;
  return {
    rps: (result.answers / result.durationMs) * 1000,
    cpuMicros,
    databaseCpuMicros: database,
    totalCpuMicros: cpuMicros + (Number.isNaN(database) ? 0 : database),
    p50Ms: median(result.latenciesMs),
    p99Ms: quantile(result.latenciesMs, 0.99),
    generatorLoad: result.generatorCpuMicros / 1000 / result.durationMs,
  };
}

function rowOf(caseName: string, { name, server }: Subject, samples: readonly Sample[]): BenchRow {
  const figure = (of: keyof Sample): number | null => {
    const value = median(samples.map((sample) => sample[of]));
    return Number.isNaN(value) ? null : value;
  };
  const isGeneratorBusy = (figure('generatorLoad') ?? 0) > busyGenerator;
  return {
    case: caseName,
    what: name,
    rps: figure('rps'),
    cpuMicros: figure('cpuMicros'),
    databaseCpuMicros: figure('databaseCpuMicros'),
    p50Ms: figure('p50Ms'),
    p99Ms: figure('p99Ms'),
    rssMb: server.memoryBytes() / 1024 / 1024,
    ...(isGeneratorBusy ? { note: 'the load generator is the limit of rps and latency' } : {}),
  };
}
