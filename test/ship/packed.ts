import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processCpuMicros } from '../../bench/support/process-usage.js';
import { runNpm, startInstalled } from '../support/processes/node-program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  readonly sizeBytes: number;
  /** The paths in it. */
  readonly files: readonly string[];
}

/** Packs the checkout into a folder, as for a release. */
export async function pack(folder: string): Promise<Packed> {
  const { stdout } = await runNpm(['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  return {
    tarball: join(folder, packed.filename),
    sizeBytes: packed.size,
    files: packed.files.map(({ path }) => path),
  };
}

/** Whether npm's registry, from which packages are installed, answers. */
export async function registryAnswers(): Promise<boolean> {
  try {
    await runNpm(['view', 'knex@3.3.0', 'version'], { timeoutMs: 30_000 });
    return true;
  } catch {
    return false;
  }
}

/** Installs the tarball as the first thing in a folder, without scripts. */
export async function install(tarball: string, folder: string): Promise<void> {
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await runNpm(['install', ...options, tarball], { cwd: folder });
}

/** A start of the installed service. */
export interface Start {
  readonly url: string;
  readonly readyAfterMs: number;
  /** The processor time that it took until then. */
  readonly cpuMs: number;
  /** Ends it with SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
}

/** Starts `node_modules/.bin/oxbow` in a folder, until it says that it listens and `/health/ready` answers. */
export async function start(folder: string, args: readonly string[] = []): Promise<Start> {
  const startedAt = performance.now();
  const child = startInstalled(join(folder, 'node_modules/.bin/oxbow'), args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0' },
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /^listening on (\S+)$/m.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`ended before it listened: ${output}`)));
  });
  const { status } = await fetch(`${url}/health/ready`);
  const readyAfterMs = performance.now() - startedAt;
  const cpuMs = processCpuMicros(child.pid ?? 0) / 1_000;
  const stop = async (): Promise<number | null> => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    return child.exitCode;
  };
  if (status !== 200) {
    await stop();
    throw new Error(`/health/ready answers ${status}`);
  }
  return { url, readyAfterMs, cpuMs, stop };
}
