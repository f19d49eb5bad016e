import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SecretHider } from '../../qa/recording/secret-hider.js';
import { FaultError, isHttpUrl, NoAnswerError, servicesUrl } from '../../soap-client/post-envelope.js';
import { CommandError, UsageError, type CommandIo } from '../terminal/command-io.js';
import { defaultEndpoint } from '../terminal/endpoint-options.js';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.js';
import {
  addCredentialOptions,
  addTimeoutOption,
  givenCredentials,
  timeoutMsOf,
  type ConnectionOptions,
} from '../tools/connection.js';
import type { ElementShape } from '../wsdl/element-shape.js';
import { nearNames } from '../wsdl/near-names.js';
import type { WsdlFault } from '../wsdl/received-fault.js';
import type { WsdlClient, WsdlExchange, WsdlOperation } from '../wsdl/wsdl-client.js';
import { ArgumentError, WsdlError } from '../wsdl/wsdl-error.js';

/** Reads a WSDL, as `WsdlClient.open` does. */
export type OpenWsdl = (...wsdl: Parameters<typeof WsdlClient.open>) => Promise<WsdlClient>;

interface CallOptions extends ConnectionOptions {
  readonly json?: string;
  readonly xml?: true;
  readonly header: Readonly<Record<string, string>>;
  readonly basic?: true;
  readonly otherOrigins?: true;
  readonly showPasswords?: true;
}

type Members = Readonly<Record<string, unknown>>;
type Credentials = Readonly<{ login: string; password: string }>;

/** OX: namespace of its type Credentials. */
const credentialsNamespace = 'http://dataobjects.rmi.admin.openexchange.com/xsd';

/** `oxbow call`: one call of any SOAP service, as its WSDL describes it. */
export function callCommand(openWsdl: OpenWsdl, io: CommandIo): Command {
  const command = new Command('call')
    .description('call an operation of any SOAP service, as its WSDL describes it')
    .argument('<wsdl>', 'a URL, a file, or the name of a service at OX_ENDPOINT, such as OXUserService')
    .argument('[operation]', 'without it, the operations are listed')
    .option('--json <file>', 'the arguments, a JSON object; - reads standard input')
    .option('--xml', 'shows the envelopes: the answer on standard output, the request on standard error')
    .addOption(
      new Option("--header <'Name: value'>", 'a header of the request; may be repeated')
        .argParser(addHeader)
        .default({}, 'none'),
    )
    .option('--show-passwords', 'shows passwords, which are hidden otherwise')
    .addOption(
      new Option('--endpoint <url>', 'the URL to call, instead of the address in the WSDL').argParser(
        httpUrl,
      ),
    )
    .option('--basic', 'sends login and password as HTTP Basic, not in the message')
    .option('--other-origins', "allows imports and addresses on hosts other than the WSDL's");
  return addTimeoutOption(addCredentialOptions(command))
    .addHelpText('after', help)
    .action((wsdl: string, operation: string | undefined, options: CallOptions) =>
      run({ wsdl, operation, options, openWsdl, io }),
    );
}

const help = `
Members of the JSON object are the elements of the request, in any order; $attributes holds attributes, $value the text beside them.
Credentials fill the element auth or creds of an OX service, unless the JSON has it.
Exit codes: 0 answered, 2 wrong usage, 4 a fault; faults that the original's tools know have their codes (101 login refused, ...);
105 no answer, 1 anything else.
`;

interface CallRun {
  readonly wsdl: string;
  readonly operation: string | undefined;
  readonly options: CallOptions;
  readonly openWsdl: OpenWsdl;
  readonly io: CommandIo;
}

async function run(call: CallRun): Promise<void> {
  try {
    await carryOut(call);
  } catch (error) {
    if (call.io.signal.aborted) throw new CommandError('interrupted', Number(call.io.signal.reason));
    if (error instanceof NoAnswerError) throw new CommandError(error.message, exitCodes.communication);
    if (error instanceof ArgumentError) throw new CommandError(error.message, 2);
    if (error instanceof WsdlError) throw new CommandError(error.message);
    throw error;
  }
}

async function carryOut({ wsdl, operation: name, options, openWsdl, io }: CallRun): Promise<void> {
  const { header, basic, otherOrigins, adminpassFile, json } = options;
  if (json === '-' && adminpassFile === '-')
    throw new UsageError('--json and --adminpass-file cannot both be standard input');
  const timeoutMs = timeoutMsOf(options.responsetimeout);
  const credentials = name === undefined && basic !== true ? null : await givenCredentials(options, io);
  if (basic === true && credentials === null) throw new UsageError('--basic needs --adminuser');
  const { location, endpoint } = placesOf(wsdl, options, io);
  const client = await openWsdl(location, {
    timeoutMs,
    signal: io.signal,
    headers: basic === true && credentials !== null ? { ...header, ...basicHeader(credentials) } : header,
    endpoint,
    allowsOtherOrigins: otherOrigins === true,
  });
  if (name === undefined) return void io.out(client.operationNames.map((each) => `${each}\n`).join(''));
  const operation = client.operation(name);
  if (operation === null) throw unknownOperation(name, client.operationNames);
  const args = withCredentials(operation, await readArguments(json), basic === true ? null : credentials);
  show(await client.call(operation, args), args, options, io);
}

function show(exchange: WsdlExchange, args: Members, options: CallOptions, io: CommandIo): void {
  const { requestXml, answerXml, answer, fault } = exchange;
  const hider = new SecretHider();
  const shown = (text: string): string => (options.showPasswords === true ? text : hider.hide(text, args));
  if (options.xml === true) {
    io.err(`${shown(requestXml)}\n`);
    io.out(`${shown(answerXml)}\n`);
  }
  if (fault !== null) {
    io.err(`${shown(faultLine(fault))}\n`);
    return io.exitWith(exitCodeOfFault(fault));
  }
  if (options.xml === true) return;
  const hidden: unknown = options.showPasswords === true ? answer : JSON.parse(hider.hideJson(answer, args));
  io.out(`${JSON.stringify(hidden, null, 2)}\n`);
}

function faultLine({ code, text, detailName }: WsdlFault): string {
  return `fault ${code}${detailName === null ? '' : ` (${detailName})`}: ${text}`;
}

function exitCodeOfFault({ text, detailName }: WsdlFault): number {
  const ofTools = exitCodeOf(new FaultError(text, detailName)) ?? 1;
  return ofTools === 1 ? exitCodes.fault : ofTools;
}

function unknownOperation(name: string, known: readonly string[]): CommandError {
  const near = nearNames(name, known);
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : `there are: ${known.join(', ')}`;
  return new CommandError(`the WSDL has no operation ${name}; ${hint}`, 2);
}

/** Location of the WSDL and of the service; OX_ENDPOINT overrides the address in the WSDL. */
function placesOf(
  wsdl: string,
  { endpoint = null }: { readonly endpoint?: string | null },
  io: CommandIo,
): { location: string; endpoint: string | null } {
  if (!/^OX\w*Service$/.test(wsdl)) {
    if (/^https?:/i.test(wsdl) && !isHttpUrl(wsdl))
      throw new UsageError('the WSDL must be a file, or an http:// or https:// URL without login');
    return { location: wsdl, endpoint };
  }
  const base = servicesUrl(io.env['OX_ENDPOINT'] || defaultEndpoint);
  if (base === null) throw new UsageError('OX_ENDPOINT must be an http:// or https:// URL without login');
  return { location: `${base}/${wsdl}?wsdl`, endpoint: endpoint ?? `${base}/${wsdl}` };
}

async function readArguments(file: string | undefined): Promise<Members> {
  if (file === undefined) return {};
  let text: string;
  try {
    text = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  } catch {
    throw new CommandError(`--json: ${file} cannot be read`);
  }
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new CommandError(`--json: ${file} does not hold a JSON object`, 2);
}

/** undefined for what is no JSON; the parser's message would show a part of it, which may be a password. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withCredentials({ body }: WsdlOperation, args: Members, credentials: Credentials | null): Members {
  const member = body
    .content()
    .members.find((each) => (each.name === 'auth' || each.name === 'creds') && holdsCredentials(each));
  if (credentials === null || member === undefined || Object.hasOwn(args, member.name)) return args;
  return { ...args, [member.name]: credentials };
}

function holdsCredentials(shape: ElementShape): boolean {
  const { members } = shape.content();
  return ['login', 'password'].every((name) =>
    members.some((each) => each.name === name && each.namespace === credentialsNamespace),
  );
}

function basicHeader({ login, password }: Credentials): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` };
}

function addHeader(text: string, known: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be 'Name: value'.");
  return { ...known, [name]: value };
}

function httpUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new InvalidArgumentError('It must be an http:// or https:// URL without login.');
}
