import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Seed, SeedError, seedForm } from './seed-form.js';

/**
 * Reads a seed, as YAML or JSON.
 * @param file its name, for messages
 * @throws SeedError for the first thing that is wrong
 */
function parseSeed(text: string, file: string): Seed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken) throw new SeedError(`${place(broken.pos[0])} ${broken.message}`);
  const read = seedForm.safeParse(plain(document, file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue === undefined) throw new SeedError(`${file} is no seed`);
  throw new SeedError(`${place(offsetOf(document, issue))} ${complaint(issue)}`);
}

/** Aliases may blow a small text up. */
function plain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SeedError(`${file} ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

function complaint(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return `${where}${issue.message}`;
}

/** Offset of an issue in the text: of the unknown key, of the value, or of its parent. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  for (let length = issue.path.length; length >= 0; length -= 1) {
    const node = document.getIn(issue.path.slice(0, length), true);
    if (!isNode(node)) continue;
    if (issue.code === 'unrecognized_keys' && isMap(node)) {
      const key = node.items
        .map((pair) => pair.key)
        .find((each) => isScalar(each) && each.value === issue.keys[0]);
      if (isScalar(key)) return key.range?.[0] ?? 0;
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}

/** Reads a seed file. @throws SeedError */
export function readSeed(file: string): Seed {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new SeedError(`${file} cannot be read`);
  }
  if (!isUtf8(bytes)) throw new SeedError(`${file} is not UTF-8`);
  return parseSeed(bytes.toString('utf8'), file);
}
