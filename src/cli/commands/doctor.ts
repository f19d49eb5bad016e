import { Command } from 'commander';
import type { CommandIo } from '../terminal/command-io.js';
import { alignedTable } from '../terminal/print-rows.js';

/** Result of one check. */
export interface CheckResult {
  readonly what: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** State, with advice unless it is well. */
  readonly text: string;
}

const colours = { ok: 32, warn: 33, fail: 31 } as const;

/** `oxbow doctor`: one line a check; ends with 1 when one of them failed. */
export function doctorCommand(checks: () => AsyncIterable<CheckResult>, io: CommandIo): Command {
  return new Command('doctor')
    .description(
      'check settings, database, mail server, certificate, port and PUBLIC_URL, and change nothing',
    )
    .option('--json', 'a JSON array of all checks')
    .action(async ({ json }: { json?: true }) => {
      const results: CheckResult[] = [];
      for await (const result of checks()) results.push(result);
      if (json === true) io.out(`${JSON.stringify(results, null, 2)}\n`);
      else io.out(shown(results, io.showsColours));
      io.exitWith(results.some(({ state }) => state === 'fail') ? 1 : 0);
    });
}

function shown(results: readonly CheckResult[], isColoured: boolean): string {
  const [, ...lines] = alignedTable(
    ['', '', ''],
    results.map(({ what, state, text }) => [state, what, text]),
  ).split('\n');
  return lines
    .map((line, i) => {
      const state = results[i]?.state;
      return isColoured && state !== undefined
        ? line.replace(state, `\u001b[${colours[state]}m${state}\u001b[0m`)
        : line;
    })
    .join('\n');
}
