import { Command, Option } from 'commander';
import { z } from 'zod';
import type { CommandIo } from '../terminal/command-io.js';
import { defaultEndpoint } from '../terminal/endpoint-options.js';
import { callRest } from '../terminal/rest-call.js';

const options = z.object({
  endpoint: z.string(),
  adminuser: z.string(),
  adminpass: z.string().optional(),
  context: z.string().optional(),
  object: z.string().optional(),
  login: z.string().optional(),
  operation: z.string().optional(),
  requestId: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  limit: z.string(),
  before: z.string().optional(),
  json: z.boolean().optional(),
});
type Options = z.infer<typeof options>;

const values = z.record(z.string(), z.unknown()).nullable();
const answer = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      requestId: z.string(),
      service: z.string(),
      operation: z.string(),
      principal: z.string(),
      login: z.string(),
      address: z.string().nullable(),
      action: z.string(),
      kind: z.string(),
      contextId: z.number().nullable(),
      objectId: z.number().nullable(),
      name: z.string(),
      before: values,
      after: values,
    }),
  ),
  next: z.string().nullable(),
});
type Entry = z.infer<typeof answer>['entries'][number];

/** `oxbow audit`: asks a running service who changed what. */
export function auditCommand(io: CommandIo): Command {
  return new Command('audit')
    .description('show who changed what, newest first')
    .addOption(
      new Option('--endpoint <url>', 'the running service').default(defaultEndpoint).env('OX_ENDPOINT'),
    )
    .addOption(
      new Option('-A, --adminuser <login>', 'the master admin or a reseller')
        .default('oxadminmaster')
        .env('OX_ADMIN_USER'),
    )
    .addOption(
      new Option('-P, --adminpass <password>', 'its password; better in the environment').env(
        'ADMIN_PASSWORD',
      ),
    )
    .option('-c, --context <id>', 'only changes of this context')
    .option('-o, --object <id>', 'a user, group or resource of the context')
    .option('-l, --login <login>', 'the login that made the change')
    .option('--operation <name>', 'e.g. create or setMailQuota')
    .option('--request-id <id>', 'the X-Request-Id of a call')
    .option('--since <time>', 'as ISO 8601, e.g. 2026-11-30 or 2026-11-30T08:00:00Z')
    .option('--until <time>', 'end of the period, not included')
    .option('--limit <number>', 'at most 1000', '50')
    .option('--before <id>', 'continues after the last entry of a page')
    .option('--json', 'one entry per line, as in REST')
    .action(async (given) => show(options.parse(given), io));
}

/** @throws CommandError as callRest */
async function show(given: Options, io: CommandIo): Promise<void> {
  const { entries, next } = await ask(given, io.signal);
  for (const entry of entries) io.out(`${given.json === true ? JSON.stringify(entry) : lineOf(entry)}\n`);
  if (next !== null) io.err(`more entries: --before ${next}\n`);
}

async function ask(given: Options, signal: AbortSignal): Promise<z.infer<typeof answer>> {
  const { endpoint, adminuser, adminpass = '', json: _json, ...filters } = given;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
  const connection = { endpoint, login: adminuser, password: adminpass, signal };
  return answer.parse(await callRest(connection, 'GET', `/audit/v1/entries?${query.toString()}`));
}

/**
 * Example: `2026-11-30T08:00:00.000Z reseller1 (reseller, 10.0.0.1) change: change user 3 "anna" in context
 * 1: {…} → {…}`.
 */
function lineOf(entry: Entry): string {
  const { at, login, principal, address, operation, action, kind, objectId, name, contextId } = entry;
  const who = `${plain(login)} (${[principal, address].filter((part) => part !== null).join(', ')})`;
  const what = [
    action,
    kind,
    ...(objectId === null ? [] : [String(objectId)]),
    ...(name === '' ? [] : [JSON.stringify(name)]),
    ...(contextId === null ? [] : [`in context ${contextId}`]),
  ].join(' ');
  return `${at} ${who} ${operation}: ${what}: ${jsonOf(entry.before)} → ${jsonOf(entry.after)}`;
}

function jsonOf(shown: Entry['before']): string {
  return shown === null ? '-' : plain(JSON.stringify(shown));
}

/** Nothing that a terminal would act on. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
