import { RawSoap } from '../../test/support/wire/raw-soap.js';
import { oxbow, rawMysql2, soapKnex } from '../servers/baselines.js';
import { benchDatabase, newSqliteUrl, type BenchDatabase } from '../support/bench-database.js';
import type { BenchGoal, BenchGroup, BenchOptions, BenchRow, GroupResult } from '../support/bench-group.js';
import { createUsers, fillDirectory, readIds, readSome, type Directory } from '../support/directory.js';
import { startLoadGenerator, type LoadGenerator, type LoadStep } from '../support/load.js';
import {
  changeStep,
  createStep,
  getDataStep,
  getMultipleDataStep,
  listStep,
  setMailQuotaStep,
  storySteps,
} from '../support/messages.js';
import { installedPeers } from '../support/peers.js';
import { measureRounds, type Subject } from '../support/rounds.js';
import type { RunningServer, ServerProgram } from '../support/server-program.js';
import { startAll } from '../support/start-all.js';
import { type Compared, databaseGoals, databasePlots } from './database-goals.js';
import { watchCreate } from './watch-create.js';

const connections = 8;
/** Enough that creates do not wait for each other at the counter of one context. */
const directorySize = { contexts: 64, users: 256 };
const shortDirectorySize = { contexts: 2, users: 8 };

const oxbowOnMariadb = oxbow('Oxbow');
const oxbowAuditing = oxbow('Oxbow, with its trail of changes', { AUDIT_RETENTION: '365' });
const oxbowOnSqlite = oxbow('Oxbow, SQLite');

/** A server with a database of its own, and who is in it. */
interface World {
  readonly server: RunningServer;
  readonly directory: Directory;
}

/**
 * create, change, setMailQuota, getData, list, getMultipleData and the whole story. On MariaDB beside raw mysql2, `soap` + knex and the
 * peers, each on a database of its own in the same server; on SQLite only Oxbow.
 */
export const databaseGroup: BenchGroup = {
  name: 'database',
  title: 'End to end with a database',
  async run(options): Promise<GroupResult> {
    const mariadb = await benchDatabase(options);
    const generator = startLoadGenerator();
    try {
      const { installed, skipped } = await installedPeers(options);
      const peers = installed.filter(({ name }) => name !== 'soap-as-shipped');
      const compared =
        mariadb === null
          ? null
          : await measureOnMariadb(mariadb, generator, [rawMysql2, soapKnex, ...peers], options);
      const alone = await measureAlone(mariadb, generator, options);
      const watched = mariadb === null ? null : await watchCreate(mariadb, generator, options);
      return {
        rows: [...(compared?.rows ?? []), ...alone],
        goals: [
          ...databaseGoals(
            compared,
            peers.map(({ name }) => name),
          ),
          ...(watched?.goals ?? []),
        ] satisfies BenchGoal[],
        plots: compared === null ? [] : databasePlots(compared),
        notes: watched?.notes ?? [],
        skipped: [...skipped, ...(mariadb === null ? ['mariadb-server'] : [])],
      };
    } finally {
      generator.stop();
    }
  },
};

async function measureOnMariadb(
  mariadb: BenchDatabase,
  generator: LoadGenerator,
  others: readonly ServerProgram[],
  options: BenchOptions,
): Promise<Compared> {
  const databaseUrl = () => mariadb.createDatabase();
  const programs = [oxbowOnMariadb, oxbowAuditing, ...others];
  const worlds = await startWorlds(programs, databaseUrl, generator, options);
  const measure = (operation: string, step: LoadStep, of: readonly World[]) =>
    measureRounds(`${operation}, MariaDB`, generator, of.map(subjectOf(step, mariadb)), connections, options);
  try {
    const withQuota = worlds.filter(({ server }) =>
      [oxbowOnMariadb.name, oxbowAuditing.name, rawMysql2.name].includes(server.name),
    );
    const reading = worlds.filter(({ server }) => server.name !== oxbowAuditing.name);
    const getData = await measure('getData', getDataStep, reading);
    const create = await measure('create', createStep, worlds);
    const setMailQuota = await measure('setMailQuota', setMailQuotaStep, withQuota);
    return { create, getData, setMailQuota, rows: [...create.rows, ...getData.rows, ...setMailQuota.rows] };
  } finally {
    await Promise.all(worlds.map(({ server }) => server.stop()));
  }
}

async function startWorlds(
  programs: readonly ServerProgram[],
  databaseUrl: () => Promise<string>,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<World[]> {
  const directories = new Map<string, Directory>();
  const size = options.isShort ? shortDirectorySize : directorySize;
  let shared: { url: string; directory: Directory } | null = null;
  const filled = async (program: ServerProgram): Promise<string> => {
    // Where nobody looks at the figures, all may use the same database.
    let own = options.isShort ? shared : null;
    if (own === null) {
      const url = await databaseUrl();
      own = { url, directory: await fillDirectory(url, generator, size) };
    }
    shared = own;
    directories.set(program.name, own.directory);
    return own.url;
  };
  const servers = await startAll(programs, filled, options);
  return servers.map((server) => {
    const directory = directories.get(server.name);
    if (directory === undefined) throw new Error(`no directory for ${server.name}`);
    return { server, directory };
  });
}

function subjectOf(step: LoadStep, mariadb: BenchDatabase | null) {
  return ({ server, directory }: World): Subject => ({
    name: server.name,
    server,
    steps: [step],
    rows: directory.users,
    ...(mariadb === null ? {} : { databaseCpuMicros: () => mariadb.cpuMicros() }),
  });
}

/** What only Oxbow does, and everything on SQLite: no comparison, so the two databases take turns. */
async function measureAlone(
  mariadb: BenchDatabase | null,
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<BenchRow[]> {
  const shorter = { ...options, roundMs: options.roundMs / 2 };
  const onSqlite = await startWorlds(
    [oxbowOnSqlite],
    () => Promise.resolve(newSqliteUrl()),
    generator,
    options,
  );
  const onMariadb =
    mariadb === null
      ? []
      : await startWorlds([oxbowOnMariadb], () => mariadb.createDatabase(), generator, options);
  const rows: BenchRow[] = [];
  const measure = async (operation: string, subjects: readonly Subject[], parallel = connections) => {
    rows.push(...(await measureRounds(operation, generator, subjects, parallel, shorter)).rows);
  };
  const worlds = [...onMariadb, ...onSqlite];
  const subjects = (step: LoadStep, of = worlds) => [
    ...of.filter((world) => onMariadb.includes(world)).map(subjectOf(step, mariadb)),
    ...of.filter((world) => onSqlite.includes(world)).map(subjectOf(step, null)),
  ];
  try {
    await measure('create', subjects(createStep, onSqlite));
    await measure('getData', subjects(getDataStep, onSqlite));
    await measure('setMailQuota', subjects(setMailQuotaStep, onSqlite));
    await measure('change maxQuota', subjects(changeStep));
    const story = subjects(createStep).map((subject) => ({ ...subject, steps: storySteps }));
    await measure(`whole story, per request of its ${storySteps.length}`, story);
    // What was measured so far must not be lost with the largest of all.
    try {
      const count = options.isShort ? 20 : 10_000;
      const many = options.isShort ? 10 : 1_000;
      const large: Awaited<ReturnType<typeof largeContext>>[] = [];
      for (const world of worlds) large.push(await largeContext(world, generator, count, many));
      await measure(
        `list of ${count} users`,
        subjects(createStep).map((subject, index) => large[index]?.listing(subject) ?? subject),
        1,
      );
      await measure(
        `getMultipleData of ${many} users`,
        subjects(createStep).map((subject, index) => large[index]?.reading(subject) ?? subject),
        1,
      );
    } catch (error) {
      options.say(`list and getMultipleData are not measured: ${String(error)}`);
      if (options.isShort) throw error;
    }
    return rows;
  } finally {
    await Promise.all(worlds.map(({ server }) => server.stop()));
  }
}

/** Fills one context and answers what to ask about it. */
async function largeContext(
  { server, directory }: World,
  generator: LoadGenerator,
  count: number,
  many: number,
) {
  const contextId = directory.contextIds[0] ?? 0;
  await createUsers(server.url, generator, [contextId], count);
  const soap = new RawSoap(server.url);
  const ids = await readIds(soap, contextId);
  const chosen = ids.slice(-many);
  const [last] = await readSome(soap, contextId, chosen.slice(-1));
  if (last === undefined) throw new Error('the large context is empty');
  const rows = [{ contextId }];
  return {
    listing: (subject: Subject): Subject => ({ ...subject, rows, steps: [listStep(last.userId)] }),
    reading: (subject: Subject): Subject => ({
      ...subject,
      rows,
      steps: [getMultipleDataStep(chosen, last.displayName)],
    }),
  };
}
