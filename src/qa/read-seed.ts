import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { parseSeed } from './parse-seed.js';
import { SeedError } from './seed-error.js';
import type { Seed } from './seed-form.js';

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
