import { oxbow } from '../servers/baselines.js';
import { benchDatabase, type BenchDatabase } from '../support/bench-database.js';
import type { BenchGroup, GroupResult } from '../support/bench-group.js';
import { fillDirectory, type Directory } from '../support/directory.js';
import { startLoadGenerator } from '../support/load.js';
import { getDataStep } from '../support/messages.js';
import { measureRounds, type Subject } from '../support/rounds.js';
import { startServerProgram, type RunningServer } from '../support/server-program.js';
import { goal, ratioOf } from '../support/statistics.js';
import { throttle } from '../support/throttle.js';

const connectionsPerProcess = 8;
/** Each process may use this part of a core. With two of them the load generator and the database still have more than one. */
const slots = 4;
const one = 'one process';
const two = 'two processes';
const goalText = `two processes beside one on one MariaDB: getData per second, each process held to 1/${slots} of a core, so that cores are free`;

/**
 * Whether a second process on the same database adds what it should. On two cores, which the load generator and the database need,
 * too, there is no free core for it; so the goal is measured with processes that are slowed down, and beside it how it is without.
 */
export const processesGroup: BenchGroup = {
  name: 'processes',
  title: 'Two processes on one MariaDB beside one, getData',
  async run(options): Promise<GroupResult> {
    const mariadb = await benchDatabase(options);
    if (mariadb === null)
      return { rows: [], goals: [goal(goalText, { atLeast: 1.7 }, null)], skipped: ['mariadb-server'] };
    const generator = startLoadGenerator();
    const size = options.isShort ? { contexts: 2, users: 8 } : { contexts: 64, users: 256 };
    const databaseUrl = await mariadb.createDatabase();
    const directory = await fillDirectory(databaseUrl, generator, size);
    const servers: RunningServer[] = [];
    try {
      for (const name of ['first', 'second'])
        servers.push(await startServerProgram(oxbow(`Oxbow, ${name}`), databaseUrl));
      const subjects = [
        subjectOf(one, servers.slice(0, 1), mariadb, directory),
        subjectOf(two, servers, mariadb, directory),
      ];
      const freely = await measureRounds(
        'getData, MariaDB',
        generator,
        subjects,
        connectionsPerProcess * 2,
        options,
      );
      const release = throttle(
        servers.map(({ processId }) => processId),
        slots,
      );
      const slowed = await measureRounds(
        `getData, MariaDB, 1/${slots} of a core each`,
        generator,
        subjects,
        connectionsPerProcess * 2,
        options,
      ).finally(release);
      const cpu = ratioOf(slowed.of(two, 'totalCpuMicros'), slowed.of(one, 'totalCpuMicros'));
      const unheld = ratioOf(freely.of(two, 'rps'), freely.of(one, 'rps'));
      return {
        rows: [...freely.rows, ...slowed.rows],
        goals: [
          goal(
            goalText,
            { atLeast: 1.7 },
            ratioOf(slowed.of(two, 'rps'), slowed.of(one, 'rps')),
            `CPU time per call, service and database, is ${cpu?.median.toFixed(2)} times that of one process. Not held back, when load generator, database and processes share the cores of this machine, the second process makes it ${unheld?.median.toFixed(2)} times as fast.`,
          ),
        ],
      };
    } finally {
      generator.stop();
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

/** Several servers as one. */
function subjectOf(
  name: string,
  servers: readonly RunningServer[],
  mariadb: BenchDatabase,
  { users }: Directory,
): Subject {
  const sum = (figure: (server: RunningServer) => number): number =>
    servers.reduce((total, server) => total + figure(server), 0);
  return {
    name,
    server: {
      url: servers.map(({ url }) => url),
      cpuMicros: () => sum((server) => server.cpuMicros()),
      memoryBytes: () => sum((server) => server.memoryBytes()),
    },
    steps: [getDataStep],
    rows: users,
    databaseCpuMicros: () => mariadb.cpuMicros(),
  };
}
