import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../build-once.js';
import { serviceWsdl } from '../service-wsdl.js';

const shared = ['statements', 'user'] as const;
const json = (name: string): string => readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8');

/** PHP compiles by itself: only the WSDL, and what is JSON as PHP, which opcache keeps between requests. */
export const phpBuild: Build = {
  name: 'php',
  sources: 'php',
  inputs: [serviceWsdl(), ...shared.map(json)],
  async run(directory) {
    await writeFile(join(directory, 'service.wsdl'), serviceWsdl());
    for (const name of shared) {
      const literal = phpLiteral(JSON.parse(json(name)) as unknown);
      await writeFile(join(directory, `${name}.php`), `<?php\nreturn ${literal};\n`);
    }
  },
};

function phpLiteral(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&')}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const keyed = Object.entries(value).map(
    ([key, each]) => `${Array.isArray(value) ? '' : `${phpLiteral(key)} => `}${phpLiteral(each)}`,
  );
  return `[${keyed.join(', ')}]`;
}
