import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FaultError, NoAnswerError } from '../../soap-client/post-envelope.js';
import { CommandError, type CommandIo, UsageError } from '../terminal/command-io.js';
import { escapeFormula } from '../terminal/escape-formula.js';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.js';
import { ImportJournal, type LineResult } from './import-journal.js';
import type { InputReader } from './tool-input.js';
import { objectName, type Tool, type ToolCall, type ToolObject } from './tool.js';

/** Options of `--csv-import`, as they stand on the command line. */
export interface ImportOptions {
  readonly csvImport?: string;
  readonly concurrency?: string;
  readonly continueOnError?: true;
  readonly report?: string;
  readonly restart?: true;
}

export interface Import {
  readonly tool: Tool;
  readonly reader: InputReader;
  readonly call: ToolCall;
  /** Values that hold for every line that has none of its own. */
  readonly shared: ReadonlyMap<string, string>;
  readonly file: string;
  readonly options: ImportOptions;
  readonly io: CommandIo;
}

const defaultConcurrency = 4;

/** Adds `--csv-import` and what goes with it. */
export function addImportOptions(command: Command): void {
  const options = [
    new Option('--csv-import <file>', 'runs for every line; the first line has the long names of options'),
    new Option('--concurrency <number>', `lines at once (${defaultConcurrency})`),
    new Option('--continue-on-error', 'continues after a failed line'),
    new Option('--report <file>', 'the result of every line, as .csv or .json (FILE.report.csv)'),
    new Option('--restart', 'starts an interrupted import again; by default it resumes'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Import:'));
}

/**
 * Runs a tool for every line of a CSV file. A restarted import skips finished lines. It repeats unfinished
 * ones with the same idempotency key, or looks them up where the service has no keys. Exit codes: 0, the
 * first failed line's, 3 when it continued after failed lines, or a signal's.
 * @throws CommandError when file, journal or report cannot be used
 */
export async function importFile(job: Import): Promise<void> {
  const { tool, file, options, io } = job;
  const concurrency = concurrencyOf(options);
  const { size } = await stat(file).catch(() => {
    throw new CommandError(`${file} cannot be read`);
  });
  await refuseOtherEncodings(file);
  if (options.restart === true) await rm(`${file}.journal`, { force: true });
  const journal = await ImportJournal.open(tool.name, file);
  if (journal.doneBefore > 0) io.err(`resuming: ${journal.doneBefore} lines are already done\n`);
  const run = new ImportRun(job, journal, new ImportProgress(io, size));
  try {
    await run.all(concurrency);
  } catch (error) {
    await journal.close();
    throw error;
  }
  const report = options.report ?? `${file}.report.csv`;
  await writeReport(report, journal.results());
  const { done, failed, firstError } = run;
  io.out(`${done} ${tool.done}, ${failed} failed; report in ${report}\n`);
  const isOver = failed === 0 && !io.signal.aborted;
  await (isOver ? journal.remove() : journal.close());
  if (io.signal.aborted) {
    io.err('interrupted; run the same command again to resume\n');
    io.exitWith(Number(io.signal.reason));
  } else if (failed > 0) {
    io.err('run the same command again to resume, and to retry the failed lines\n');
    io.exitWith(options.continueOnError === true && !run.isLost ? 3 : (exitCodeOf(firstError) ?? 1));
  }
}

/** @throws CommandError for a file that is no UTF-8, whose letters would be replaced without a word */
async function refuseOtherEncodings(file: string): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(file)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
  } catch (error) {
    throw new CommandError(`${file} ${error instanceof TypeError ? 'is not UTF-8' : 'cannot be read'}`);
  }
}

/** One line of the file. */
interface Row {
  readonly line: number;
  readonly values: ReadonlyMap<string, string>;
  /** Offset of the line's end in the file. */
  readonly endsAtBytes: number;
  /** Reason why it cannot be read; then it has no values. */
  readonly problem?: string;
}

class ImportRun {
  done = 0;
  failed = 0;
  firstError: unknown = null;
  /** True after a missing answer: further calls would be in vain. */
  isLost = false;

  constructor(
    private readonly job: Import,
    private readonly journal: ImportJournal,
    private readonly progress: ImportProgress,
  ) {
    this.done = journal.doneBefore;
  }

  /** @throws CommandError when the file is no CSV file of the tool */
  async all(concurrency: number): Promise<void> {
    const rows = rowsOf(this.job);
    const work = async (): Promise<void> => {
      while (!this.isEnough()) {
        const next = await rows.next();
        if (next.done === true) return;
        await this.one(next.value);
      }
    };
    try {
      await Promise.all(Array.from({ length: concurrency }, work));
    } finally {
      this.progress.stop();
      await rows.return(undefined);
    }
  }

  private isEnough(): boolean {
    const { io, options } = this.job;
    return this.isLost || io.signal.aborted || (this.failed > 0 && options.continueOnError !== true);
  }

  private async one(row: Row): Promise<void> {
    const { line } = row;
    if (this.journal.isDone(line)) return;
    const result = await this.resultOf(row);
    await this.journal.end(result);
    if (result.result === 'done') this.done += 1;
    else {
      this.failed += 1;
      this.isLost ||= result.result === 'unknown';
      this.progress.say(`line ${line}: ${result.text}\n`);
    }
    this.progress.show(row.endsAtBytes, this.done, this.failed);
  }

  private async resultOf({ line, values, problem }: Row): Promise<LineResult> {
    try {
      if (problem !== undefined) throw new CommandError(problem);
      const object = await this.perform(line, values);
      return { line, result: 'done', text: objectName(object) };
    } catch (error) {
      if (!(error instanceof FaultError || error instanceof NoAnswerError || error instanceof CommandError))
        throw error;
      this.firstError ??= error;
      const result = error instanceof NoAnswerError ? 'unknown' : 'failed';
      return { line, result, text: error.message };
    }
  }

  private async perform(line: number, values: ReadonlyMap<string, string>): Promise<ToolObject> {
    const { tool, reader, call } = this.job;
    const own = new Map(values);
    const login = own.get('adminuser') ?? call.auth.login ?? '';
    const password = own.get('adminpass') ?? call.auth.password ?? '';
    own.delete('adminuser');
    own.delete('adminpass');
    const input = reader.read(own);
    const lineCall: ToolCall = {
      ...call,
      auth: { login, password },
      idempotencyKey: this.journal.keyOf(line),
    };
    await this.journal.begin(line);
    try {
      return await tool.perform(lineCall, input);
    } catch (error) {
      // OX: it knows no idempotency keys, so that what was done before the interruption is refused now.
      const mayBeOld = this.journal.isOpen(line) && error instanceof FaultError;
      const earlier = mayBeOld ? await tool.wasDone?.(lineCall, input, error).catch(() => null) : null;
      if (earlier) return earlier;
      throw error;
    }
  }
}

/** @throws CommandError when the file is no CSV file, UsageError for a column that is no option of the tool */
async function* rowsOf({ file, reader, shared, options }: Import): AsyncGenerator<Row, undefined, undefined> {
  const columns = (names: string[]): string[] => {
    const trimmed = names.map((name) => name.trim());
    for (const name of trimmed) if (name !== 'adminuser' && name !== 'adminpass') checkColumn(reader, name);
    return trimmed;
  };
  const spoiled: Row[] = [];
  const passOver = {
    skipRecordsWithError: true,
    onSkip: (error?: CsvError) => void (error && spoiled.push(spoiledRow(error))),
  };
  const goesOn = options.continueOnError === true ? passOver : {};
  const parser = createReadStream(file).pipe(
    parse({ bom: true, columns, info: true, skipEmptyLines: true, ...goesOn }),
  );
  try {
    for await (const each of parser) {
      const { record, info } = each as {
        record: Record<string, string>;
        info: { lines: number; bytes: number };
      };
      yield* spoiled.splice(0);
      const filled = Object.entries(record).filter(([, value]) => value !== '');
      yield { line: info.lines, values: new Map([...shared, ...filled]), endsAtBytes: info.bytes };
    }
    yield* spoiled;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : '?';
    throw new CommandError(`${file}: line ${line} cannot be read: ${error.code}`);
  }
}

function spoiledRow(error: CsvError): Row {
  const [line, endsAtBytes] = [Number(error['lines'] ?? 0), Number(error['bytes'] ?? 0)];
  return { line, values: new Map(), endsAtBytes, problem: `it cannot be read: ${error.code}` };
}

function checkColumn(reader: InputReader, name: string): void {
  try {
    reader.check(name);
  } catch {
    throw new UsageError(
      `the file has a column ${JSON.stringify(name.slice(0, 80))}, which is not an option`,
      exitCodes.unknownOption,
    );
  }
}

function concurrencyOf({ concurrency }: ImportOptions): number {
  if (concurrency === undefined) return defaultConcurrency;
  const number = /^\d{1,3}$/.test(concurrency) ? Number(concurrency) : 0;
  if (number >= 1 && number <= 100) return number;
  throw new UsageError('--concurrency must be a whole number from 1 to 100', exitCodes.illegalOptionValue);
}

/** A bar on a terminal; elsewhere nothing. */
class ImportProgress {
  private readonly bar: SingleBar | null;
  private shownBytes = 0;

  /** @param totalBytes the size of the file: how many lines it has is not known before its end */
  constructor(
    private readonly io: CommandIo,
    totalBytes: number,
  ) {
    this.bar = io.showsProgress
      ? new SingleBar({
          format: '{bar} {percentage}%, {done} done, {failed} failed, {eta_formatted} to go',
          hideCursor: true,
          etaBuffer: 100,
        })
      : null;
    this.bar?.start(totalBytes, 0, { done: 0, failed: 0 });
  }

  show(bytes: number, done: number, failed: number): void {
    this.shownBytes = Math.max(this.shownBytes, bytes);
    this.bar?.update(this.shownBytes, { done, failed });
  }

  /** Writes a line of its own above the bar. */
  say(text: string): void {
    this.io.err(this.bar === null ? text : `\r\u001b[K${text}`);
  }

  stop(): void {
    this.bar?.stop();
  }
}

/**
 * Writes what became of every line: one JSON object a line when the name ends in `.json`, else CSV.
 * @throws CommandError when the file cannot be written
 */
async function writeReport(file: string, results: AsyncIterable<LineResult>): Promise<void> {
  const out = createWriteStream(file, { mode: 0o600 });
  try {
    if (file.endsWith('.json')) await pipeline(Readable.from(jsonLines(results)), out);
    else {
      const csv = stringify({ header: true, columns: ['line', 'result', 'text'] });
      await pipeline(Readable.from(escaped(results)), csv, out);
    }
  } catch {
    throw new CommandError(`the report ${file} cannot be written`);
  }
}

/** The texts name what came from a file of somebody else. */
async function* escaped(results: AsyncIterable<LineResult>): AsyncGenerator<LineResult> {
  for await (const each of results) yield { ...each, text: escapeFormula(each.text) };
}

async function* jsonLines(results: AsyncIterable<LineResult>): AsyncGenerator<string> {
  for await (const { line, result, text } of results) yield `${JSON.stringify({ line, result, text })}\n`;
}
