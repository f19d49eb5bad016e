import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startNode } from '../support/processes/node-program.js';
import { oxbowEntry } from '../support/processes/oxbow-entry.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One run of the real program. */
export class OxbowRun {
  out = '';
  err = '';
  readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = '') {
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    this.child = startNode([oxbowEntry, ...args], { cwd: root, env: { ...inherited, ...env } });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.child.stdin?.end(stdin);
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }
}

/** Runs the real program to its end. */
export async function oxbow(args: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = '') {
  const run = new OxbowRun(args, env, stdin);
  const exitCode = await run.exitCode();
  return { exitCode, out: run.out, err: run.err };
}
