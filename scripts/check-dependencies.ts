import { readFileSync } from 'node:fs';
import { validRange } from 'semver';
import { z } from 'zod';
import { dependencyProblems, hits } from './dependencies/dependency-problems.js';
import { ownPackages } from './dependencies/lock-file.js';

/**
 * Fails when a package of the service is known to be vulnerable, has another licence than the allowed ones, or runs a script when it
 * is installed. Weaknesses of packages for development are told, and do not fail: clients of old days are there on purpose.
 */
const advisoryFile = z.object({
  asOf: z.string(),
  advisories: z.array(
    z.object({
      package: z.string(),
      id: z.string(),
      vulnerable: z.string().refine((range) => validRange(range) !== null),
    }),
  ),
});

const text = readFileSync(new URL('./dependencies/advisories.json', import.meta.url), 'utf8');
const { asOf, advisories } = advisoryFile.parse(JSON.parse(text));
const packages = ownPackages();
const problems = dependencyProblems(packages, advisories);
for (const problem of problems) console.error(problem);
for (const each of packages.filter(({ isDev }) => isDev))
  for (const id of hits(each, advisories))
    console.log(`for development only: ${each.name}@${each.version}: ${id}`);
const ours = packages.filter(({ isDev }) => !isDev).length;
console.log(`${ours} packages of the service, ${problems.length} problems; advisories as of ${asOf}`);
if (problems.length > 0) process.exitCode = 1;
