import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const python = '/usr/bin/python3';
const script = new URL('./openapi-checks.py', import.meta.url).pathname;
const metaSchema: unknown = JSON.parse(
  readFileSync(new URL('./openapi-3.1-schema.json', import.meta.url), 'utf8'),
);

/** A value that a service answered, and the schema that says what it is. */
export interface AnswerToCheck {
  readonly name: string;
  readonly schema: unknown;
  readonly value: unknown;
}

/** Whether Debian's python3-jsonschema is there. */
export function jsonSchemaIsInstalled(): boolean {
  return spawnSync(python, ['-c', 'import jsonschema']).status === 0;
}

/** What is wrong with an OpenAPI 3.1 document, with its schemas and examples, and with answers by them. */
export function openApiMistakes(document: unknown, answers: readonly AnswerToCheck[]): string[] {
  const input = JSON.stringify({ metaSchema, document, answers });
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input,
    encoding: 'utf8',
    maxBuffer: 10 ** 7,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
