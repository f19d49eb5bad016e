import { benchDatabase, newSqliteUrl } from '../support/bench-database.js';
import type { BenchGroup, GroupResult } from '../support/bench-group.js';
import { startLoadGenerator } from '../support/load.js';
import { measureHashes } from './resources-hashes.js';
import { measureStart, type NamedDatabase } from './resources-start.js';

/** What Oxbow takes of a machine beside the time of a request: its start, its memory, and what slow hashes do to others. */
export const resourcesGroup: BenchGroup = {
  name: 'resources',
  title: 'Start, memory, and slow password hashes',
  async run(options): Promise<GroupResult> {
    const generator = startLoadGenerator();
    const server = await benchDatabase(options);
    const newDatabases = async (): Promise<NamedDatabase[]> => [
      { name: 'SQLite', url: newSqliteUrl() },
      ...(server === null ? [] : [{ name: 'MariaDB', url: await server.createDatabase() }]),
    ];
    const parts: GroupResult[] = [];
    try {
      for (const measure of [measureStart, measureHashes])
        for (const database of (await newDatabases()).slice(options.isShort ? -1 : 0)) {
          options.say(`${measure.name}, ${database.name}`);
          parts.push(await measure(database, generator, options));
        }
    } finally {
      generator.stop();
    }
    return {
      rows: parts.flatMap(({ rows }) => rows),
      goals: parts.flatMap(({ goals }) => goals),
      plots: parts.flatMap(({ plots }) => plots ?? []),
      skipped: server === null ? ['MariaDB'] : [],
    };
  },
};
