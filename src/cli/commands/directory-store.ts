import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Size of a directory. */
export interface DirectoryCount {
  readonly bytes: number;
  readonly files: number;
}

/** Files in `ROOT/<context>/<user>`; what is elsewhere below `ROOT/<context>` is the context's. */
export class DirectoryStore {
  constructor(private readonly root: string) {}

  /** An empty directory may be a disk that is not mounted, and would set everybody to nothing. */
  async isFilled(): Promise<boolean> {
    try {
      return (await readdir(this.root)).length > 0;
    } catch {
      return false;
    }
  }

  /** @throws Error of the file system when something cannot be read */
  async countUsers(contextId: number, userIds: readonly number[]): Promise<DirectoryCount> {
    let sum = { bytes: 0, files: 0 };
    for (const userId of userIds) {
      const { bytes, files } = await countDirectory(join(this.root, String(contextId), String(userId)));
      sum = { bytes: sum.bytes + bytes, files: sum.files + files };
    }
    return sum;
  }

  /** @throws Error of the file system when something cannot be read */
  countContext(contextId: number, exceptUserIds: readonly number[]): Promise<DirectoryCount> {
    return countDirectory(join(this.root, String(contextId)), new Set(exceptUserIds.map(String)));
  }
}

/** Counts regular files by their sizes. Links are not followed; a directory that is not there holds nothing. */
async function countDirectory(top: string, except: ReadonlySet<string> = new Set()): Promise<DirectoryCount> {
  let bytes = 0;
  let files = 0;
  const pending = [top];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for await (const entry of await openIfThere(directory)) {
      if (directory === top && except.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) pending.push(path);
      const size = entry.isFile() ? await sizeIfThere(path) : null;
      if (size === null) continue;
      bytes += size;
      files += 1;
    }
  }
  return { bytes, files };
}

async function openIfThere(directory: string): Promise<Awaited<ReturnType<typeof opendir>> | []> {
  try {
    return await opendir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function sizeIfThere(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
