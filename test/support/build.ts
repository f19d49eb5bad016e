import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
let isBuilt = false;

/** Brings `dist/` up to date, once a test process. @returns its entry */
export function build(): string {
  if (!isBuilt) execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  isBuilt = true;
  return `${root}dist/main.js`;
}
