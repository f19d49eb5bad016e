// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Credentials, DomainCatchall, QuotaUsage } from './types.js';

export interface CreateDomainCatchallRequest {
  ctxid?: number;
  domain?: string;
  user?: string;
  creds?: Credentials;
}

export interface CreateSharedDomainRequest {
  domainname?: string;
  creds?: Credentials;
}

export interface DeleteDomainCatchallRequest {
  ctxid?: number;
  domain?: string;
  user?: string;
  creds?: Credentials;
}

export interface DisablePermissionsRequest {
  ctxid?: number;
  usrid?: number;
  permissions?: string[];
  creds?: Credentials;
}

export interface EnablePermissionsRequest {
  ctxid?: number;
  usrid?: number;
  permissions?: string[];
  creds?: Credentials;
}

export interface GetMailQuotaRequest {
  ctxid?: number;
  usrid?: number;
  creds?: Credentials;
}

export interface GetMailQuotaResponse {
  return?: bigint;
}

export interface GetPermissionsRequest {
  ctxid?: number;
  usrid?: number;
  creds?: Credentials;
}

export interface GetPermissionsResponse {
  return?: Repeated<string>;
}

export interface GetQuotaUsagePerUserRequest {
  ctxid?: number;
  usrid?: number;
  creds?: Credentials;
}

export interface GetQuotaUsagePerUserResponse {
  return?: QuotaUsage;
}

export interface ListDomainCatchallsRequest {
  ctxid?: number;
  creds?: Credentials;
}

export interface ListDomainCatchallsResponse {
  return?: Repeated<DomainCatchall>;
}

export interface SetMailQuotaRequest {
  ctxid?: number;
  usrid?: number;
  quota?: number;
  creds?: Credentials;
}

/** One handler for every operation of OXaaSService. */
export type OXaaSServiceHandlers = {
  createDomainCatchall(request: CreateDomainCatchallRequest, call: CallInfo): Promise<void>;
  createSharedDomain(request: CreateSharedDomainRequest, call: CallInfo): Promise<void>;
  deleteDomainCatchall(request: DeleteDomainCatchallRequest, call: CallInfo): Promise<void>;
  disablePermissions(request: DisablePermissionsRequest, call: CallInfo): Promise<void>;
  enablePermissions(request: EnablePermissionsRequest, call: CallInfo): Promise<void>;
  getMailQuota(request: GetMailQuotaRequest, call: CallInfo): Promise<GetMailQuotaResponse>;
  getPermissions(request: GetPermissionsRequest, call: CallInfo): Promise<GetPermissionsResponse>;
  getQuotaUsagePerUser(
    request: GetQuotaUsagePerUserRequest,
    call: CallInfo,
  ): Promise<GetQuotaUsagePerUserResponse>;
  listDomainCatchalls(
    request: ListDomainCatchallsRequest,
    call: CallInfo,
  ): Promise<ListDomainCatchallsResponse>;
  setMailQuota(request: SetMailQuotaRequest, call: CallInfo): Promise<void>;
};
