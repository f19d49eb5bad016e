import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../docs/markdown-page.js';

/** One instruction, its lines joined. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** @param path of a Dockerfile, from the top of the checkout */
export function readDockerfile(path: string): Instruction[] {
  const text = readFileSync(join(checkout, path), 'utf8')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`${path}: no instruction: ${line}`);
      return { name, rest };
    });
}

/** What is left of the instructions in the last stage, which becomes the image. */
export function lastStage(instructions: readonly Instruction[]): readonly Instruction[] {
  return instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
}

/** The sources that a COPY takes from the checkout; none of one that copies from another stage. */
export function copiedPaths(instructions: readonly Instruction[]): string[] {
  const copies = instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='));
  return copies.flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
}

/** The words of `["node", "x.js"]` after whatever options. */
export function execForm(rest: string): string[] {
  return JSON.parse(rest.slice(rest.indexOf('['))) as string[];
}
