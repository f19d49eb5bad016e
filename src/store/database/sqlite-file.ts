import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Suffixes of SQLite's files beside a database. */
const suffixes = ['', '-journal', '-wal', '-shm'] as const;
const setGroupId = 0o2000;
const sticky = 0o1000;

/**
 * Creates directory and file of a database, and revokes others' rights on them. A set-group-ID directory is
 * shared with its group, which keeps its rights. Unchangeable rights stay, see `openRights`.
 */
export function protectSqliteFile(filename: string): void {
  if (filename === ':memory:') return;
  const directory = dirname(filename);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Leaves special files alone, which the driver refuses.
  if (stateOf(filename)?.isFile() === false) return;
  const isShared = isSharedWithGroup(directory);
  if (isOnlyOf(filename)) keepTo(isShared ? 0o770 : 0o700, directory);
  makeFile(filename, isShared ? 0o660 : 0o600);
  for (const suffix of suffixes) keepTo(isShared ? 0o660 : 0o600, filename + suffix);
}

/** Rights of others on a database's files: one text for each path, without its directory. */
export function openRights(filename: string): string[] {
  if (filename === ':memory:') return [];
  const directory = dirname(filename);
  const forbidden = isSharedWithGroup(directory) ? 0o007 : 0o077;
  const state = stateOf(directory);
  const found = suffixes.flatMap((suffix) =>
    openRight(filename + suffix, basename(filename) + suffix, forbidden),
  );
  return state === null ? found : [...openRight(directory, 'its directory', forbidden), ...found];
}

function openRight(path: string, name: string, forbidden: number): string[] {
  const state = stateOf(path);
  if (state === null || (state.mode & forbidden) === 0) return [];
  return [`${name} (${(state.mode & 0o7777).toString(8).padStart(4, '0')})`];
}

function isSharedWithGroup(directory: string): boolean {
  return ((stateOf(directory)?.mode ?? 0) & (setGroupId | sticky)) === setGroupId;
}

/** True for a directory of this database alone, whose rights are the database's, too. */
function isOnlyOf(filename: string): boolean {
  const directory = resolve(dirname(filename));
  if (directory === process.cwd() || ((stateOf(directory)?.mode ?? sticky) & sticky) !== 0) return false;
  try {
    return readdirSync(directory).every((name) => name.startsWith(basename(filename)));
  } catch {
    return false;
  }
}

/** Never opens a file that is there: closing it would end the locks that this process has on it. */
function makeFile(filename: string, mode: number): void {
  try {
    closeSync(openSync(filename, 'wx', mode));
    chmodSync(filename, mode);
  } catch {
    // It is there, or the driver says what is wrong with it.
  }
}

function keepTo(allowed: number, path: string): void {
  const mode = stateOf(path)?.mode ?? 0;
  const kept = mode & (allowed | 0o7000);
  if ((mode & 0o7777) === kept) return;
  try {
    chmodSync(path, kept);
  } catch {
    // Somebody else's: openRights tells of it.
  }
}

function stateOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
