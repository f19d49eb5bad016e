import type { User, UserModuleAccess } from '../../services/generated/types.js';
import { FaultError } from '../../soap-client/post-envelope.js';
import { contextIdOfInput } from './connection.js';
import { changeAccess, changesAccess, newCombination } from './module-access-tools.js';
import { numberOf } from './tool-input.js';
import type { ToolInput, Tool, ToolCall, ToolObject } from './tool.js';
import {
  combinationOption,
  contextOptions,
  moreUserOptions,
  userFieldOptions,
  userIdOption,
} from './user-options.js';

const contextGiven = ['contextid', 'contextname'];
const userGiven = ['userid', 'username'];

/** `createuser` */
export const createUserTool: Tool = {
  name: 'createuser',
  meaning: 'create a user',
  options: [...contextOptions, ...userFieldOptions, ...moreUserOptions, combinationOption],
  fields: { service: 'user', operation: 'create', member: 'usrdata' },
  takesAccess: true,
  takesAttributes: true,
  done: 'created',
  required: [
    contextGiven,
    ['username'],
    ['displayname'],
    ['givenname'],
    ['surname'],
    ['password'],
    ['email'],
  ],
  objectOf: (input) => ({ kind: 'user', id: null, contextId: contextSaid(input) }),
  async perform(call, input) {
    const combination = newCombination(input);
    const ctx = { id: await contextIdOfInput(call, input) };
    const usrdata = userOf(input);
    const request = { ctx, usrdata, auth: call.auth };
    const options = keyOf(call);
    const answer = await (combination !== undefined
      ? call.client.call(
          call.userService,
          'createByModuleAccessName',
          { ...request, access_combination_name: combination },
          options,
        )
      : Object.keys(input.access).length > 0
        ? call.client.call(
            call.userService,
            'createByModuleAccess',
            { ...request, access: { ...(await accessOfAdmin(call, ctx)), ...input.access } },
            options,
          )
        : call.client.call(call.userService, 'create', request, options));
    return { kind: 'user', id: (answer as { return?: User }).return?.id ?? null, contextId: ctx.id };
  },
  async wasDone(call, input, error) {
    if (!(error instanceof FaultError) || !/already (?:exists|used)/.test(error.message)) return null;
    const contextId = await contextIdOfInput(call, input);
    const user = await readUser(call, contextId, { name: String(input.fields['name']) });
    const isSame =
      user.primaryEmail === input.fields['primaryEmail'] &&
      user.display_name === input.fields['display_name'];
    return isSame ? { kind: 'user', id: user.id ?? null, contextId } : null;
  },
};

/** `changeuser` */
export const changeUserTool: Tool = {
  name: 'changeuser',
  meaning: 'change a user',
  options: [...contextOptions, userIdOption, ...userFieldOptions, ...moreUserOptions, combinationOption],
  fields: { service: 'user', operation: 'change', member: 'usrdata' },
  takesAccess: true,
  takesAttributes: true,
  done: 'changed',
  required: [contextGiven, userGiven],
  objectOf: userSaid,
  async perform(call, input) {
    const { client, auth, userService } = call;
    const ctx = { id: await contextIdOfInput(call, input) };
    const user = userOf(input);
    const key = userKey(input);
    const isAccessOnly =
      Object.keys(user).every((name) => name === 'id' || name === 'name') && !('id' in key && 'name' in user);
    if (!isAccessOnly || !changesAccess(input))
      await client.call(userService, 'change', { ctx, usrdata: { ...user, ...key }, auth });
    await changeAccess(call, input, {
      service: userService,
      whom: { ctx, user: key },
      byName: 'changeByModuleAccessName',
      byModules: 'changeByModuleAccess',
      member: 'moduleAccess',
    });
    return { ...userSaid(input), contextId: ctx.id };
  },
  wasDone: () => Promise.resolve(null),
};

/** `deleteuser` */
export const deleteUserTool: Tool = {
  name: 'deleteuser',
  meaning: 'delete a user',
  options: [
    ...contextOptions,
    userIdOption,
    { name: 'username', short: 'u', argument: 'name', meaning: 'the login' },
    {
      name: 'reassign',
      short: 'r',
      argument: 'id',
      meaning: 'the user who gets shared data; 0: nobody; default: the context admin',
    },
  ],
  fields: null,
  takesAccess: false,
  takesAttributes: false,
  done: 'deleted',
  required: [contextGiven, userGiven],
  objectOf: userSaid,
  async perform(call, input) {
    const ctx = { id: await contextIdOfInput(call, input) };
    const said = input.own.get('reassign');
    const reassign = said === undefined ? {} : { reassign: numberOf('reassign', said) };
    await call.client.call(call.userService, 'delete', {
      ctx,
      user: userKey(input),
      auth: call.auth,
      ...reassign,
    });
    return { ...userSaid(input), contextId: ctx.id };
  },
  wasDone: (_call, input, error) =>
    Promise.resolve(
      error instanceof FaultError && error.exceptionName === 'NoSuchUserException' ? userSaid(input) : null,
    ),
};

/** The user that an input names; an id wins. */
export function userKey({ own }: Pick<ToolInput, 'own'>): { id: number } | { name: string } {
  const id = own.get('userid');
  return id === undefined ? { name: own.get('username') ?? '' } : { id: numberOf('userid', id) };
}

/** Everything of one user. */
export async function readUser(
  { client, auth, userService }: ToolCall,
  contextId: number,
  user: { readonly id?: number; readonly name?: string },
): Promise<User> {
  const answer = await client.call(userService, 'getData', { ctx: { id: contextId }, user, auth });
  return (answer as { return?: User }).return ?? {};
}

function userOf({ fields, attributes }: ToolInput): Record<string, unknown> {
  const email = fields['primaryEmail'];
  return {
    ...(email === undefined ? {} : { email1: email }),
    ...fields,
    ...(attributes === null ? {} : { userAttributes: attributes }),
  };
}

function userSaid({ own }: ToolInput): ToolObject {
  const id = own.get('userid') ?? own.get('username') ?? null;
  return { kind: 'user', id, contextId: own.get('contextid') ?? own.get('contextname') ?? null };
}

function contextSaid({ own }: ToolInput): string | null {
  return own.get('contextid') ?? own.get('contextname') ?? null;
}

/**
 * Sends the admin's module access as the base, since omitted modules are switched on.
 * Source: docs/contract/users.md#1-4, docs/contract/access.md#1-1.
 */
async function accessOfAdmin(
  { client, auth, userService }: ToolCall,
  ctx: { id: number },
): Promise<UserModuleAccess> {
  const admin = await client.call(userService, 'getContextAdmin', { ctx, auth });
  const { id } = (admin as { return?: User }).return ?? {};
  const access = await client.call(userService, 'getModuleAccess', { ctx, user: { id }, auth });
  return { ...(access as { return?: UserModuleAccess }).return, publicFolderEditable: false };
}

function keyOf({ idempotencyKey }: ToolCall) {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}
