import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const cache = new URL('../../node_modules/.cache/oxbow-peers/', import.meta.url);

const keptMs = 24 * 3_600_000;

/** What is compiled before a peer can start. */
export interface Build {
  readonly name: string;
  /** The directory of the sources, beside this file. */
  readonly sources: string;
  /** What the build reads besides, e.g. a generated WSDL. */
  readonly inputs: readonly string[];
  run(directory: string): Promise<void>;
}

/** Where a build of the sources as they are now is, or will be. */
export function buildDirectory({ name, sources, inputs }: Build): string {
  const digest = createHash('sha256');
  const directory = new URL(`${sources}/`, import.meta.url);
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name: file } of files.sort((a, b) => (a.name < b.name ? -1 : 1)))
    digest.update(readFileSync(new URL(file, directory)));
  for (const input of inputs) digest.update(input);
  return fileURLToPath(new URL(`${name}-${digest.digest('hex').slice(0, 12)}`, cache));
}

/**
 * Builds, unless the same sources were built before.
 * @throws Error of the compiler
 */
export async function buildOnce(build: Build): Promise<void> {
  const directory = buildDirectory(build);
  if (existsSync(directory)) return;
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await build.run(unfinished);
    await removeOld(build);
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Builds of other sources that nobody can still be running, e.g. from another checkout with the same node_modules. */
async function removeOld({ name }: Build): Promise<void> {
  for (const entry of await readdir(cache)) {
    const directory = new URL(entry, cache);
    const isOld = Date.now() - (await stat(directory)).mtimeMs > keptMs;
    if (entry.startsWith(`${name}-`) && isOld) await rm(directory, { recursive: true, force: true });
  }
}
