import { readFileSync } from 'node:fs';
import { parseSeed } from './parse-seed.js';
import { SeedError } from './seed-error.js';
import type { Seed } from './seed-form.js';

/** Reads a seed file. @throws SeedError */
export function readSeed(file: string): Seed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new SeedError(`${file} cannot be read`);
  }
  return parseSeed(text, file);
}
