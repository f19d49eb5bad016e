import { oxbow } from '../servers/baselines.js';
import type { BenchDatabase } from '../support/bench-database.js';
import type { BenchGoal, BenchOptions } from '../support/bench-group.js';
import { createUsers, fillDirectory } from '../support/directory.js';
import type { LoadGenerator } from '../support/load.js';
import { startServerProgram } from '../support/server-program.js';
import { goal } from '../support/statistics.js';
import { startCountingProxy, watchStatements, type WatchedStatements } from '../support/watched-create.js';

/** The background work of a service comes between now and then; the quietest of so many looks counts. */
const looks = 5;
/** Bench creates leave connections at least so many times warm. */
const warmUps = 64;
const shortWarmUps = 16;

/** Looks over Oxbow's shoulder during one create on a warm connection: its statements and round trips. */
export async function watchCreate(
  mariadb: BenchDatabase,
  generator: LoadGenerator,
  { isShort }: Pick<BenchOptions, 'isShort'>,
): Promise<{ goals: BenchGoal[]; notes: string[] }> {
  const databaseUrl = await mariadb.createDatabase();
  const { contextIds } = await fillDirectory(databaseUrl, generator, { contexts: 1, users: 0 });
  const proxy = await startCountingProxy(mariadb.port);
  const program = oxbow('Oxbow, watched');
  const server = await startServerProgram(
    program,
    databaseUrl.replace(`:${mariadb.port}/`, `:${proxy.port}/`),
  );
  try {
    await createUsers(server.url, generator, contextIds, isShort ? shortWarmUps : warmUps);
    const watched: WatchedStatements[] = [];
    for (let look = 0; look < (isShort ? 2 : looks); look += 1)
      watched.push(
        await watchStatements(mariadb, proxy, () => createUsers(server.url, generator, contextIds, 1)),
      );
    watched.sort((a, b) => a.statements.length - b.statements.length);
    return report(watched[0]);
  } finally {
    await server.stop();
    proxy.close();
  }
}

function report(watched: WatchedStatements | undefined): { goals: BenchGoal[]; notes: string[] } {
  if (watched === undefined) return { goals: [], notes: [] };
  const { rowStatements, roundTripsBeforeCommit, statements } = watched;
  const counted =
    'Counted at the wire for one create on a warm connection, without the trail of changes, which adds a statement in the same round trip; see the list.';
  return {
    goals: [
      goal('MariaDB: statements of a create', { atMost: 6 }, rowStatements, counted),
      goal(
        'MariaDB: round trips of a create before its commit',
        { atMost: 3 },
        roundTripsBeforeCommit,
        counted,
      ),
    ],
    notes: [
      `The statements of a create on MariaDB, in their order (${rowStatements} that read or write rows):\n\n${statements
        .map((statement, index) => `${index + 1}. \`${statement}\``)
        .join('\n')}`,
    ],
  };
}
