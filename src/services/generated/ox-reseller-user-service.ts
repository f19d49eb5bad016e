// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Credentials, Filestore, ResellerContext, User, UserModuleAccess } from './types.js';

/** This service declares 136 of the 137 fields. */
export type OXResellerUserServiceUser = Omit<User, 'drive_folder_mode'>;

export interface ChangeRequest {
  ctx?: ResellerContext | null;
  usrdata?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface ChangeByModuleAccessRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  moduleAccess?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface ChangeByModuleAccessNameRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface ChangeMailAddressPersonalRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  personal?: string | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: ResellerContext | null;
  usrdata?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface CreateResponse {
  return?: OXResellerUserServiceUser | null;
}

export interface CreateByModuleAccessRequest {
  ctx?: ResellerContext | null;
  usrdata?: OXResellerUserServiceUser | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface CreateByModuleAccessResponse {
  return?: OXResellerUserServiceUser | null;
}

export interface CreateByModuleAccessNameRequest {
  ctx?: ResellerContext | null;
  usrdata?: OXResellerUserServiceUser | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface CreateByModuleAccessNameResponse {
  return?: OXResellerUserServiceUser | null;
}

export interface DeleteRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
  reassign?: number | null;
}

export interface DeleteMultipleRequest {
  ctx?: ResellerContext | null;
  users?: OXResellerUserServiceUser[];
  auth?: Credentials | null;
  reassign?: number | null;
}

export interface ExistsRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface ExistsResponse {
  return?: boolean;
}

export interface GetAccessCombinationNameRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface GetAccessCombinationNameResponse {
  return?: string | null;
}

export interface GetContextAdminRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface GetContextAdminResponse {
  return?: OXResellerUserServiceUser | null;
}

export interface GetDataRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: OXResellerUserServiceUser | null;
}

export interface GetModuleAccessRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export interface GetModuleAccessResponse {
  return?: UserModuleAccess | null;
}

export interface GetMultipleDataRequest {
  ctx?: ResellerContext | null;
  users?: OXResellerUserServiceUser[];
  auth?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<OXResellerUserServiceUser>;
}

export interface ListRequest {
  ctx?: ResellerContext | null;
  search_pattern?: string | null;
  auth?: Credentials | null;
  include_guests?: boolean | null;
  exclude_users?: boolean | null;
  length?: number;
  offset?: number;
}

export interface ListResponse {
  return?: Repeated<OXResellerUserServiceUser>;
}

export interface ListAllRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
  include_guests?: boolean | null;
  exclude_users?: boolean | null;
}

export interface ListAllResponse {
  return?: Repeated<OXResellerUserServiceUser>;
}

export interface ListByAliasDomainRequest {
  ctx?: ResellerContext | null;
  alias_domain?: string | null;
  auth?: Credentials | null;
  length?: number;
  offset?: number;
}

export interface ListByAliasDomainResponse {
  return?: Repeated<OXResellerUserServiceUser>;
}

export interface ListCaseInsensitiveRequest {
  ctx?: ResellerContext | null;
  search_pattern?: string | null;
  auth?: Credentials | null;
  length?: number;
  offset?: number;
}

export interface ListCaseInsensitiveResponse {
  return?: Repeated<OXResellerUserServiceUser>;
}

export interface MoveFromContextToUserFilestoreRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  dst_filestore_id?: Filestore | null;
  max_quota?: bigint | null;
  auth?: Credentials | null;
}

export type MoveFromContextToUserFilestoreResponse = number;

export interface MoveFromMasterToUserFilestoreRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  masterUser?: OXResellerUserServiceUser | null;
  dst_filestore_id?: Filestore | null;
  max_quota?: bigint | null;
  auth?: Credentials | null;
}

export type MoveFromMasterToUserFilestoreResponse = number;

export interface MoveFromUserFilestoreToMasterRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  masterUser?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export type MoveFromUserFilestoreToMasterResponse = number;

export interface MoveFromUserToContextFilestoreRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  auth?: Credentials | null;
}

export type MoveFromUserToContextFilestoreResponse = number;

export interface MoveUserFilestoreRequest {
  ctx?: ResellerContext | null;
  user?: OXResellerUserServiceUser | null;
  dst_filestore_id?: Filestore | null;
  auth?: Credentials | null;
}

export type MoveUserFilestoreResponse = number;

/** One handler for every operation of OXResellerUserService. */
export type OXResellerUserServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  changeByModuleAccess(request: ChangeByModuleAccessRequest, call: CallInfo): Promise<void>;
  changeByModuleAccessName(request: ChangeByModuleAccessNameRequest, call: CallInfo): Promise<void>;
  changeMailAddressPersonal(request: ChangeMailAddressPersonalRequest, call: CallInfo): Promise<void>;
  create(request: CreateRequest, call: CallInfo): Promise<CreateResponse>;
  createByModuleAccess(
    request: CreateByModuleAccessRequest,
    call: CallInfo,
  ): Promise<CreateByModuleAccessResponse>;
  createByModuleAccessName(
    request: CreateByModuleAccessNameRequest,
    call: CallInfo,
  ): Promise<CreateByModuleAccessNameResponse>;
  delete(request: DeleteRequest, call: CallInfo): Promise<void>;
  deleteMultiple(request: DeleteMultipleRequest, call: CallInfo): Promise<void>;
  exists(request: ExistsRequest, call: CallInfo): Promise<ExistsResponse>;
  getAccessCombinationName(
    request: GetAccessCombinationNameRequest,
    call: CallInfo,
  ): Promise<GetAccessCombinationNameResponse>;
  getContextAdmin(request: GetContextAdminRequest, call: CallInfo): Promise<GetContextAdminResponse>;
  getData(request: GetDataRequest, call: CallInfo): Promise<GetDataResponse>;
  getModuleAccess(request: GetModuleAccessRequest, call: CallInfo): Promise<GetModuleAccessResponse>;
  getMultipleData(request: GetMultipleDataRequest, call: CallInfo): Promise<GetMultipleDataResponse>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  listAll(request: ListAllRequest, call: CallInfo): Promise<ListAllResponse>;
  listByAliasDomain(request: ListByAliasDomainRequest, call: CallInfo): Promise<ListByAliasDomainResponse>;
  listCaseInsensitive(
    request: ListCaseInsensitiveRequest,
    call: CallInfo,
  ): Promise<ListCaseInsensitiveResponse>;
  moveFromContextToUserFilestore(
    request: MoveFromContextToUserFilestoreRequest,
    call: CallInfo,
  ): Promise<MoveFromContextToUserFilestoreResponse>;
  moveFromMasterToUserFilestore(
    request: MoveFromMasterToUserFilestoreRequest,
    call: CallInfo,
  ): Promise<MoveFromMasterToUserFilestoreResponse>;
  moveFromUserFilestoreToMaster(
    request: MoveFromUserFilestoreToMasterRequest,
    call: CallInfo,
  ): Promise<MoveFromUserFilestoreToMasterResponse>;
  moveFromUserToContextFilestore(
    request: MoveFromUserToContextFilestoreRequest,
    call: CallInfo,
  ): Promise<MoveFromUserToContextFilestoreResponse>;
  moveUserFilestore(request: MoveUserFilestoreRequest, call: CallInfo): Promise<MoveUserFilestoreResponse>;
};
