import type { ResellerContext } from '../../services/generated/types.js';
import { FaultError } from '../../soap-client/post-envelope.js';
import { CommandError, UsageError } from '../terminal/command-io.js';
import { exitCodes } from '../terminal/exit-codes.js';
import { contextKey, readContext } from './connection.js';
import { changeAccess, changesAccess, newCombination } from './module-access-tools.js';
import { numberOf } from './tool-input.js';
import {
  moduleAccessOptions,
  type ToolInput,
  type Tool,
  type ToolCall,
  type ToolObject,
  type ToolOption,
} from './tool.js';
import { combinationOption, contextOptions, userFieldOptions } from './user-options.js';

const ownOptions: readonly ToolOption[] = [
  ...contextOptions,
  {
    name: 'quota',
    short: 'q',
    argument: 'MB',
    meaning: "quota of the context's file storage; -1: unlimited",
  },
  { name: 'addmapping', short: 'L', argument: 'list', meaning: 'login mappings to add, separated by commas' },
  {
    name: 'quota-module',
    argument: 'list',
    meaning: 'modules to limit, with --quota-value',
  },
  { name: 'quota-value', argument: 'number', meaning: 'objects allowed; below 0: no limit of its own' },
  combinationOption,
];

const contextGiven = ['contextid', 'contextname'];

/** `createcontext`. With `--contextid` left out the service chooses the id, if it can. */
export const createContextTool: Tool = {
  name: 'createcontext',
  meaning: 'create a context and its admin',
  options: [
    ...ownOptions,
    ...userFieldOptions,
    {
      name: 'lang',
      short: 'l',
      argument: 'language',
      meaning: 'language of the admin, such as en_US',
      field: 'language',
    },
  ],
  fields: { service: 'context', operation: 'create', member: 'admin_user' },
  takesAccess: true,
  takesAttributes: true,
  done: 'created',
  required: [['username'], ['displayname'], ['givenname'], ['surname'], ['password'], ['email'], ['quota']],
  objectOf: (input) => contextSaid(input),
  async perform(call, input) {
    checkObjectQuota(input);
    const { client, auth, contextService } = call;
    const id = input.own.get('contextid');
    const name = input.own.get('contextname');
    const quota = input.own.get('quota');
    const ctx = {
      ...(id === undefined ? {} : { id: numberOf('contextid', id) }),
      ...(name === undefined ? {} : { name }),
      ...(quota === undefined ? {} : { maxQuota: numberOf('quota', quota) }),
      ...(input.own.has('addmapping') ? { loginMappings: listOf(input, 'addmapping') } : {}),
      ...(input.attributes === null ? {} : { userAttributes: input.attributes }),
    };
    const email = input.fields['primaryEmail'];
    const admin_user = { ...(email === undefined ? {} : { email1: email }), ...input.fields };
    const options = call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey };
    const [operation, more] = creation(input);
    const answer = await client.call(contextService, operation, { ctx, admin_user, auth, ...more }, options);
    const made = (answer as { return?: ResellerContext }).return?.id ?? null;
    if (made !== null) await setObjectQuota(call, input, made);
    return { kind: 'context', id: made, contextId: null };
  },
  async wasDone(call, input, error) {
    const named = input.own.has('contextid') || input.own.has('contextname');
    if (!named || !(error instanceof FaultError) || !error.message.includes('already exists')) return null;
    const context = await readContext(call, contextKey(input));
    const name = input.own.get('contextname');
    const isSame = name === undefined || context.name === name;
    return isSame ? { kind: 'context', id: context.id ?? null, contextId: null } : null;
  },
};

/** `changecontext` */
export const changeContextTool: Tool = {
  name: 'changecontext',
  meaning: 'change a context',
  options: [
    ...ownOptions,
    { name: 'removemapping', short: 'R', argument: 'list', meaning: 'login mappings to remove' },
  ],
  fields: null,
  takesAccess: true,
  takesAttributes: true,
  done: 'changed',
  required: [contextGiven],
  objectOf: (input) => contextSaid(input),
  async perform(call, input) {
    checkObjectQuota(input);
    const { client, auth, contextService } = call;
    const key = contextKey(input);
    const name = input.own.get('contextname');
    const quota = input.own.get('quota');
    const changes = {
      ...('id' in key && name !== undefined ? { name } : {}),
      ...(quota === undefined ? {} : { maxQuota: numberOf('quota', quota) }),
      ...(await mappingChange(call, input)),
      ...(input.attributes === null ? {} : { userAttributes: input.attributes }),
    };
    const isChanged = Object.keys(changes).length > 0;
    if (!isChanged && !changesAccess(input) && !input.own.has('quota-module'))
      throw new UsageError('nothing to change', exitCodes.missingOption);
    if (isChanged) await client.call(contextService, 'change', { ctx: { ...key, ...changes }, auth });
    await changeAccess(call, input, {
      service: contextService,
      whom: { ctx: key },
      byName: 'changeModuleAccessByName',
      byModules: 'changeModuleAccess',
      member: 'access',
    });
    if (input.own.has('quota-module')) await setObjectQuota(call, input, await contextIdOfKey(call, key));
    return contextSaid(input);
  },
};

/** `deletecontext` */
export const deleteContextTool: Tool = {
  name: 'deletecontext',
  meaning: 'delete a context and everything in it',
  options: contextOptions,
  fields: null,
  takesAccess: false,
  takesAttributes: false,
  done: 'deleted',
  required: [contextGiven],
  objectOf: (input) => contextSaid(input),
  async perform(call, input) {
    await call.client.call(call.contextService, 'delete', { ctx: contextKey(input), auth: call.auth });
    return contextSaid(input);
  },
};

function contextSaid({ own }: ToolInput): ToolObject {
  return { kind: 'context', id: own.get('contextid') ?? own.get('contextname') ?? null, contextId: null };
}

/** OX: sends every module, since omitted ones are on; by default webmail and contacts are on. */
function creation(input: ToolInput): [string, Readonly<Record<string, unknown>>] {
  const combination = newCombination(input);
  if (combination !== undefined)
    return ['createModuleAccessByName', { access_combination_name: combination }];
  if (Object.keys(input.access).length === 0) return ['create', {}];
  const off = Object.fromEntries([...moduleAccessOptions.values()].map((module) => [module, false]));
  return ['createModuleAccess', { access: { ...off, webmail: true, contacts: true, ...input.access } }];
}

function listOf({ own }: ToolInput, name: string): string[] {
  return (own.get(name) ?? '').split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
}

/** The mappings that are sent replace those that there are. Source: docs/contract/contexts.md#2. */
async function mappingChange(call: ToolCall, input: ToolInput): Promise<{ loginMappings?: string[] }> {
  if (!input.own.has('addmapping') && !input.own.has('removemapping')) return {};
  const { loginMappings = [] } = await readContext(call, contextKey(input));
  const removed = listOf(input, 'removemapping');
  const kept = loginMappings.filter((mapping) => !removed.includes(mapping));
  return { loginMappings: [...new Set([...kept, ...listOf(input, 'addmapping')])] };
}

async function contextIdOfKey(call: ToolCall, key: { id: number } | { name: string }): Promise<number> {
  return 'id' in key ? key.id : ((await readContext(call, key)).id ?? 0);
}

function checkObjectQuota({ own }: ToolInput): void {
  if (own.has('quota-module') !== own.has('quota-value'))
    throw new UsageError('--quota-module and --quota-value go together', exitCodes.missingOption);
}

/** Only the plain service has this operation. */
async function setObjectQuota({ client, auth }: ToolCall, { own }: ToolInput, id: number): Promise<void> {
  const module = own.get('quota-module');
  if (module === undefined) return;
  const quotaValue = String(numberOf('quota-value', own.get('quota-value') ?? ''));
  try {
    await client.call('OXContextService', 'changeQuota', { ctx: { id }, module, quotaValue, auth });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new CommandError(`the quota of ${module} of context ${id} was not set: ${error.message}`);
  }
}
