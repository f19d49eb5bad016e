import { envelope, operationXml, type SoapParams } from '../../test/support/wire/raw-soap.js';
import { createRequest, defaultCaller, getDataRequest, servicePath } from '../peers/messages.js';
import type { LoadStep } from './load.js';

/** Who asks in every message. */
export const reseller = { login: defaultCaller.login, password: defaultCaller.password };

/** Whose placeholders the steps hold: rows of DirectoryUser. */
const caller = { ...defaultCaller, contextId: '{{contextId}}' };
const ctx = { id: '{{contextId}}' };

/** Creates user n in the row's context; answers the id as `userId`. */
export const createStep: LoadStep = {
  path: servicePath,
  body: createRequest('{{n}}', caller),
  expect: 'Anna Berg {{n}}',
};

/** Reads the row's user. */
export const getDataStep: LoadStep = {
  path: servicePath,
  body: getDataRequest('{{userId}}', caller),
  expect: '{{displayName}}',
};

/** Sets maxQuota of the row's user, each time to another value. */
export const changeStep: LoadStep = users(
  'change',
  { ctx, usrdata: { id: '{{userId}}', maxQuota: '{{n}}' } },
  'Body',
);

/** Sets the mail quota of the row's user, each time to another value. */
export const setMailQuotaStep: LoadStep = {
  path: '/webservices/OXaaSService',
  body: envelope(
    operationXml(
      'OXaaSService',
      'setMailQuota',
      { ctxid: '{{contextId}}', usrid: '{{userId}}', quota: '{{n}}' },
      reseller,
    ),
  ),
  expect: 'Body',
};

/** Whether the row's user exists. */
export const existsStep: LoadStep = users('exists', { ctx, user: { id: '{{userId}}' } }, 'true');

/** Deletes the row's user. */
export const deleteStep: LoadStep = users('delete', { ctx, user: { id: '{{userId}}' } }, 'Body');

/** Lists the users of the row's context whose login begins with `user`. @param lastId must be among them */
export function listStep(lastId: number): LoadStep {
  return users('list', { ctx, search_pattern: 'user*' }, `>${lastId}<`);
}

/** Reads many users of the row's context at once. @param expect what the answer must contain */
export function getMultipleDataStep(ids: readonly number[], expect: string): LoadStep {
  return users('getMultipleData', { ctx, users: ids.map((id) => ({ id })) }, expect);
}

/** What a reseller's system does with one user from first to last. Rows need a `contextId` only. */
export const storySteps: readonly LoadStep[] = [
  { ...createStep, capture: { name: 'userId', pattern: '[<:]id>(\\d+)<' } },
  setMailQuotaStep,
  changeStep,
  { ...getDataStep, expect: 'Anna Berg {{n}}' },
  existsStep,
  deleteStep,
];

function users(operation: string, params: SoapParams, expect: string): LoadStep {
  return {
    path: servicePath,
    body: envelope(operationXml('OXResellerUserService', operation, params, reseller)),
    expect,
  };
}
