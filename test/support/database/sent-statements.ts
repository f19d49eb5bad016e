import { format } from 'mysql2';
import { createRequire } from 'node:module';

/** Collects the SQL that this process sends. `stop` gives back what was put in its place. */
export interface Recorder {
  /** What was sent since the last call, each text once. */
  take(): string[];
  stop(): void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Prototype = Record<string, Method>;

const require = createRequire(import.meta.url);
const endOfPart = '; ';

/** Of mysql2, with its values; a compound statement as the statements in it. */
export function recordMysql(): Recorder {
  const path = require.resolve('mysql2').replace(/[^/]+$/, 'lib/base/connection.js');
  const { prototype } = require(path) as { prototype: Prototype };
  return record(prototype, ['query', 'execute'], ([options, values]) => {
    const { sql, values: own } =
      typeof options === 'string' ? { sql: options } : (options as { sql: string; values?: unknown });
    return partsOf(sql, (Array.isArray(values) ? values : (own ?? [])) as unknown[]);
  });
}

/** Of libsql, without values: SQLite does not look at them when it plans. */
export function recordSqlite(): Recorder {
  const { prototype } = require('libsql') as { prototype: Prototype };
  return record(prototype, ['prepare'], ([sql]) => [String(sql)]);
}

function record(
  prototype: Prototype,
  methods: readonly string[],
  textsOf: (args: readonly unknown[]) => readonly string[],
): Recorder {
  const sent = new Set<string>();
  const originals = new Map<string, Method>();
  for (const name of methods) {
    const original = prototype[name];
    if (original === undefined) throw new Error(`the driver has no ${name}`);
    originals.set(name, original);
    prototype[name] = function (...args) {
      for (const text of textsOf(args)) sent.add(text);
      return original.apply(this, args);
    };
  }
  return {
    take() {
      const texts = [...sent];
      sent.clear();
      return texts;
    },
    stop() {
      for (const [name, original] of originals) prototype[name] = original;
    },
  };
}

function partsOf(sql: string, values: readonly unknown[]): string[] {
  const rest = [...values];
  const parts = /^begin not atomic /i.test(sql)
    ? sql.replace(/^begin not atomic /i, '').split(endOfPart)
    : [sql];
  return parts.map((part) => format(part, rest.splice(0, part.split('?').length - 1) as string[]));
}
