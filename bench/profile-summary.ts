/**
 * A CPU profile as text that can be kept and compared:
 *
 *     node --cpu-prof --cpu-prof-dir=/tmp/profiles …
 *     node --import=tsx bench/profile-summary.ts /tmp/profiles/X.cpuprofile [how many, 25]
 */
import { profileSummary } from './support/profile-summary.js';

const [file, count = '25'] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: profile-summary.ts FILE.cpuprofile [COUNT]\n');
  process.exit(2);
}
process.stdout.write(profileSummary(file, Number(count)));
