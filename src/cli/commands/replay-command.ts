import { Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import type { Difference } from '../../qa/recording/compare-trees.js';
import { readRecording, RecordingError } from '../../qa/recording/recording.js';
import { replay, type ReplayedCall } from '../../qa/recording/replay.js';
import { NoAnswerError } from '../../soap-client/post-envelope.js';
import { CommandError, type CommandIo } from '../terminal/command-io.js';
import { endpointOption, endpointUrl } from '../terminal/endpoint-options.js';

interface ReplayArguments {
  readonly endpoint: string;
  readonly against?: string;
  readonly credentials: ReadonlyMap<string, string>;
  readonly login: string;
  readonly password?: string;
  readonly json?: true;
}

/** `oxbow replay`: sends recorded calls again and compares the answers. */
export function replayCommand(io: CommandIo): Command {
  return new Command('replay')
    .description('send the calls of a recording again, and compare the answers')
    .argument('<recording>', 'a file of GET /control/v1/recording or of oxbow record')
    .addOption(endpointOption())
    .option(
      '--against <url>',
      'an endpoint for the expected answers, instead of the recorded ones',
      endpointUrl,
    )
    .addOption(new Option('--login <name>', 'the master admin').env('MASTER_LOGIN').default('oxadminmaster'))
    .addOption(new Option('--password <text>', 'the password of the master admin').env('MASTER_PASSWORD'))
    .option(
      '--credentials <login:password>',
      'the password of a login that the recording does not create; may be repeated',
      addCredentials,
      new Map<string, string>(),
    )
    .option('--json', 'write one JSON object per line: every call, then the sum')
    .addHelpText(
      'after',
      '\nNamespace prefixes, the order of lists, exception ids and times are ignored; different ids are mapped.\n' +
        'Exit codes: 0 no differences, 1 differences, 2 wrong usage, 3 failed.\n',
    )
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .action((file: string, options: ReplayArguments) => run(file, options, io));
}

function addCredentials(text: string, known: ReadonlyMap<string, string>): Map<string, string> {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('It must be LOGIN:PASSWORD.');
  return new Map([...known, [text.slice(0, colon), text.slice(colon + 1)]]);
}

async function run(file: string, options: ReplayArguments, io: CommandIo): Promise<void> {
  const { endpoint, against = null, login, password, json } = options;
  const passwords = new Map([
    ...(password === undefined ? [] : [[login, password] as const]),
    ...options.credentials,
  ]);
  let calls = 0;
  let differing = 0;
  try {
    for await (const call of replay(readRecording(readFile(file), file), { endpoint, against, passwords })) {
      calls += 1;
      if (call.differences.length > 0) differing += 1;
      if (json) io.out(`${JSON.stringify(call)}\n`);
      else if (call.differences.length > 0) io.out(report(call));
      if (io.signal.aborted) throw new CommandError('interrupted', Number(io.signal.reason));
    }
  } catch (error) {
    if (!(error instanceof NoAnswerError || error instanceof RecordingError)) throw error;
    throw new CommandError(error.message, 3);
  }
  io.out(
    json
      ? `${JSON.stringify({ calls, differing })}\n`
      : `${calls} calls, ${differing} answered differently\n`,
  );
  if (differing > 0) throw new CommandError('the answers differ');
}

/** @throws RecordingError */
function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new RecordingError(`${file} cannot be read`);
  }
}

function report({ number, service, operation, differences }: ReplayedCall): string {
  return `call ${number}: ${service}.${operation ?? '?'}\n${differences.map(lines).join('')}`;
}

function lines({ path, kind, expected, actual }: Difference): string {
  const shown = (text: string | null, sign: string) => (text === null ? '' : `    ${sign} ${text}\n`);
  return `  ${path} (${kind})\n${shown(expected, '-')}${shown(actual, '+')}`;
}
