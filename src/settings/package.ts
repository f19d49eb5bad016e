import { readFileSync } from 'node:fs';
import { packageRoot } from '../package-root.js';

/** The version that package.json states. */
export function oxbowVersion(): string {
  const text = readFileSync(new URL('package.json', packageRoot), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
