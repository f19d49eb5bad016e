import { subscribe } from 'node:diagnostics_channel';
import type { DeclaredOperation } from '../../../src/http/rest/engine/rest-operation.js';
import type { Problem } from '../../../src/http/rest/engine/rest.js';

interface Sent {
  readonly operation: DeclaredOperation;
  readonly status: number;
  readonly body?: unknown;
  readonly problem?: Problem;
}

let isChecking = false;

/**
 * From now on every answer of REST in this process is held against what its operation declares; one that differs is an uncaught error,
 * which fails the test that is running.
 */
export function checkRestAnswers(): void {
  if (isChecking) return;
  isChecking = true;
  subscribe('oxbow:rest-answer', (message) => check(message as Sent));
}

function check({ operation, status, body, problem }: Sent): void {
  const name = `${operation.method} ${operation.path}: ${status}`;
  if (problem !== undefined) {
    if (!mayFail(operation, status)) throw new Error(`${name} ${problem.detail} is not declared`);
    return;
  }
  const schema = operation.answers[status];
  if (schema === undefined) throw new Error(`${name} is not declared`);
  if (schema === null) {
    if (body !== undefined) throw new Error(`${name} has a body`);
    return;
  }
  // What is sent is text; values that JSON has not are seen only there.
  const read = schema.safeParse(JSON.parse(JSON.stringify(body) ?? 'null'));
  if (!read.success) throw new Error(`${name} ${JSON.stringify(body)}: ${read.error.message}`);
}

/** Every call may find the service busy, a body that is no JSON, or arguments that the rules refuse. */
function mayFail({ path, problems = [] }: DeclaredOperation, status: number): boolean {
  const always = [400, 401, 403, 413, 415, 503];
  return [...always, ...(path.includes('{') ? [404] : []), ...problems].includes(status);
}
