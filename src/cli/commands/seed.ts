import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { applySeed, type SeedReport } from '../../qa/seed/apply-seed.js';
import { generateSeed, type SeedSize } from '../../qa/seed/generate-seed.js';
import { readSeed } from '../../qa/seed/parse-seed.js';
import {
  passwordRule,
  seedCounts,
  seedKinds,
  SeedError,
  seedForm,
  type Seed,
  type SeedText,
} from '../../qa/seed/seed-form.js';
import { NoAnswerError } from '../../soap-client/post-envelope.js';
import { SoapClient } from '../../soap-client/soap-client.js';
import { CommandError, UsageError, type CommandIo } from '../terminal/command-io.js';
import { endpointOption, wholeNumber } from '../terminal/endpoint-options.js';
import { ProgressLine } from '../terminal/print-rows.js';

const timeoutMs = 60_000;

interface SeedArguments extends SeedSize {
  readonly endpoint: string;
  readonly login: string;
  readonly password?: string;
  readonly print?: true;
}

/** The user said that it is enough. */
class Interrupted extends Error {}

/** `oxbow seed`: fills a running service with resellers, contexts, users, groups and resources. */
export function seedCommand(io: CommandIo): Command {
  const count = wholeNumber(0, 100_000);
  return new Command('seed')
    .description('fill a running service with resellers, contexts, users, groups and resources')
    .argument('[file]', 'the seed as YAML; without it data is generated')
    .addOption(endpointOption())
    .addOption(new Option('--login <name>', 'the master admin').env('MASTER_LOGIN').default('oxadminmaster'))
    .addOption(new Option('--password <text>', 'the password of the master admin').env('MASTER_PASSWORD'))
    .option('--resellers <number>', 'resellers to generate', count, 2)
    .option('--contexts <number>', 'contexts to generate, spread over the resellers', count, 3)
    .option('--users <number>', 'users to generate, spread over the contexts', count, 100)
    .option('--groups <number>', 'groups in each context', wholeNumber(0, 1_000), 1)
    .option('--resources <number>', 'resources in each context', wholeNumber(0, 1_000), 1)
    .option(
      '--random-seed <number>',
      'the same number generates the same data',
      wholeNumber(0, 2 ** 32 - 1),
      1,
    )
    .option('--print', 'only print the seed as YAML')
    .addHelpText('after', `\nExisting objects are not changed. ${sentence(passwordRule)}\n`)
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .action((file: string | undefined, options: SeedArguments) => seed(file, options, io));
}

async function seed(file: string | undefined, options: SeedArguments, io: CommandIo): Promise<void> {
  try {
    const text = file === undefined ? madeUp(options) : null;
    const wanted = file === undefined ? seedForm.parse(text) : readSeed(file);
    if (options.print) {
      io.out(stringify(text ?? wanted));
      return;
    }
    const { endpoint, login, password } = options;
    if (password === undefined) throw new UsageError('give --password, or set MASTER_PASSWORD');
    const progress = new ProgressLine(io);
    const total = Object.values(seedCounts(wanted)).reduce((sum, each) => sum + each, 0);
    let done = 0;
    const client = new SoapClient({ endpoint, timeoutMs, signal: io.signal });
    const report = await applySeed(wanted, {
      call: (...of) => {
        if (io.signal.aborted) throw new Interrupted();
        return client.call(...of);
      },
      master: { login, password },
      onDone: () => progress.show(`${(done += 1)} of ${total}`),
    }).finally(() => progress.clear());
    show(report, io);
    if (report.users.made > 0 && namesUsage(wanted))
      io.out('usage: skipped, since no operation sets it; oxbow serve --seed does\n');
  } catch (error) {
    if (error instanceof Interrupted)
      throw new CommandError('interrupted; run the same command again to resume', Number(io.signal.reason));
    if (!(error instanceof SeedError || error instanceof NoAnswerError)) throw error;
    throw new CommandError(error.message);
  }
}

function madeUp(options: SeedArguments): SeedText {
  const { resellers, contexts, users } = options;
  if (contexts > 0 && resellers === 0) throw new UsageError('contexts need a reseller');
  if (users > 0 && contexts === 0) throw new UsageError('users need a context');
  return generateSeed(options);
}

function show(report: SeedReport, io: CommandIo): void {
  for (const kind of seedKinds) {
    const { made, present } = report[kind];
    io.out(`${kind}: ${made} created${present > 0 ? `, ${present} already there` : ''}\n`);
  }
  io.out(`${passwordRule}\n`);
}

function namesUsage({ resellers }: Seed): boolean {
  return resellers.some(({ contexts }) => contexts.some(({ users }) => users.some(({ usage }) => usage)));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
