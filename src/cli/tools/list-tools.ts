import { Command, Option } from 'commander';
import type { ResellerContext, User } from '../../services/generated/types.js';
import { FaultError, NoAnswerError } from '../../soap-client/post-envelope.js';
import { contractOf } from '../../soap-client/soap-client.js';
import { CommandError, UsageError, type CommandIo } from '../terminal/command-io.js';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.js';
import { printRows, type Columns, type Row, type ListFormat } from '../terminal/print-rows.js';
import {
  addConnectionOptions,
  connectToService,
  type ConnectionOptions,
  contextIdOfInput,
} from './connection.js';
import { showRefusal, type ToolCall } from './tool.js';

interface ListOptions extends ConnectionOptions {
  readonly contextid?: string;
  readonly contextname?: string;
  readonly searchpattern?: string;
  readonly ignorecase?: true;
  readonly csv?: true;
  readonly escapeFormulas?: boolean;
  readonly json?: true;
  readonly nonl?: true;
}

/** Rows of one request. */
const pageLength = 200;

/** `listuser`: id, login, display name and address in a table, everything in CSV and JSON. */
export function listUserCommand(io: CommandIo): Command {
  const command = new Command('listuser')
    .description('list users of a context')
    .option('-c, --contextid <id>', 'the id of the context')
    .option('-N, --contextname <name>', 'the name of the context')
    .option('-i, --ignorecase', 'ignores case');
  return listCommand(command, io, 'users', async function* (call, options) {
    const own = new Map(
      Object.entries(options).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const ctx = { id: await contextIdOfInput(call, { own }) };
    const operation = options.ignorecase === true ? 'listCaseInsensitive' : 'list';
    const search_pattern = options.searchpattern ?? '*';
    const { client, userService, auth } = call;
    const list = async (page: Record<string, number>) => {
      const answer = await client.call(userService, operation, { ctx, search_pattern, auth, ...page });
      return (answer as { return?: User[] }).return ?? [];
    };
    for await (const found of pages(list, ({ id }) => id)) yield await usersOf(call, ctx, found);
  });
}

/** `listcontext` */
export function listContextCommand(io: CommandIo): Command {
  const command = new Command('listcontext').description('list contexts');
  return listCommand(command, io, 'contexts', async function* ({ client, contextService, auth }, options) {
    const search_pattern = options.searchpattern ?? '*';
    const list = async (page: Record<string, number>) => {
      const isPage = 'length' in page;
      const texts = Object.fromEntries(Object.entries(page).map(([name, value]) => [name, String(value)]));
      const request = { search_pattern, auth, ...texts };
      const answer = await client.call(contextService, isPage ? 'listPage' : 'list', request);
      return (answer as { return?: ResellerContext[] }).return ?? [];
    };
    yield* pages(list, ({ id }) => id);
  });
}

type Pages = AsyncGenerator<readonly object[]>;

function formatOf({ csv, json, escapeFormulas }: ListOptions): ListFormat {
  if (csv === true) return escapeFormulas === false ? 'exactCsv' : 'csv';
  return json === true ? 'json' : 'table';
}

function listCommand(
  command: Command,
  io: CommandIo,
  what: 'users' | 'contexts',
  read: (call: ToolCall, options: ListOptions) => Pages,
): Command {
  command
    .option('-s, --searchpattern <pattern>', 'a search pattern; * stands for any text (default: *)')
    .addOption(new Option('--csv', 'all columns, as CSV').conflicts('json'))
    .option('--json', 'all fields, as JSON')
    .option('--escape-formulas', 'puts an apostrophe before formulas in CSV (default)')
    .option('--no-escape-formulas', 'leaves CSV values as stored, for programs and imports')
    .option('--nonl', 'prints errors on one line');
  return addConnectionOptions(command).action(async (options: ListOptions) => {
    if (what === 'users' && options.contextid === undefined && options.contextname === undefined)
      throw new UsageError('missing option --contextid or --contextname', exitCodes.missingOption);
    const call = await connectToService(options, io);
    try {
      const format = formatOf(options);
      const service = what === 'users' ? call.userService : call.contextService;
      const columns = what === 'users' ? userColumns(service) : contextColumns;
      await printRows(io, format, columns, read(call, options) as AsyncIterable<readonly Row[]>);
    } catch (error) {
      if (!(error instanceof FaultError || error instanceof NoAnswerError)) throw error;
      const where = what === 'users' ? ` in context ${options.contextid ?? options.contextname ?? ''}` : '';
      showRefusal(io, `${what}${where}`, 'listed', error.message, options.nonl === true);
      io.exitWith(exitCodeOf(error) ?? 1);
    }
  });
}

/** Everything, page by page; as a whole from a service that knows no pages. */
async function* pages<T>(
  list: (page: Record<string, number>) => Promise<readonly T[]>,
  idOf: (item: T) => unknown,
): AsyncGenerator<readonly T[]> {
  let before: unknown = null;
  for (let offset = 0; ; offset += pageLength) {
    const page = await list({ length: pageLength, offset }).catch((error: unknown) => {
      // OX: older ones refuse the elements, with a fault that is none of the declared.
      if (error instanceof FaultError && error.exceptionName === null && offset === 0) return null;
      throw error;
    });
    const found = page ?? (await list({}));
    const first = found[0] === undefined ? null : idOf(found[0]);
    if (first === null || first === before) return;
    for (let at = 0; at < found.length; at += pageLength) yield found.slice(at, at + pageLength);
    if (found.length !== pageLength || page === null) return;
    before = first;
  }
}

/** Everything of the users; those that were deleted meanwhile are left out. */
async function usersOf(call: ToolCall, ctx: { id: number }, found: readonly User[]): Promise<User[]> {
  const read = async (users: readonly { id: number | null | undefined }[]): Promise<User[]> => {
    const answer = await call.client.call(call.userService, 'getMultipleData', {
      ctx,
      users,
      auth: call.auth,
    });
    return (answer as { return?: User[] }).return ?? [];
  };
  try {
    return await read(found.map(({ id }) => ({ id })));
  } catch (error) {
    if (!isGone(error)) throw error;
    const left: User[] = [];
    for (const { id } of found)
      left.push(
        ...(await read([{ id }]).catch((each: unknown) =>
          isGone(each) ? [] : Promise.reject(asError(each)),
        )),
      );
    return left;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof FaultError && error.exceptionName === 'NoSuchUserException';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new CommandError(String(error));
}

const USER_TYPE = '{http://dataobjects.soap.admin.openexchange.com/xsd}User';

/** All fields of the contract but passwords, which no answer has. */
function userColumns(service: string): Columns {
  const user = contractOf(service).types.get(USER_TYPE);
  const fields = (user?.fields ?? []).filter(({ name }) => name !== 'password');
  return {
    table: new Map([
      ['Id', field('id')],
      ['Name', field('name')],
      ['Displayname', field('display_name')],
      ['Email', field('primaryEmail')],
    ]),
    csv: new Map(fields.map(({ name }) => [name, field(name)])),
  };
}

/** OX: the columns of its listcontext. */
const contextColumns: Columns = {
  table: new Map([
    ['cid', field('id')],
    ['fid', field('filestoreId')],
    ['fname', field('filestore_name')],
    ['enabled', field('enabled')],
    ['qmax', field('maxQuota')],
    ['qused', field('usedQuota')],
    ['name', field('name')],
    ['lmappings', field('loginMappings')],
  ]),
  csv: new Map([
    ['id', field('id')],
    ['filestore_id', field('filestoreId')],
    ['filestore_name', field('filestore_name')],
    ['enabled', field('enabled')],
    ['max_quota', field('maxQuota')],
    ['used_quota', field('usedQuota')],
    ['name', field('name')],
    ['lmappings', field('loginMappings')],
    ['attributes', field('userAttributes')],
  ]),
};

function field(name: string): (row: Row) => unknown {
  return (row) => row[name];
}
