import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CommandError } from '../terminal/command-io.js';

/** Outcome of one line of a file. */
export interface LineResult {
  /** Of the file, from 1; the first line has the names. */
  readonly line: number;
  /** unknown: there was no answer. */
  readonly result: 'done' | 'failed' | 'unknown';
  /** Ids of what was made, or why nothing was. */
  readonly text: string;
}

/** The first line of a journal. */
interface Header {
  readonly import: string;
  readonly sha256: string;
  /** Part of the keys of all calls, so that a repeated call is known as the same. */
  readonly id: string;
}

type Entry = { readonly line: number; readonly begun: true } | LineResult;

/**
 * Progress of an import, in a file beside its input. Each step is flushed first, so a kill or power loss
 * neither repeats nor skips a line. It holds no fields of the input.
 */
export class ImportJournal {
  private last: Promise<void> = Promise.resolve();
  /** Text to be written next. */
  private waiting = '';

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly header: Header,
    private readonly done: LineSet,
    /** Lines that were begun, and of which no end is known. */
    private readonly begun: ReadonlySet<number>,
  ) {}

  /**
   * Opens the journal of an input, or begins one.
   * @throws CommandError when there is one of another import, or it cannot be written
   */
  static async open(tool: string, input: string): Promise<ImportJournal> {
    const file = `${input}.journal`;
    const sha256 = await hashOf(input);
    try {
      const handle = await open(file, 'a+', 0o600);
      await cutHalfLine(handle);
      const { header, done, begun } = await readJournal(file);
      const isOurs = header !== null && header.import === tool && header.sha256 === sha256;
      if (!isOurs && (done.size > 0 || begun.size > 0)) {
        await handle.close();
        throw new CommandError(
          `${file} belongs to another command or to another state of the file; use --restart to discard it`,
        );
      }
      const now = isOurs ? header : { import: tool, sha256, id: randomUUID() };
      const journal = new ImportJournal(file, handle, now, done, begun);
      if (!isOurs) {
        await handle.truncate(0);
        await journal.append(now);
      }
      return journal;
    } catch (error) {
      throw error instanceof CommandError ? error : new CommandError(`${file} cannot be read and written`);
    }
  }

  /** Lines finished before this run. */
  get doneBefore(): number {
    return this.done.size;
  }

  isDone(line: number): boolean {
    return this.done.has(line);
  }

  /** True for a line that was begun before, with unknown outcome. */
  isOpen(line: number): boolean {
    return this.begun.has(line);
  }

  keyOf(line: number): string {
    return `${this.header.id}-${line}`;
  }

  begin(line: number): Promise<void> {
    return this.append({ line, begun: true });
  }

  end(result: LineResult): Promise<void> {
    return this.append(result);
  }

  /** The last result of every line, in the order of the journal. */
  async *results(): AsyncGenerator<LineResult> {
    /** Of the lines that are not done: which entry counts. */
    const lastOf = new Map<number, number>();
    let index = 0;
    for await (const entry of entriesOf(this.file)) {
      if ('result' in entry && entry.result === 'done') lastOf.delete(entry.line);
      else if ('result' in entry) lastOf.set(entry.line, index);
      index += 1;
    }
    index = 0;
    for await (const entry of entriesOf(this.file)) {
      if ('result' in entry && (entry.result === 'done' || lastOf.get(entry.line) === index)) yield entry;
      index += 1;
    }
  }

  async close(): Promise<void> {
    await this.last;
    await this.handle.close();
  }

  /** Forgets everything: there is nothing to go on with. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.file, { force: true });
  }

  /** One after the other, each on the disk when its promise is fulfilled; those that wait are written together. */
  private append(entry: Entry | Header): Promise<void> {
    this.waiting += `${JSON.stringify(entry)}\n`;
    this.last = this.last.then(async () => {
      const text = this.waiting;
      if (text === '') return;
      this.waiting = '';
      await this.handle.appendFile(text);
      await this.handle.datasync();
    });
    return this.last;
  }
}

/** A kill can leave half a line at the end. */
async function cutHalfLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read(
    Buffer.alloc(65_536),
    0,
    65_536,
    Math.max(0, size - 65_536),
  );
  const tail = buffer.subarray(0, bytesRead);
  await handle.truncate(size - bytesRead + tail.lastIndexOf(10) + 1);
}

async function readJournal(
  file: string,
): Promise<{ header: Header | null; done: LineSet; begun: Set<number> }> {
  let header: Header | null = null;
  const done = new LineSet();
  const begun = new Set<number>();
  for await (const entry of entriesOf(file)) {
    if ('id' in entry) header = entry;
    else if ('begun' in entry) begun.add(entry.line);
    else if (entry.result !== 'unknown') begun.delete(entry.line);
    if ('result' in entry && entry.result === 'done') done.add(entry.line);
  }
  return { header, done, begun };
}

async function* entriesOf(file: string): AsyncGenerator<Entry | Header> {
  for await (const line of createInterface({ input: createReadStream(file) }))
    yield JSON.parse(line) as Entry | Header;
}

/** @throws CommandError when the file cannot be read */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch {
    throw new CommandError(`${file} cannot be read`);
  }
  return hash.digest('hex');
}

/** A set of line numbers, in a bit each. */
class LineSet {
  size = 0;
  private bits = new Uint8Array(1_024);

  add(line: number): void {
    if (this.has(line)) return;
    const byte = line >> 3;
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, 2 * this.bits.length));
      grown.set(this.bits);
      this.bits = grown;
    }
    this.bits[byte] = (this.bits[byte] ?? 0) | (1 << (line & 7));
    this.size += 1;
  }

  has(line: number): boolean {
    return ((this.bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }
}
