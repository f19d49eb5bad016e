import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { oxbow } from '../servers/baselines.js';
import type { BenchGoal, BenchOptions, BenchRow } from '../support/bench-group.js';
import { fillRunning } from '../support/directory.js';
import type { LoadGenerator } from '../support/load.js';
import { storySteps } from '../support/messages.js';
import { takePasses } from '../support/rounds.js';
import { startServerProgram, type RunningServer } from '../support/server-program.js';
import { goal, median } from '../support/statistics.js';

/** A new database, and what it is called in the table. */
export interface NamedDatabase {
  readonly name: string;
  readonly url: string;
}

const program = oxbow('Oxbow');
const storyRequests = 120;
/** Until threads that had work are gone. */
const settleMs = 7_000;

/** How long `node dist/main.js` takes until it is ready, and what it holds in memory when a short story is over. */
export async function measureStart(
  database: NamedDatabase,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<{ rows: BenchRow[]; goals: BenchGoal[] }> {
  await program.prepare();
  const contextIds = await makeDirectory(database, generator);
  const startsMs: number[] = [];
  let rssMb = NaN;
  for (let round = 0; round < options.rounds; round += 1) {
    const { server, readyMs } = await startUntilReady(database.url);
    try {
      startsMs.push(readyMs);
      if (round === options.rounds - 1) rssMb = await idleAfterStory(server, generator, contextIds, options);
    } finally {
      await server.stop();
    }
  }
  const start = { median: median(startsMs), min: Math.min(...startsMs), max: Math.max(...startsMs) };
  return {
    rows: [
      {
        case: `start, ${database.name}`,
        what: 'Oxbow',
        rps: null,
        cpuMicros: null,
        databaseCpuMicros: null,
        p50Ms: start.median,
        p99Ms: start.max,
        rssMb,
        note: 'p50: median until ready, p99: the longest; memory: idle after a story',
      },
    ],
    goals: [
      goal(
        `start: ms from \`node dist/main.js\` to ready on an existing database, ${database.name}`,
        { below: 1_000 },
        start,
      ),
      goal(`memory: MiB (RSS) idle after a start and a short story, ${database.name}`, { below: 120 }, rssMb),
    ],
  };
}

/** The first start makes the tables. */
async function makeDirectory(database: NamedDatabase, generator: LoadGenerator): Promise<readonly number[]> {
  const { server } = await startUntilReady(database.url);
  try {
    return (await fillRunning(server.url, generator, { contexts: 2, users: 16 })).contextIds;
  } finally {
    await server.stop();
  }
}

async function startUntilReady(databaseUrl: string): Promise<{ server: RunningServer; readyMs: number }> {
  const startedMs = performance.now();
  const server = await startServerProgram(program, databaseUrl);
  try {
    while ((await fetch(`${server.url}/health/ready`)).status !== 200) await sleep(5);
    return { server, readyMs: performance.now() - startedMs };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function idleAfterStory(
  server: RunningServer,
  generator: LoadGenerator,
  contextIds: readonly number[],
  { isShort }: BenchOptions,
): Promise<number> {
  await generator.run({
    url: server.url,
    steps: storySteps,
    rows: contextIds.map((contextId) => ({ contextId })),
    connections: 2,
    requests: storyRequests,
    firstPass: takePasses(storyRequests),
  });
  await fetch(`${server.url}/webservices/OXResellerUserService?wsdl`).then((answer) => answer.text());
  await sleep(isShort ? 0 : settleMs);
  return residentMb(server.processId);
}

/** Resident memory of a process, shared libraries included, in MiB. */
function residentMb(processId: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1_024;
}
