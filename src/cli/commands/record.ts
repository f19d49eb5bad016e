import { Command } from 'commander';
import { openSync, writeSync, closeSync } from 'node:fs';
import { startRecordingProxy } from '../../qa/recording/recording-proxy.js';
import { CommandError, type CommandIo } from '../terminal/command-io.js';
import { endpointUrl, wholeNumber } from '../terminal/endpoint-options.js';

interface RecordArguments {
  readonly upstream: string;
  readonly port: number;
  readonly output: string;
}

/** `oxbow record`: stands before another endpoint and writes down what is sent, without passwords. */
export function recordCommand(io: CommandIo): Command {
  return new Command('record')
    .description('forward requests to an endpoint, such as a real OX, and record them for oxbow replay')
    .requiredOption('--upstream <url>', 'the endpoint', endpointUrl)
    .option('--port <number>', 'the port on 127.0.0.1; 0: any free port', wholeNumber(0, 65_535), 9010)
    .option('-o, --output <file>', 'the recording; calls are appended', 'recording.jsonl')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .action((options: RecordArguments) => record(options, io));
}

async function record({ upstream, port, output }: RecordArguments, io: CommandIo): Promise<void> {
  const file = open(output);
  let calls = 0;
  const proxy = await startRecordingProxy({
    upstream,
    port,
    onCall: (call) => {
      writeSync(file, `${JSON.stringify(call)}\n`);
      calls += 1;
    },
    onFailure: (service) => io.err(`${service}: the endpoint does not answer\n`),
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CommandError(`cannot listen on 127.0.0.1:${port}: ${code}`);
  });
  io.out(`${proxy.url} forwards to ${upstream}; stop with Ctrl-C\n`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await proxy.stop();
  closeSync(file);
  io.out(`${calls} calls recorded in ${output}\n`);
}

function open(output: string): number {
  try {
    return openSync(output, 'a', 0o600);
  } catch {
    throw new CommandError(`${output} cannot be written`);
  }
}
