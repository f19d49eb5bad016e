// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Credentials, ResellerAdmin, ResellerContext, Restriction } from './types.js';

export interface ChangeRequest {
  adm?: ResellerAdmin | null;
  creds?: Credentials | null;
}

export interface ChangeSelfRequest {
  adm?: ResellerAdmin | null;
  creds?: Credentials | null;
}

export interface CreateRequest {
  adm?: ResellerAdmin | null;
  creds?: Credentials | null;
}

export interface CreateResponse {
  return?: ResellerAdmin | null;
}

export interface DeleteRequest {
  adm?: ResellerAdmin | null;
  creds?: Credentials | null;
}

export interface GetAvailableRestrictionsRequest {
  creds?: Credentials | null;
}

export interface GetAvailableRestrictionsResponse {
  return?: Repeated<Restriction>;
}

export interface GetDataRequest {
  adm?: ResellerAdmin | null;
  creds?: Credentials | null;
}

export interface GetDataResponse {
  return?: ResellerAdmin | null;
}

export interface GetMultipleDataRequest {
  admins?: ResellerAdmin[];
  creds?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<ResellerAdmin>;
}

export interface GetRestrictionsFromContextRequest {
  ctx?: ResellerContext | null;
  creds?: Credentials | null;
}

export interface GetRestrictionsFromContextResponse {
  return?: Repeated<Restriction>;
}

export interface GetSelfDataRequest {
  adminName?: string | null;
  adminId?: number | null;
  creds?: Credentials | null;
}

export type GetSelfDataResponse = ResellerAdmin;

export interface InitDatabaseRestrictionsRequest {
  creds?: Credentials | null;
}

export interface ListRequest {
  search_pattern?: string | null;
  creds?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<ResellerAdmin>;
}

export interface RemoveDatabaseRestrictionsRequest {
  creds?: Credentials | null;
}

export interface UpdateDatabaseModuleAccessRestrictionsRequest {
  creds?: Credentials | null;
}

export interface UpdateDatabaseRestrictionsRequest {
  creds?: Credentials | null;
}

export type UpdateDatabaseRestrictionsResponse = Record<string, never>;

/** One handler for every operation of OXResellerService. */
export type OXResellerServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  changeSelf(request: ChangeSelfRequest, call: CallInfo): Promise<void>;
  create(request: CreateRequest, call: CallInfo): Promise<CreateResponse>;
  delete(request: DeleteRequest, call: CallInfo): Promise<void>;
  getAvailableRestrictions(
    request: GetAvailableRestrictionsRequest,
    call: CallInfo,
  ): Promise<GetAvailableRestrictionsResponse>;
  getData(request: GetDataRequest, call: CallInfo): Promise<GetDataResponse>;
  getMultipleData(request: GetMultipleDataRequest, call: CallInfo): Promise<GetMultipleDataResponse>;
  getRestrictionsFromContext(
    request: GetRestrictionsFromContextRequest,
    call: CallInfo,
  ): Promise<GetRestrictionsFromContextResponse>;
  getSelfData(request: GetSelfDataRequest, call: CallInfo): Promise<GetSelfDataResponse>;
  initDatabaseRestrictions(request: InitDatabaseRestrictionsRequest, call: CallInfo): Promise<void>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  removeDatabaseRestrictions(request: RemoveDatabaseRestrictionsRequest, call: CallInfo): Promise<void>;
  updateDatabaseModuleAccessRestrictions(
    request: UpdateDatabaseModuleAccessRestrictionsRequest,
    call: CallInfo,
  ): Promise<void>;
  updateDatabaseRestrictions(
    request: UpdateDatabaseRestrictionsRequest,
    call: CallInfo,
  ): Promise<UpdateDatabaseRestrictionsResponse>;
};
