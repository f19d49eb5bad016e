import { Command, Option } from 'commander';
import { FaultError, NoAnswerError } from '../../soap-client/post-envelope.js';
import { UsageError, type CommandIo } from '../terminal/command-io.js';
import { exitCodeOf, exitCodes } from '../terminal/exit-codes.js';
import { addConnectionOptions, connectToService, type ConnectionOptions } from './connection.js';
import { addImportOptions, importFile, type ImportOptions } from './csv-import.js';
import { InputReader } from './tool-input.js';
import {
  moduleAccessOptions,
  type ToolInput,
  objectName,
  showRefusal,
  type Tool,
  type ToolCall,
} from './tool.js';

interface GivenOptions extends ConnectionOptions, ImportOptions {
  readonly json?: true;
  readonly nonl?: true;
  readonly extendedoptions?: true;
}

/** A tool of the original as a command, with `--csv-import` where that makes sense. */
export function toolCommand(tool: Tool, io: CommandIo): Command {
  const command = new Command(tool.name)
    .description(tool.meaning)
    .usage('[options]')
    .allowUnknownOption()
    .argument('[more...]');
  for (const { name, short, argument, meaning } of tool.options) {
    const flags = `${short === undefined ? '' : `-${short}, `}--${name}${argument === undefined ? '' : ` <${argument}>`}`;
    command.addOption(new Option(flags, meaning));
  }
  if (tool.takesAttributes) {
    command.addOption(
      new Option(
        '--config/<name>=<value>',
        'sets a property; --<namespace>/<name>=<value> sets any attribute',
      ),
    );
    command.addOption(new Option('--remove-config/<name>', 'removes a property'));
  }
  command.option('--json', 'prints the result as JSON').option('--nonl', 'prints errors on one line');
  if (tool.fields !== null || tool.takesAccess)
    command.option('--extendedoptions', 'lists all other fields and modules');
  if (tool.wasDone !== undefined) addImportOptions(command);
  return addConnectionOptions(command).action((_more: string[], given: GivenOptions) =>
    runTool(tool, command, given, io),
  );
}

async function runTool(tool: Tool, command: Command, given: GivenOptions, io: CommandIo): Promise<void> {
  const service = serviceOf(tool, given);
  const reader = new InputReader(tool, service);
  if (given.extendedoptions === true) return void io.out(extendedHelp(tool, reader));
  const values = givenValues(tool, command);
  for (const name of values.keys()) reader.check(name);
  const password = io.env['NEW_USER_PASSWORD'];
  const isCreate = tool.done === 'created';
  if (isCreate && password && !values.has('password')) values.set('password', password);
  if (given.csvImport !== undefined) {
    const call = await connectToService(given, io);
    return importFile({ tool, reader, call, shared: values, file: given.csvImport, options: given, io });
  }
  requireOptions(tool, values);
  const input = reader.read(values);
  await perform(tool, await connectToService(given, io), input, given, io);
}

async function perform(
  tool: Tool,
  call: ToolCall,
  input: ToolInput,
  given: GivenOptions,
  io: CommandIo,
): Promise<void> {
  try {
    const object = await tool.perform(call, input);
    io.out(
      given.json === true
        ? `${JSON.stringify({ object: object.kind, id: numericId(object.id), contextId: numericId(object.contextId), result: tool.done })}\n`
        : `${objectName(object)} ${tool.done}\n`,
    );
  } catch (error) {
    if (!(error instanceof FaultError || error instanceof NoAnswerError)) throw error;
    showRefusal(io, objectName(tool.objectOf(input)), tool.done, error.message, given.nonl === true);
    io.exitWith(exitCodeOf(error) ?? 1);
  }
}

/** Ids are numbers in JSON, also those that were only given. */
function numericId(id: number | string | null): number | string | null {
  return typeof id === 'string' && /^\d{1,10}$/.test(id) ? Number(id) : id;
}

function serviceOf({ fields, name }: Tool, { plain }: GivenOptions): string {
  const family = plain === true ? 'OX' : 'OXReseller';
  const isContext = fields === null ? name.includes('context') : fields.service === 'context';
  return `${family}${isContext ? 'Context' : 'User'}Service`;
}

/** The values of the tool's own options, and of what stands on the command line beside them. */
function givenValues(tool: Tool, command: Command): Map<string, string> {
  const values = new Map<string, string>();
  const given = command.opts<Readonly<Record<string, string | boolean | undefined>>>();
  for (const option of command.options) {
    const name = option.long?.slice(2) ?? '';
    const value = given[option.attributeName()];
    if (typeof value === 'string' && tool.options.some((each) => each.name === name)) values.set(name, value);
  }
  const rest = [...command.args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name, value] = /^--([^=]+)(?:=([^]*))?$/.exec(arg) ?? [];
    if (name === undefined)
      throw new UsageError(
        arg.startsWith('-') ? `unknown option ${arg.slice(0, 2)}` : 'every value needs an option before it',
        exitCodes.unknownOption,
      );
    const isRemoval = name.startsWith('remove-') && name.includes('/');
    const said = value ?? (isRemoval ? '' : rest.shift());
    if (said === undefined) throw new UsageError(`--${name} needs a value`, exitCodes.missingOption);
    values.set(name, said);
  }
  return values;
}

function requireOptions({ required }: Tool, values: ReadonlyMap<string, string>): void {
  const missing = required.filter((names) => !names.some((name) => values.has(name)));
  if (missing.length === 0) return;
  const names = missing.map((group) => group.map((name) => `--${name}`).join(' or '));
  throw new UsageError(`missing option ${names.join(', ')}`, exitCodes.missingOption);
}

function extendedHelp(tool: Tool, reader: InputReader): string {
  const modules = tool.takesAccess ? [...moduleAccessOptions.keys()] : [];
  return [section('Further fields', reader.extendedNames, 'value'), section('Modules', modules, 'on|off')]
    .filter((text) => text !== '')
    .join('\n');
}

function section(heading: string, names: readonly string[], value: string): string {
  const lines = names.map((name) => `  --${name} <${value}>\n`);
  return lines.length === 0 ? '' : `${heading}:\n${lines.join('')}`;
}
