import { execFile } from 'node:child_process';
import type { Doveadm, DoveadmAnswer, DoveadmCall } from './doveadm.js';
import { MailServerError } from './mail-server.js';

export interface DoveadmCommandOptions {
  /** The program and the arguments that come before any command. */
  readonly command: readonly [string, ...string[]];
  readonly timeoutMs?: number;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/** The doveadm program, for installations without the HTTP API. No shell sees its arguments. */
export class DoveadmCommand implements Doveadm {
  private readonly program: string;
  private readonly leadingArgs: readonly string[];
  private readonly timeoutMs: number;

  constructor({ command: [program, ...args], timeoutMs = 20_000 }: DoveadmCommandOptions) {
    this.program = program;
    this.leadingArgs = args;
    this.timeoutMs = timeoutMs;
  }

  async run({ args }: DoveadmCall): Promise<DoveadmAnswer> {
    const all = [...this.leadingArgs, '-f', 'tab', ...args];
    const { exitCode, output } = await execute(this.program, all, this.timeoutMs);
    return exitCode === 0 ? { exitCode, rows: readTable(output) } : { exitCode, rows: null };
  }

  parametersOf(): Promise<null> {
    return Promise.resolve(null);
  }
}

function execute(
  program: string,
  args: readonly string[],
  timeoutMs: number,
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: maxAnswerBytes } as const;
    const child = execFile(program, [...args], options, (error, output) => {
      if (error === null) resolve({ exitCode: 0, output });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, output });
      else if (error.killed === true)
        reject(new MailServerError('unreachable', `doveadm did not end within ${timeoutMs} ms`));
      else reject(new MailServerError('failed', `doveadm cannot be run: ${error.code ?? error.signal}`));
    });
    child.stdin?.end();
  });
}

/** A line of names, then a line of values each; nothing for commands without an answer. */
function readTable(output: string): Readonly<Record<string, string>>[] {
  const [names, ...lines] = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  return lines.map((values) =>
    Object.fromEntries((names ?? []).map((name, column) => [name, values[column] ?? ''])),
  );
}
