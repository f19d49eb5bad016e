import { createRequest, defaultCaller, getDataRequest, servicePath } from '../peers/messages.js';
import { oxbow } from '../servers/baselines.js';
import type { BenchOptions, BenchRow, GroupResult } from '../support/bench-group.js';
import { fillRunning, type DirectoryUser } from '../support/directory.js';
import type { LoadGenerator } from '../support/load.js';
import { pacedLoad } from '../support/paced-load.js';
import { takePasses } from '../support/rounds.js';
import { startServerProgram, type RunningServer } from '../support/server-program.js';
import { goal, quantile, ratioOf } from '../support/statistics.js';
import type { NamedDatabase } from './resources-start.js';

const readsPerSecond = 100;
const createsPerSecond = 20;

/** null: no creates beside the reads. */
type Mechanism = 'BCRYPT' | 'SHA-512' | null;
const mechanisms: readonly Mechanism[] = [null, 'SHA-512', 'BCRYPT'];

interface Latencies {
  readonly readsMs: number[];
  readonly createsMs: number[];
}

/** How long a getData takes while others create users whose passwords are hashed slowly, quickly, or not at all. */
export async function measureHashes(
  database: NamedDatabase,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<GroupResult> {
  const program = oxbow('Oxbow');
  await program.prepare();
  const server = await startServerProgram(program, database.url);
  try {
    const { users } = await fillRunning(server.url, generator, { contexts: 2, users: 100 });
    await round(server, users, 'BCRYPT', options);
    const rounds = new Map<Mechanism, Latencies[]>(mechanisms.map((mechanism) => [mechanism, []]));
    for (let number = 0; number < options.rounds; number += 1)
      for (const mechanism of mechanisms)
        rounds.get(mechanism)?.push(await round(server, users, mechanism, options));
    return resultOf(database, server, rounds);
  } finally {
    await server.stop();
  }
}

async function round(
  server: RunningServer,
  users: readonly DirectoryUser[],
  mechanism: Mechanism,
  { roundMs }: BenchOptions,
): Promise<Latencies> {
  const common = { url: server.url + servicePath, durationMs: 3 * roundMs };
  const reads = pacedLoad({
    ...common,
    perSecond: readsPerSecond,
    body: (n) => {
      const user = users[n % users.length];
      return getDataRequest(user?.userId ?? 0, { ...defaultCaller, contextId: user?.contextId ?? 0 });
    },
  });
  const creates =
    mechanism === null
      ? Promise.resolve([])
      : pacedLoad({ ...common, perSecond: createsPerSecond, body: () => createWith(users, mechanism) });
  const [readsMs, createsMs] = await Promise.all([reads, creates]);
  return { readsMs, createsMs };
}

function createWith(users: readonly DirectoryUser[], mechanism: 'BCRYPT' | 'SHA-512'): string {
  const n = takePasses(1);
  const contextId = users[n % users.length]?.contextId ?? 0;
  return createRequest(n, { ...defaultCaller, contextId }).replace('SHA-512', mechanism);
}

function resultOf(
  database: NamedDatabase,
  server: RunningServer,
  rounds: ReadonlyMap<Mechanism, readonly Latencies[]>,
): GroupResult {
  const p99s = (mechanism: Mechanism) =>
    (rounds.get(mechanism) ?? []).map(({ readsMs }) => quantile(readsMs, 0.99));
  const quick = ratioOf(p99s('SHA-512'), p99s(null));
  const slowCreates = (rounds.get('BCRYPT') ?? []).flatMap(({ createsMs }) => createsMs);
  const rssMb = server.memoryBytes() / 2 ** 20;
  const rows = mechanisms.map((mechanism): BenchRow => {
    const readsMs = (rounds.get(mechanism) ?? []).flatMap((latencies) => latencies.readsMs);
    return {
      case: `getData beside creates, ${database.name}`,
      what: mechanism === null ? 'no creates' : `${createsPerSecond}/s with ${mechanism}`,
      rps: readsPerSecond,
      cpuMicros: null,
      databaseCpuMicros: null,
      p50Ms: quantile(readsMs, 0.5),
      p99Ms: quantile(readsMs, 0.99),
      rssMb,
    };
  });
  return {
    rows,
    goals: [
      goal(
        `hashes: p99 of ${readsPerSecond} getData a second while ${createsPerSecond} creates a second hash with BCRYPT, beside no creates, ${database.name}`,
        { atMost: 2 },
        ratioOf(p99s('BCRYPT'), p99s(null)),
        `With SHA-512, which costs nothing, the ratio is ${quick?.median.toFixed(2) ?? 'unknown'}: that much are the creates ` +
          `themselves. A create with BCRYPT took ${quantile(slowCreates, 0.5).toFixed(0)} ms (p50) and ${quantile(slowCreates, 0.99).toFixed(0)} ms (p99).`,
      ),
    ],
  };
}
