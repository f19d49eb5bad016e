import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Makes one file of each entry point, and of what they share or import later; packages stay outside. Whatever else lies in the
 * directory is removed. Whoever starts from it meanwhile finds whole files: one is replaced in one step, and only when it is another.
 * @param entryPoints relative to the project, as the directory
 * @throws Error with what esbuild says
 */
export async function bundle(entryPoints: readonly string[], directory: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    outdir: directory,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    write: false,
    // What is wrong is in the error.
    logLevel: 'silent',
  });
  const path = join(root, directory);
  mkdirSync(path, { recursive: true });
  for (const { path: file, text } of outputFiles) {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  }
  const names = new Set(outputFiles.map((file) => basename(file.path)));
  for (const name of readdirSync(path)) if (!names.has(name)) rmSync(join(path, name), { recursive: true });
}
