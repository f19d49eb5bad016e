import { Command, Option } from 'commander';
import { z } from 'zod';
import { UsageError, type CommandIo } from '../terminal/command-io.js';
import { exitCodes } from '../terminal/exit-codes.js';
import { printRows, type Columns, type Row } from '../terminal/print-rows.js';
import { callRest, type RestConnection } from '../terminal/rest-call.js';
import { addConnectionOptions, connectRest, type ConnectionOptions } from '../tools/connection.js';

interface ListOptions extends ConnectionOptions {
  readonly contextid?: string;
  readonly csv?: true;
  readonly json?: true;
}

interface ChangeOptions extends ConnectionOptions {
  readonly domain: string;
  readonly state?: string;
  readonly shared?: string;
  readonly contextid?: string;
  readonly resellerid?: string;
  readonly handOver?: true;
}

const owner = z.object({ contextId: z.number().nullable(), resellerId: z.number().nullable() });
const page = z.object({
  items: z.array(
    z.object({
      domain: z.string(),
      state: z.string(),
      isApproved: z.boolean(),
      isShared: z.boolean(),
      owner,
    }),
  ),
  nextOffset: z.number().nullable(),
});

/** `listmaildomains`: whose they are, and whether their mail is delivered. */
export function listMailDomainsCommand(io: CommandIo): Command {
  const command = new Command('listmaildomains')
    .description('list mail domains')
    .option('-c, --contextid <id>', 'only domains that this context may use')
    .addOption(new Option('--csv', 'as CSV').conflicts('json'))
    .option('--json', 'as JSON');
  return addConnectionOptions(command).action(async (options: ListOptions) => {
    const connection = await connectRest(options, io);
    const format = options.csv === true ? 'csv' : options.json === true ? 'json' : 'table';
    const path = options.contextid === undefined ? '' : `/contexts/${encodeURIComponent(options.contextid)}`;
    await printRows(io, format, { table: columns, csv: csvColumns }, domainPages(connection, path));
  });
}

/** `changemaildomain`: approves, suspends, shares, or says whose a domain is. */
export function changeMailDomainCommand(io: CommandIo): Command {
  const command = new Command('changemaildomain')
    .description('approve or change a mail domain')
    .requiredOption('-d, --domain <name>', 'the domain')
    .addOption(
      new Option('--state <state>', 'active: approved; suspended: its mail is not delivered').choices([
        'active',
        'suspended',
        'waiting',
      ]),
    )
    .addOption(new Option('--shared <yes>', 'true: every context may use it').choices(['true', 'false']))
    .option('-c, --contextid <id>', 'the context that owns it')
    .option('--resellerid <id>', 'the reseller that owns it')
    .option('--hand-over', 'takes the domain away from everybody but the new owner');
  return addConnectionOptions(command).action(async (options: ChangeOptions) => {
    const wanted = ownerOf(options);
    const path = domainPath(options.domain);
    const connection = await connectRest(options, io);
    if (options.handOver === true) await callRest(connection, 'PUT', `${path}/owner`, wanted);
    const change = {
      ...(options.state === undefined ? {} : { state: options.state }),
      ...(options.shared === undefined ? {} : { isShared: options.shared === 'true' }),
      ...(wanted === null || options.handOver === true ? {} : { owner: wanted }),
    };
    if (options.handOver !== true || Object.keys(change).length > 0)
      await callRest(connection, 'PUT', path, change);
    io.out(`mail domain ${options.domain} changed\n`);
  });
}

/** `deletemaildomain`, of one without addresses. */
export function deleteMailDomainCommand(io: CommandIo): Command {
  const command = new Command('deletemaildomain')
    .description('delete a mail domain without addresses')
    .requiredOption('-d, --domain <name>', 'the domain');
  return addConnectionOptions(command).action(async (options: ChangeOptions) => {
    await callRest(await connectRest(options, io), 'DELETE', domainPath(options.domain));
    io.out(`mail domain ${options.domain} deleted\n`);
  });
}

const columns: Columns['table'] = new Map<string, (row: Row) => unknown>([
  ['Domain', (row) => row['domain']],
  ['State', (row) => row['state']],
  ['Approved', (row) => row['isApproved']],
  ['Shared', (row) => row['isShared']],
  ['Context', (row) => owner.parse(row['owner']).contextId],
  ['Reseller', (row) => owner.parse(row['owner']).resellerId],
]);

const csvColumns: Columns['csv'] = new Map(
  [...columns].map(([heading, read]) => [heading.toLowerCase(), read]),
);

async function* domainPages(connection: RestConnection, path: string): AsyncGenerator<readonly Row[]> {
  for (let offset: number | null = 0; offset !== null;) {
    const answer: unknown = await callRest(
      connection,
      'GET',
      `/provisioning/v1${path}/mail-domains?offset=${offset}`,
    );
    const { items, nextOffset } = page.parse(answer);
    yield items;
    offset = nextOffset;
  }
}

/** @throws UsageError when nothing says who the new owner is */
function ownerOf({ contextid, resellerid, handOver }: ChangeOptions): z.infer<typeof owner> | null {
  if (contextid !== undefined && resellerid !== undefined)
    throw new UsageError('--contextid and --resellerid exclude each other', exitCodes.illegalOptionValue);
  if (contextid === undefined && resellerid === undefined) {
    if (handOver !== true) return null;
    throw new UsageError('--hand-over needs --contextid or --resellerid', exitCodes.missingOption);
  }
  return {
    contextId: parseIdOption(contextid, '--contextid'),
    resellerId: parseIdOption(resellerid, '--resellerid'),
  };
}

function parseIdOption(text: string | undefined, option: string): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} must be an id`, exitCodes.illegalOptionValue);
}

function domainPath(domain: string): string {
  return `/provisioning/v1/mail-domains/${encodeURIComponent(domain)}`;
}
