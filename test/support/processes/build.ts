import { fileURLToPath } from 'node:url';
import { runNodeSync } from './node-program.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let isBuilt = false;

/** Brings `dist/` up to date, once a test process. @returns its entry */
export function build(): string {
  if (!isBuilt) {
    const { status, stderr } = runNodeSync(['--import=tsx', 'scripts/build.ts'], { cwd: root });
    if (status !== 0) throw new Error(`the build ended with ${status}: ${stderr}`);
    isBuilt = true;
  }
  return `${root}dist/main.js`;
}
