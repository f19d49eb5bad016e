/**
 * What the service spends its time on under load, with MariaDB; writes profiles/<operation>-mariadb.txt.
 *
 *     npm run build && node --import=tsx bench/profile-load.ts getData|create|setMailQuota [answers, 15000]
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oxbow } from './servers/baselines.js';
import { benchDatabase } from './support/bench-database.js';
import { fillDirectory } from './support/directory.js';
import { startLoadGenerator } from './support/load.js';
import { createStep, getDataStep, setMailQuotaStep } from './support/messages.js';
import { profileSummary } from './support/profile-summary.js';
import { takePasses } from './support/rounds.js';
import { startServerProgram, type ServerProgram } from './support/server-program.js';

const steps = { getData: getDataStep, create: createStep, setMailQuota: setMailQuotaStep };
const [operation = '', given = '15000'] = process.argv.slice(2);
const step = steps[operation as keyof typeof steps] as (typeof steps)[keyof typeof steps] | undefined;
if (step === undefined) throw new Error(`give one of ${Object.keys(steps).join(', ')}`);
const connections = 8;
const answers = Number(given);

function profiled(program: ServerProgram, directory: string): ServerProgram {
  return {
    ...program,
    command: (port, databaseUrl) => {
      const { args, ...rest } = program.command(port, databaseUrl);
      return { ...rest, args: ['--cpu-prof', `--cpu-prof-dir=${directory}`, ...args] };
    },
  };
}

const directory = mkdtempSync(join(tmpdir(), 'oxbow-profile-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const mariadb = await benchDatabase({ isShort: false, requiresAll: true });
if (mariadb === null) throw new Error('mariadb-server is not installed');
const generator = startLoadGenerator();
const databaseUrl = await mariadb.createDatabase();
const { users } = await fillDirectory(databaseUrl, generator, { contexts: 64, users: 256 });
const server = await startServerProgram(profiled(oxbow(), directory), databaseUrl);
const before = { service: server.cpuMicros(), database: mariadb.cpuMicros() };
await generator.run({
  url: server.url,
  steps: [step],
  rows: users,
  connections,
  requests: answers,
  firstPass: takePasses(answers + connections),
});
const perAnswer = (micros: number): string => (micros / answers).toFixed(0);
const title = `${operation}, ${answers} answers from a cold start: ${perAnswer(server.cpuMicros() - before.service)} µs of CPU time each with the profiler, ${perAnswer(mariadb.cpuMicros() - before.database)} µs of MariaDB's`;
await server.stop();
generator.stop();
const [file] = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
if (file === undefined) throw new Error('the service left no profile');
const text = `${title}\n${profileSummary(join(directory, file), 40)}`;
writeFileSync(new URL(`profiles/${operation}-mariadb.txt`, import.meta.url), text);
process.stdout.write(text);
process.exit();
