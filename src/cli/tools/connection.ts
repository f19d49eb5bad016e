import { type Command, Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import type { Context, ResellerContext } from '../../services/generated/types.js';
import { servicesUrl } from '../../soap-client/post-envelope.js';
import { SoapClient } from '../../soap-client/soap-client.js';
import { CommandError, type CommandIo, UsageError } from '../terminal/command-io.js';
import { defaultEndpoint } from '../terminal/endpoint-options.js';
import { exitCodes } from '../terminal/exit-codes.js';
import type { RestConnection } from '../terminal/rest-call.js';
import { numberOf } from './tool-input.js';
import type { ToolCall, ToolInput } from './tool.js';

/** Endpoint and credentials as given on the command line. */
export interface ConnectionOptions {
  readonly adminuser?: string;
  readonly adminpass?: string;
  readonly adminpassFile?: string;
  readonly endpoint?: string;
  readonly plain?: true;
  readonly responsetimeout?: string;
}

const group = 'Connection:';
const defaultTimeoutS = 120;

/** Adds the options that every tool has. */
export function addConnectionOptions(command: Command): Command {
  addCredentialOptions(command);
  const options = [
    new Option('--endpoint <url>', `the service; default: OX_ENDPOINT, else ${defaultEndpoint}`),
    new Option('--plain', 'uses OXUserService and OXContextService, not the Reseller services'),
  ];
  for (const option of options) command.addOption(option.helpGroup(group));
  return addTimeoutOption(command);
}

/** Adds the options that say as whom to call. */
export function addCredentialOptions(command: Command): Command {
  const options = [
    new Option('-A, --adminuser <name>', 'the login of the admin; default: OX_ADMIN_USER'),
    new Option(
      '-P, --adminpass <password>',
      'its password, visible to other users; better ADMIN_PASSWORD in the environment, or',
    ),
    new Option(
      '--adminpass-file <file>',
      'a file with the password in its first line; - reads standard input',
    ),
  ];
  for (const option of options) command.addOption(option.helpGroup(group));
  return command;
}

/** Adds `--responsetimeout`. */
export function addTimeoutOption(command: Command): Command {
  const meaning = `how long to wait for an answer (${defaultTimeoutS}); 0: for ever`;
  return command.addOption(new Option('--responsetimeout <seconds>', meaning).helpGroup(group));
}

/** The login and password that are given; null: no login is. @throws UsageError; CommandError when the password cannot be read */
export async function givenCredentials(
  options: ConnectionOptions,
  io: CommandIo,
): Promise<{ login: string; password: string } | null> {
  const login = options.adminuser ?? io.env['OX_ADMIN_USER'];
  return login ? { login, password: await passwordOf(options, login, io) } : null;
}

/** @throws UsageError 104 for what is missing, 109 for what cannot be; CommandError when the password cannot be read */
export async function connectToService(options: ConnectionOptions, io: CommandIo): Promise<ToolCall> {
  const login = loginOf(options, io);
  const client = new SoapClient({
    endpoint: givenEndpoint(options, io),
    timeoutMs: timeoutMsOf(options.responsetimeout),
    signal: io.signal,
  });
  const family = options.plain === true ? 'OX' : 'OXReseller';
  return {
    client,
    auth: { login, password: await passwordOf(options, login, io) },
    userService: `${family}UserService`,
    contextService: `${family}ContextService`,
  };
}

/** Like connect, for the service's REST API. */
export async function connectRest(options: ConnectionOptions, io: CommandIo): Promise<RestConnection> {
  const login = loginOf(options, io);
  const timeoutMs = timeoutMsOf(options.responsetimeout);
  return {
    endpoint: givenEndpoint(options, io),
    login,
    password: await passwordOf(options, login, io),
    signal: timeoutMs === 0 ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]),
  };
}

function loginOf(options: ConnectionOptions, io: CommandIo): string {
  const login = options.adminuser ?? io.env['OX_ADMIN_USER'];
  if (login) return login;
  throw new UsageError('missing option --adminuser', exitCodes.missingOption);
}

function givenEndpoint(options: ConnectionOptions, io: CommandIo): string {
  return endpointOf(options.endpoint ?? (io.env['OX_ENDPOINT'] || defaultEndpoint));
}

function endpointOf(text: string): string {
  const url = servicesUrl(text);
  if (url !== null) return url;
  throw new UsageError(
    '--endpoint must be an http:// or https:// URL without login',
    exitCodes.illegalOptionValue,
  );
}

/** The bound of `--responsetimeout`; 0: there is none. @throws UsageError 109 */
export function timeoutMsOf(text: string | undefined): number {
  if (text === undefined) return defaultTimeoutS * 1_000;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000;
  throw new UsageError('--responsetimeout must be a number of seconds', exitCodes.illegalOptionValue);
}

async function passwordOf(options: ConnectionOptions, login: string, io: CommandIo): Promise<string> {
  if (options.adminpass !== undefined) return options.adminpass;
  if (options.adminpassFile !== undefined) return firstLine(options.adminpassFile);
  const fromEnvironment = io.env['ADMIN_PASSWORD'];
  if (fromEnvironment) return fromEnvironment;
  if (io.askSecret !== undefined) return io.askSecret(`password of ${login}: `);
  throw new UsageError('missing option --adminpass or --adminpass-file', exitCodes.missingOption);
}

async function firstLine(file: string): Promise<string> {
  try {
    const text = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
    return /^[^\r\n]*/.exec(text)?.[0] ?? '';
  } catch {
    throw new CommandError(`--adminpass-file: ${file} cannot be read`);
  }
}

/** The context that an input names, by id or by name. */
export function contextKey({ own }: Pick<ToolInput, 'own'>): { id: number } | { name: string } {
  const id = own.get('contextid');
  const name = own.get('contextname');
  if (id !== undefined) return { id: numberOf('contextid', id) };
  if (name !== undefined) return { name };
  throw new UsageError('missing option --contextid or --contextname', exitCodes.missingOption);
}

/** The id of the context that an input names. Services of users do not know names. Source: docs/contract/values.md#3. */
export async function contextIdOfInput(call: ToolCall, input: Pick<ToolInput, 'own'>): Promise<number> {
  const key = contextKey(input);
  return 'id' in key ? key.id : ((await readContext(call, key)).id ?? 0);
}

/** Everything of one context. */
export async function readContext(
  { client, auth, contextService }: ToolCall,
  ctx: { readonly id?: number; readonly name?: string },
): Promise<ResellerContext> {
  const answer = await client.call(contextService, 'getData', { ctx, auth });
  return (answer as { return?: Context }).return ?? {};
}
