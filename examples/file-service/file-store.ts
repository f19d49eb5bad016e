import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { QuotaClient, Reserved } from './quota-client.js';

/** A file of a user. The ids and each part of the path are safe as names in a directory. */
export interface FilePlace {
  readonly contextId: number;
  readonly userId: number;
  readonly path: readonly string[];
}

const uploads = '.uploads';

/** Files in a directory, `<context>/<user>/<path>`, each counted by Oxbow before it is there. */
export class FileStore {
  private readonly busy = new Map<string, Promise<unknown>>();

  constructor(
    private readonly directory: string,
    private readonly quota: QuotaClient,
  ) {}

  /**
   * Reserves what the file grows, writes it beside, commits what was written and only then puts it in place. Whatever fails before
   * the commit leaves nothing; what fails after it is counted, until the next recount. Answers whether the file is new.
   * @throws NoRoomError
   */
  write(place: FilePlace, content: Readable, lengthBytes: number): Promise<boolean> {
    const file = join(this.directory, relativePath(place));
    return this.oneAtATime(file, async () => {
      const oldBytes = await sizeOf(file);
      const isNew = oldBytes === null;
      const reserved = await this.reserve(place, Math.max(0, lengthBytes - (oldBytes ?? 0)), isNew);
      const upload = join(this.directory, uploads, randomUUID());
      try {
        const writtenBytes = await writeFully(upload, content);
        const growthBytes = writtenBytes - (oldBytes ?? 0);
        await reserved.bytes.commit(Math.max(0, growthBytes), isNew ? 1 : 0);
        await reserved.object?.commit(1, 0);
        await mkdir(dirname(file), { recursive: true });
        await rename(upload, file);
        if (growthBytes < 0)
          await this.quota.reportDeletedBytes(userOf(place), -growthBytes, 0, randomUUID());
        return isNew;
      } catch (error) {
        await rm(upload, { force: true });
        // What was committed already cannot be released, and what cannot be released expires.
        await Promise.allSettled([reserved.bytes.release(), reserved.object?.release()]);
        throw error;
      }
    });
  }

  /** Deletes first and reports then: whatever goes wrong in between, nobody gets room that is not there. False: no such file. */
  delete(place: FilePlace): Promise<boolean> {
    const file = join(this.directory, relativePath(place));
    return this.oneAtATime(file, async () => {
      const bytes = await sizeOf(file);
      if (bytes === null) return false;
      await rm(file);
      await this.quota.reportDeletedBytes(userOf(place), bytes, 1, randomUUID());
      await this.quota.reportDeletedObject(contextOf(place), randomUUID());
      return true;
    });
  }

  /** Tells Oxbow what is really there. To be done after a crash, before anybody writes. */
  async recount(): Promise<void> {
    await rm(join(this.directory, uploads), { recursive: true, force: true });
    await mkdir(join(this.directory, uploads), { recursive: true });
    for (const contextId of await idsIn(this.directory))
      for (const userId of await idsIn(join(this.directory, contextId))) {
        const user = userOf({ contextId: Number(contextId), userId: Number(userId) });
        for (let tries = 0; tries < 3; tries += 1) {
          const { generation } = await this.quota.readUsage(user);
          const counted = await countFiles(join(this.directory, contextId, userId));
          if (await this.quota.setUsage(user, { ...counted, generation })) break;
        }
      }
  }

  private async reserve(
    place: FilePlace,
    bytes: number,
    isNew: boolean,
  ): Promise<{ bytes: Reserved; object: Reserved | null }> {
    const key = randomUUID();
    const object = isNew ? await this.quota.reserveObject(contextOf(place), key) : null;
    try {
      return { bytes: await this.quota.reserveBytes(userOf(place), bytes, key), object };
    } catch (error) {
      await object?.release();
      throw error;
    }
  }

  /** Two writers of one file would each count the growth over the same old one. */
  private async oneAtATime<T>(file: string, run: () => Promise<T>): Promise<T> {
    const before = this.busy.get(file) ?? Promise.resolve();
    const mine = before.then(run, run);
    this.busy.set(file, mine);
    try {
      return await mine;
    } finally {
      if (this.busy.get(file) === mine) this.busy.delete(file);
    }
  }
}

/** Below the directory. */
export function relativePath({ contextId, userId, path }: FilePlace): string {
  return join(String(contextId), String(userId), ...path);
}

/** Path of a user in Oxbow's REST. */
export function userOf({ contextId, userId }: Pick<FilePlace, 'contextId' | 'userId'>): string {
  return `contexts/${contextId}/users/${userId}`;
}

function contextOf({ contextId }: FilePlace): string {
  return `contexts/${contextId}`;
}

/** Answers how many bytes there were. They are on the disk when it returns. */
async function writeFully(file: string, content: Readable): Promise<number> {
  const stream = createWriteStream(file, { flags: 'wx' });
  await pipeline(content, stream);
  const written = await open(file);
  await written.sync().finally(() => written.close());
  return stream.bytesWritten;
}

/** null: there is no such file. */
async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.size : null;
}

async function idsIn(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => /^[1-9]\d*$/.test(name));
}

async function countFiles(directory: string): Promise<{ bytes: number; files: number }> {
  let [bytes, files] = [0, 0];
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    bytes += (await sizeOf(join(entry.parentPath, entry.name))) ?? 0;
    files += 1;
  }
  return { bytes, files };
}
