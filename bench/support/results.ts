import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { BenchGroup, GroupResult } from './bench-group.js';

const file = new URL('../results/latest.json', import.meta.url);

/** What was measured last of a group, and where and when. */
export interface SavedGroup extends GroupResult {
  readonly title: string;
  /** ISO 8601 */
  readonly measuredAt: string;
  readonly machine: string;
  readonly nodeVersion: string;
}

export type SavedResults = Readonly<Record<string, SavedGroup>>;

/** What bench/results/latest.json holds; nothing when there is none. */
export async function readResults(): Promise<SavedResults> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  return JSON.parse(text) as SavedResults;
}

/** Puts a group's result in the place of its last one. */
export async function saveResults({ name, title }: BenchGroup, result: GroupResult): Promise<void> {
  const saved: SavedGroup = {
    title,
    measuredAt: new Date().toISOString(),
    machine: machineText(),
    nodeVersion: process.version,
    ...result,
  };
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...(await readResults()), [name]: saved }, null, 2)}\n`);
}

function machineText(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}
