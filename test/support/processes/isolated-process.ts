import { execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

/** Whether a network of one's own can be had, in which the service has its usual port. */
export function canIsolate(): boolean {
  try {
    execFileSync('unshare', ['--map-root-user', '--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Where and with what a command runs, and for how long at most. */
interface IsolatedOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdio?: StdioOptions;
}

/**
 * Starts a command, where `canIsolate()`, as the first process of a space: whatever it leaves running, or hangs, ends with it.
 * @param spaces more options of unshare, e.g. `--net`
 */
export function startIsolated(
  spaces: readonly string[],
  command: readonly string[],
  options: IsolatedOptions,
): ChildProcess {
  return spawn('unshare', [...spaces, '--pid', '--fork', '--kill-child', ...command], {
    ...options,
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
  });
}
