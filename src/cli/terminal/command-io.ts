import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Output, environment and interruption of a command. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when `out` may be coloured. */
  readonly showsColours: boolean;
  /** True when `err` is a terminal that can show progress. */
  readonly showsProgress: boolean;
  /** Aborted with the exit code as its reason. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks for a password that is not shown; absent when there is nobody to ask. */
  readonly askSecret?: (question: string) => Promise<string>;
  /** Says what the program ends with; the last one counts, and without any it is 0. */
  readonly exitWith: (exitCode: number) => void;
}

/** Asks at the terminal for a line that is not shown. */
export function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    reader.once('line', resolve);
    reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    reader.once('close', () => resolve(''));
  }).then((line) => {
    reader.close();
    process.stderr.write('\n');
    return String(line);
  });
}

/** Ends a command. The message is for the operator, complete, and never shows a secret. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** The command line cannot be understood; the hint where help is comes with it. */
export class UsageError extends CommandError {
  constructor(message: string, exitCode = 2) {
    super(message, exitCode);
  }
}

/** Colours and progress of a terminal: none elsewhere, or when NO_COLOR is set. https://no-color.org */
export function terminalUse(
  env: CommandIo['env'],
  out: { readonly isTTY?: boolean },
  err: { readonly isTTY?: boolean },
): Pick<CommandIo, 'showsColours' | 'showsProgress'> {
  const isPlain = Boolean(env['NO_COLOR']);
  return { showsColours: !isPlain && out.isTTY === true, showsProgress: !isPlain && err.isTTY === true };
}
