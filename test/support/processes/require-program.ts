import {
  execFile,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
  type SpawnSyncReturns,
} from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { requirePart } from './require-part.js';

/** What a program is run with. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Of stdout and of stderr. */
  readonly maxBuffer?: number;
}

/** A program that was asked for and is there: `requireProgram` alone gives it out. */
export interface Program {
  readonly path: string;
  /** Runs it to its end. @throws Error with `code`, `stdout` and `stderr` when it fails */
  run(args: readonly string[], options?: ProgramOptions): Promise<{ stdout: string; stderr: string }>;
  /** Starts it, with pipes. */
  start(args: readonly string[], options?: ProgramOptions): ChildProcessWithoutNullStreams;
  /** Runs it to its end, however that is, while nothing else happens in this process. */
  runSync(args: readonly string[], options?: ProgramOptions & { input?: string }): SpawnSyncReturns<string>;
}

/**
 * The one way to a program other than Node and what comes with it: a suite or test that needs it and does not find it is
 * skipped, or fails where REQUIRE_ALL=1.
 * @param name looked for in PATH, or an absolute path
 * @param part the package that brings it, where that has another name
 */
export function requireProgram(context: Mocha.Context, name: string, part = name): Program {
  const path = pathOf(name);
  requirePart(context, part, path !== null);
  return programAt(path ?? name);
}

function programAt(path: string): Program {
  return {
    path,
    run: (args, options = {}) => promisify(execFile)(path, args, { ...options, encoding: 'utf8' }),
    start: (args, options = {}) => spawn(path, args, { ...options, stdio: 'pipe' }),
    runSync: (args, options = {}) => spawnSync(path, args, { ...options, encoding: 'utf8' }),
  };
}

function pathOf(name: string): string | null {
  if (isAbsolute(name)) return isExecutable(name) ? name : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
