import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startNode } from './node-program.js';
import { oxbowEntry } from './oxbow-entry.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The program in a process of its own, as `npm start` runs it. */
export class ChildApp {
  /** Everything that it wrote to stdout and stderr. */
  output = '';
  private readonly child: ChildProcess;

  /** @param nodeOptions before the script, e.g. `--import=…` */
  constructor(
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    nodeOptions: readonly string[] = [],
  ) {
    const options = [...nodeOptions, oxbowEntry, ...args];
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    this.child = startNode(options, { cwd: root, env: { ...inherited, ...env } });
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString());
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
  }

  /** The URL once it listens. @throws Error when it ends instead */
  async ready(): Promise<string> {
    for (;;) {
      const url = /^listening on (https?:\/\/\S+)$/m.exec(this.output)?.[1];
      if (url !== undefined) return url;
      if (this.hasEnded) throw new Error(`ended: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async exitCode(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close');
    return this.child.exitCode;
  }

  /** Memory in bytes, as Linux counts it: now, and the most there ever was; 0 elsewhere. */
  memory(): { residentBytes: number; peakBytes: number } {
    const status = readStatus(this.child.pid);
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1_024;
    return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'close');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  }
}

function readStatus(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
