import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupCpuMicros, groupMemoryBytes } from './process-usage.js';

/** How a program is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server under test: ours, a baseline of ours or a peer. It listens on 127.0.0.1 and says when it is ready on stdout. */
export interface ServerProgram {
  readonly name: string;
  /** Whether what it needs is on this machine. */
  isInstalled(): boolean;
  /** Compiles or whatever else is needed once before it can be started. */
  prepare(): Promise<void>;
  /** @param databaseUrl null: engine only */
  command(port: number, databaseUrl: string | null): Command;
  /** The line that says it is ready; `ready` by default. */
  readonly readyLine?: RegExp;
}

/** A server that answers. */
export interface RunningServer {
  readonly name: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Milliseconds from its start to its line that says it is ready. */
  readonly readyAfterMs: number;
  /** The process that was started, which leads a group of its own. */
  readonly processId: number;
  /** CPU time of all its processes so far, in microseconds. */
  cpuMicros(): number;
  /** Memory of all its processes, in bytes. */
  memoryBytes(): number;
  /** Ends all its processes. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;
const setprivPath = '/usr/bin/setpriv';
const tasksetPath = '/usr/bin/taskset';

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => signalGroup(child, 'SIGKILL')));

/**
 * Starts a program on a free port, in a process group of its own that ends with ours.
 * @param options.core pins it to one core, where there are several
 * @throws Error with the end of its output when it does not get ready
 */
export async function startServerProgram(
  program: ServerProgram,
  databaseUrl: string | null,
  options: { readonly core?: number } = {},
): Promise<RunningServer> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-bench-server-'));
  const outputFile = join(directory, 'output');
  const startedMs = performance.now();
  const child = spawnGroup(program.command(port, databaseUrl), outputFile, options.core);
  const stop = async (): Promise<void> => {
    await stopGroup(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(child, outputFile, program.readyLine ?? /^ready$/m);
  } catch (error) {
    const output = readFileSync(outputFile, 'utf8').slice(-2_000);
    await stop();
    throw new Error(`${program.name} did not get ready: ${output}`, { cause: error });
  }
  const processId = child.pid ?? 0;
  return {
    name: program.name,
    url: `http://127.0.0.1:${port}`,
    readyAfterMs: performance.now() - startedMs,
    processId,
    cpuMicros: () => groupCpuMicros(processId),
    memoryBytes: () => groupMemoryBytes(processId),
    stop,
  };
}

/** Puts `taskset` before a command, where there is a choice of cores. */
export function pinned({ command, args, env }: Command, core: number | undefined): Command {
  if (core === undefined || cpus().length < 2 || !existsSync(tasksetPath))
    return { command, args, env: env ?? {} };
  return { command: tasksetPath, args: ['--cpu-list', String(core), command, ...args], env: env ?? {} };
}

/** A port of 127.0.0.1 that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The output goes to a file, so that nobody has to read along while it is measured. */
function spawnGroup(plain: Command, outputFile: string, core: number | undefined): ChildProcess {
  const { command, args, env } = pinned(plain, core);
  const mortal = existsSync(setprivPath) ? [setprivPath, '--pdeathsig', 'KILL', '--'] : [];
  const [file = command, ...rest] = [...mortal, command, ...args];
  const output = openSync(outputFile, 'a');
  const child = spawn(file, rest, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  child.unref();
  // A command that does not exist shows as an exit in untilReady.
  child.on('error', () => undefined);
  running.add(child);
  return child;
}

async function untilReady(child: ChildProcess, outputFile: string, readyLine: RegExp): Promise<void> {
  const giveUpAt = performance.now() + startTimeoutMs;
  while (!readyLine.test(readFileSync(outputFile, 'utf8'))) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      throw new Error('it ended');
    if (performance.now() > giveUpAt) throw new Error('it takes too long');
    await sleep(5);
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  }
  // What it left behind.
  signalGroup(child, 'SIGKILL');
  running.delete(child);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}
