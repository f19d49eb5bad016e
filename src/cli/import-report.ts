import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { CommandError } from './command-error.js';
import { escapeFormula } from './escape-formula.js';
import type { LineResult } from './import-journal.js';

/**
 * Writes what became of every line: one JSON object a line when the name ends in `.json`, else CSV.
 * @throws CommandError when the file cannot be written
 */
export async function writeReport(file: string, results: AsyncIterable<LineResult>): Promise<void> {
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
