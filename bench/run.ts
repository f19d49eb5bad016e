/**
 * The bench: `npm run bench -- [--short] [--only <group>[,<group>]]`. See bench/README.md.
 */
import { parseArgs } from 'node:util';
import type { BenchGroup, BenchOptions } from './support/bench-group.js';
import { printAnswered, printGroup } from './support/page/print-table.js';
import { writePerformancePage } from './support/page/performance-page.js';
import { saveResults } from './support/results.js';
import { codecGroup } from './groups/codec.js';
import { databaseGroup } from './groups/database.js';
import { engineGroup } from './groups/engine.js';
import { growthGroup } from './groups/growth.js';
import { loopGroup } from './groups/loop.js';
import { processesGroup } from './groups/processes.js';
import { resourcesGroup } from './groups/resources.js';
import { scaleGroup } from './groups/scale.js';

const groups: readonly BenchGroup[] = [
  codecGroup,
  engineGroup,
  databaseGroup,
  scaleGroup,
  processesGroup,
  resourcesGroup,
  loopGroup,
  growthGroup,
];

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    'round-ms': { type: 'string' },
  },
});
const isShort = values.short === true;
const options: BenchOptions = {
  isShort,
  requiresAll: process.env['REQUIRE_ALL'] === '1',
  rounds: isShort ? 1 : Number(values.rounds ?? 7),
  roundMs: isShort ? 100 : Number(values['round-ms'] ?? 2_000),
  say: (text) => process.stderr.write(`${text}\n`),
};

// Servers are stopped by exit handlers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main(chosenGroups(values.only));
process.exit();

async function main(chosen: readonly BenchGroup[]): Promise<number> {
  let failed = 0;
  for (const group of chosen) {
    options.say(`== ${group.name}`);
    const startedMs = performance.now();
    try {
      const result = await group.run(options);
      process.stdout.write(isShort ? printAnswered(group, result) : printGroup(group, result));
      if (!isShort) await saveResults(group, result);
    } catch (error) {
      failed += 1;
      process.stdout.write(
        `${group.name} FAILED: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
    options.say(`== ${group.name} took ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
  if (!isShort) await writePerformancePage();
  return failed === 0 ? 0 : 1;
}

function chosenGroups(only: string | undefined): readonly BenchGroup[] {
  if (only === undefined) return groups;
  return only.split(',').map((name) => {
    const found = groups.find((group) => group.name === name);
    if (found === undefined)
      throw new Error(`no group ${name}; there are ${groups.map((each) => each.name).join(', ')}`);
    return found;
  });
}
