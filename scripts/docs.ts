import { readFile, writeFile } from 'node:fs/promises';
import { configurationPage } from './pages/configuration-page.js';
import { licencesPage } from './pages/licences-page.js';
import { metricsPage } from './pages/metrics-page.js';
import { operationsPage } from './pages/operations-page.js';
import { pageWithRoomsMap } from './pages/rooms-map.js';

/** The pages that are generated: run `npm run docs` after a change, `npm run docs -- --check` finds a forgotten one. */
const pages: readonly [path: string, text: () => string | Promise<string>][] = [
  ['docs/README.md', pageWithRoomsMap],
  ['docs/configuration.md', configurationPage],
  ['docs/licences.md', licencesPage],
  ['docs/metrics.md', metricsPage],
  ['docs/operations.md', operationsPage],
];

const check = process.argv.includes('--check');
let outdated = 0;
for (const [path, text] of pages) {
  const wanted = await text();
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present === wanted) continue;
  outdated += 1;
  if (check) console.error(`${path} is not what the code says; run npm run docs`);
  else await writeFile(path, wanted);
}
if (check && outdated > 0) process.exitCode = 1;
else console.log(`${pages.length} pages, ${outdated} ${check ? 'outdated' : 'written'}`);
