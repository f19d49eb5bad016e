import { contract } from '../support/wire/contract-snapshot.js';
import type { Request } from './isolation-requests.js';

/** Who asks. All but the first six have a right password. */
export const principals = [
  ...(['no credentials', 'unknown login', 'master, wrong password', 'owner, wrong password'] as const),
  ...(['context admin, wrong password', 'user, wrong password'] as const),
  ...(['other reseller', 'child of the owner', 'context admin elsewhere', 'user elsewhere'] as const),
  ...(['user of the context', 'context admin'] as const),
];
export type Principal = (typeof principals)[number];

/** What a refusal has to say. */
export interface Refusal {
  readonly exception: string;
  readonly text: RegExp;
}

const contextServices = ['OXResellerContextService', 'OXContextService'];
/** Where `ctx.id` is needed; names are not resolved. Source: docs/contract/values.md#3. */
const insideServices = [
  ...['OXResellerUserService', 'OXUserService', 'OXResellerGroupService', 'OXGroupService'],
  ...['OXResellerResourceService', 'OXResourceService', 'OXSecondaryAccountService'],
];
/** What an ordinary user may do for himself. Source: docs/contract/authentication.md#2. */
const ownOperations = ['getData', 'getMultipleData', 'change'];

/**
 * What a provider may ask about its own things, without naming any.
 * Source: docs/contract/authentication.md#2, docs/contract/contexts.md#4, docs/contract/resellers.md#1, docs/contract/oxaas.md#2.
 */
const providerOperations: Readonly<Record<string, readonly RegExp[]>> = {
  OXResellerContextService: [/^create/, /^list(All|Page|PageAll)?$/, /^(en|dis)ableAll$/],
  OXContextService: [/^create/, /^list(All|Page|PageAll)?$/, /^(en|dis)ableAll$/],
  OXResellerService: [/^create$/, /^list$/, /^getAvailableRestrictions$/],
  OXaaSService: [/^createSharedDomain$/],
};
/** What is the master admin's alone, though it stands among the operations on what is inside a context. */
const beyondContexts = ['changeModuleAccessGlobal', 'createSharedDomain'];

/** Whether somebody has the right to an operation, so that there is no refusal to look at. */
export function mayCall(who: Principal, service: string, operation: string): boolean {
  if (isReseller(who)) return (providerOperations[service] ?? []).some((name) => name.test(operation));
  if (who !== 'context admin' || beyondContexts.includes(operation)) return false;
  if (contextServices.includes(service)) return operation === 'getData';
  return insideServices.includes(service) || service === 'OXaaSService';
}

/** The fault that the contract documents. Source: docs/contract/authentication.md#3, docs/contract/resellers.md#1. */
export function refusalOf(who: Principal, request: Request): Refusal {
  const { service, operation, by } = request;
  const named = contextParameterOf(request);
  if (by === 'name' && insideServices.includes(service) && named) return refusalWithoutId(request);
  if (service === 'OXResellerService' && isReseller(who)) return refusalToReseller(request);
  if (isReseller(who) && by === 'name' && contextServices.includes(service) && named && !isById(operation))
    return { exception: 'NoSuchContextException', text: /(^|: )No such context \S+$/ };
  if (who === 'user of the context' && isOwnOperation(request))
    return invalidCredentials(/^Permission denied$/);
  if (who === 'user, wrong password' && isOwnOperation(request))
    return invalidCredentials(/^Authentication failed for user zqasker1$/);
  return invalidCredentials(
    isLowerCase(who, request) ? /^authentication failed$/ : /^Authentication failed$/,
  );
}

/**
 * Where the contract itself lets an answer depend on whether the context is there, to somebody who knows a login in it: two spellings for a
 * reseller's wrong password, `for user <login>` for a user's own; and a user with the right password is somebody there only. `exists` is
 * refused for what is there and false for what is not: "faults too instead of answering false (a known bug)".
 * Source: docs/contract/authentication.md#3.
 */
export function isToldOfContext(who: Principal, request: Request): boolean {
  if (who === 'owner, wrong password') return true;
  if (who === 'user of the context' || who === 'user, wrong password') return isOwnOperation(request);
  return isReseller(who) && request.operation === 'exists' && contextServices.includes(request.service);
}

/** Answers that are no faults, though they say nothing: the caller is nobody's owner. */
export function isAnsweredFalse(who: Principal, { service, operation }: Request): boolean {
  return isReseller(who) && operation === 'existsInServer' && contextServices.includes(service);
}

/** Before anybody is asked who he is. Source: docs/contract/values.md#3, docs/contract/authentication.md#3. */
function refusalWithoutId({ service, operation }: Request): Refusal {
  const invalidData = (text: RegExp): Refusal => ({ exception: 'InvalidDataException', text });
  if (!service.endsWith('UserService'))
    return invalidCredentials(/^Client sent invalid context data object$/);
  if (/^get(Multiple)?Data$/.test(operation)) return invalidData(/^Context invalid$/);
  if (/Capabilities$/.test(operation)) return invalidData(/^Missing context\.$/);
  return invalidCredentials(/^Client sent invalid context data object$/);
}

function refusalToReseller({ operation, by }: Request): Refusal {
  const reseller = (text: RegExp): Refusal => ({ exception: 'OXResellerException', text });
  if (/^get(Multiple)?Data$/.test(operation)) return reseller(/^Reseller admin does not exist: \S+$/);
  if (operation === 'delete') return reseller(/^Subadmin \S+ does not belong to \S+$/);
  if (operation === 'getRestrictionsFromContext') return reseller(/^ContextID \S+ does not belong to \S+$/);
  if (operation === 'changeSelf' && by === 'name')
    return { exception: 'InvalidDataException', text: /^Invalid data sent by client!$/ };
  return invalidCredentials(/^authentication failed$/i);
}

function isLowerCase(who: Principal, request: Request): boolean {
  if (isMasters(request.operation)) return false;
  if (who === 'owner, wrong password') return true;
  if (who === 'master, wrong password' || isReseller(who)) return false;
  return !contextParameterOf(request) || request.service === 'OXResellerService';
}

function isReseller(who: Principal): boolean {
  return who === 'other reseller' || who === 'child of the owner';
}

function isOwnOperation({ service, operation }: Request): boolean {
  return /UserService$/.test(service) && ownOperations.includes(operation);
}

/** Operations that answer the name of a stranger's context as they answer its id. */
function isById(operation: string): boolean {
  return operation === 'exists' || isMasters(operation);
}

/** Operations on a context that are the master admin's alone. */
function isMasters(operation: string): boolean {
  return ['listQuota', 'moveContextDatabase', 'moveContextFilestore'].includes(operation);
}

/** Whether the operation acts on a context that is there, in which case the capital letter is used. */
function contextParameterOf({ service, operation }: Request): boolean {
  if (contextServices.includes(service) && operation.startsWith('create')) return false;
  const parameters = contract.services[service]?.operations[operation]?.params ?? [];
  return parameters.some(({ name }) => ['ctx', 'context', 'ctxid'].includes(name));
}

function invalidCredentials(text: RegExp): Refusal {
  return { exception: 'InvalidCredentialsException', text };
}
