import { readFileSync } from 'node:fs';

/** The values that a statement may name. */
export type StatementParam =
  | 'contextId'
  | 'userId'
  | 'authLogin'
  | 'login'
  | 'displayName'
  | 'givenName'
  | 'surName'
  | 'email'
  | 'passwordHash'
  | 'language'
  | 'timezone'
  | 'maxQuotaMb'
  | 'profile';

/** One statement of an operation. */
export interface Statement {
  readonly kind: 'read' | 'begin' | 'takeId' | 'write' | 'commit';
  /** What the rows of a read are. */
  readonly result?: 'caller' | 'user' | 'aliases' | 'attributes';
  readonly sql: string;
  readonly params: readonly StatementParam[];
}

/** What every server under test runs, operation by operation. */
export interface Statements {
  readonly create: readonly Statement[];
  readonly getData: readonly Statement[];
}

/** Reads `statements.json`. */
export function readStatements(): Statements {
  return JSON.parse(readFileSync(new URL('statements.json', import.meta.url), 'utf8')) as Statements;
}
