import {
  execFile,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
  type SpawnSyncReturns,
} from 'node:child_process';
import { promisify } from 'node:util';

/** What a program is run with. */
export interface NodeProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** It is stopped after so long; 0 is never. */
  readonly timeoutMs?: number;
}

/** Starts this Node. @param args its options, the script, and the script's own */
export function startNode(
  args: readonly string[],
  options: NodeProgramOptions = {},
): ChildProcessWithoutNullStreams {
  return start(process.execPath, args, options);
}

/** Runs this Node to its end. @throws Error with `code`, `stdout` and `stderr` when it fails */
export function runNode(args: readonly string[], options: NodeProgramOptions = {}): Promise<Output> {
  return run(process.execPath, args, options);
}

/** Runs this Node to its end, however that is, while nothing else happens in this process. */
export function runNodeSync(
  args: readonly string[],
  options: NodeProgramOptions = {},
): SpawnSyncReturns<string> {
  const { timeoutMs, ...rest } = options;
  return spawnSync(process.execPath, args, { ...rest, timeout: timeoutMs ?? 0, encoding: 'utf8' });
}

/** Starts npm, which comes with Node. */
export function startNpm(
  args: readonly string[],
  options: NodeProgramOptions = {},
): ChildProcessWithoutNullStreams {
  return start('npm', args, options);
}

/** Runs npm to its end. @throws Error with `code`, `stdout` and `stderr` when it fails */
export function runNpm(args: readonly string[], options: NodeProgramOptions = {}): Promise<Output> {
  return run('npm', args, options);
}

/** Starts a program that npm has put into `node_modules/.bin`. */
export function startInstalled(
  path: string,
  args: readonly string[],
  options: NodeProgramOptions = {},
): ChildProcessWithoutNullStreams {
  if (!path.includes('node_modules/.bin/')) throw new Error(`${path} was not put there by npm`);
  return start(path, args, options);
}

/** What a program wrote. */
interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  file: string,
  args: readonly string[],
  { timeoutMs, ...options }: NodeProgramOptions,
): ChildProcessWithoutNullStreams {
  return spawn(file, args, { ...options, timeout: timeoutMs ?? 0, stdio: 'pipe' });
}

function run(
  file: string,
  args: readonly string[],
  { timeoutMs, ...options }: NodeProgramOptions,
): Promise<Output> {
  return promisify(execFile)(file, args, { ...options, timeout: timeoutMs ?? 0, encoding: 'utf8' });
}
