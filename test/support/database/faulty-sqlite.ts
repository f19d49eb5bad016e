import { createRequire } from 'node:module';

/** How a statement fails in SQLite, which is in the process: there is nothing to cut, and nobody to be silent. */
export type SqliteFault = 'busy before' | 'error before' | 'error after';

/** Makes one statement of this process fail. */
export interface FaultySqlite {
  /** Counts anew, and fails at the chosen statement, once. */
  arm(fault: SqliteFault, at: number): void;
  /** Ends it, and answers whether the statement was reached. */
  disarm(): boolean;
  /** Gives back what was put in the driver's place. */
  stop(): void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Statement = Record<'run' | 'all' | 'get', Method>;

const require = createRequire(import.meta.url);

/** Puts itself between libsql and whoever uses it in this process. */
export function faultySqlite(): FaultySqlite {
  const { prototype } = require('libsql') as { prototype: Record<'prepare' | 'exec', Method> };
  const { prepare, exec } = prototype;
  let trap: { readonly fault: SqliteFault; left: number } | null = null;
  let hasStruck = false;
  const strikes = (): SqliteFault | null => {
    if (trap === null || (trap.left -= 1) > 0) return null;
    const { fault } = trap;
    trap = null;
    hasStruck = true;
    return fault;
  };
  const isCommit = (sql: unknown) => /^COMMIT/i.test(String(sql));
  prototype.prepare = function (sql, ...rest) {
    const fault = strikes();
    // A COMMIT that fails has not happened.
    if (fault !== null && (fault !== 'error after' || isCommit(sql))) throw errorOf(fault);
    const statement = prepare.call(this, sql, ...rest) as Statement;
    if (fault !== null) failAfterwards(statement);
    return statement;
  };
  prototype.exec = function (sql, ...rest) {
    const fault = strikes();
    if (fault !== null && fault !== 'error after') throw errorOf(fault);
    const result = exec.call(this, sql, ...rest);
    if (fault !== null) throw errorOf(fault);
    return result;
  };
  return {
    arm(fault, at) {
      trap = { fault, left: at };
      hasStruck = false;
    },
    disarm() {
      trap = null;
      return hasStruck;
    },
    stop() {
      Object.assign(prototype, { prepare, exec });
    },
  };
}

function failAfterwards(statement: Statement): void {
  for (const name of ['run', 'all', 'get'] as const) {
    const original = statement[name];
    statement[name] = function (...args) {
      original.apply(this, args);
      throw errorOf('error after');
    };
  }
}

function errorOf(fault: SqliteFault): Error {
  const code = fault === 'busy before' ? 'SQLITE_BUSY' : 'SQLITE_IOERR_WRITE';
  return Object.assign(new Error('disk I/O error'), { code });
}
