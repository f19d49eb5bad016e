// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Context, Credentials, Filestore, User, UserModuleAccess } from './types.js';

export interface ChangeRequest {
  ctx?: Context | null;
  usrdata?: User | null;
  auth?: Credentials | null;
}

export interface ChangeByModuleAccessRequest {
  ctx?: Context | null;
  user?: User | null;
  moduleAccess?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface ChangeByModuleAccessNameRequest {
  ctx?: Context | null;
  user?: User | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface ChangeCapabilitiesRequest {
  ctx?: Context | null;
  user?: User | null;
  capsToAdd?: string | null;
  capsToRemove?: string | null;
  capsToDrop?: string | null;
  auth?: Credentials | null;
}

export interface ChangeMailAddressPersonalRequest {
  ctx?: Context | null;
  user?: User | null;
  personal?: string | null;
  auth?: Credentials | null;
}

export interface ChangeModuleAccessGlobalRequest {
  filter?: string | null;
  addAccess?: UserModuleAccess | null;
  removeAccess?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: Context | null;
  usrdata?: User | null;
  auth?: Credentials | null;
}

export interface CreateResponse {
  return?: User | null;
}

export interface CreateByModuleAccessRequest {
  ctx?: Context | null;
  usrdata?: User | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface CreateByModuleAccessResponse {
  return?: User | null;
}

export interface CreateByModuleAccessNameRequest {
  ctx?: Context | null;
  usrdata?: User | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface CreateByModuleAccessNameResponse {
  return?: User | null;
}

export interface DeleteRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
  reassign?: number | null;
}

export interface DeleteMultipleRequest {
  ctx?: Context | null;
  users?: User[];
  auth?: Credentials | null;
  reassign?: number | null;
}

export interface ExistsRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface ExistsResponse {
  return?: boolean;
}

export interface GetAccessCombinationNameRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface GetAccessCombinationNameResponse {
  return?: string | null;
}

export interface GetContextAdminRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetContextAdminResponse {
  return?: User | null;
}

export interface GetDataRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: User | null;
}

export interface GetModuleAccessRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface GetModuleAccessResponse {
  return?: UserModuleAccess | null;
}

export interface GetMultipleDataRequest {
  ctx?: Context | null;
  users?: User[];
  auth?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<User>;
}

export interface GetUserCapabilitiesRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface GetUserCapabilitiesResponse {
  return?: string;
}

export interface ListRequest {
  ctx?: Context | null;
  search_pattern?: string | null;
  auth?: Credentials | null;
  include_guests?: boolean | null;
  exclude_users?: boolean | null;
  length?: number;
  offset?: number;
}

export interface ListResponse {
  return?: Repeated<User>;
}

export interface ListAllRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
  include_guests?: boolean | null;
  exclude_users?: boolean | null;
}

export interface ListAllResponse {
  return?: Repeated<User>;
}

export interface ListByAliasDomainRequest {
  ctx?: Context | null;
  alias_domain?: string | null;
  auth?: Credentials | null;
  length?: number;
  offset?: number;
}

export interface ListByAliasDomainResponse {
  return?: Repeated<User>;
}

export interface ListCaseInsensitiveRequest {
  ctx?: Context | null;
  search_pattern?: string | null;
  auth?: Credentials | null;
  length?: number;
  offset?: number;
}

export interface ListCaseInsensitiveResponse {
  return?: Repeated<User>;
}

export interface MoveFromContextToUserFilestoreRequest {
  ctx?: Context | null;
  user?: User | null;
  dst_filestore_id?: Filestore | null;
  max_quota?: bigint | null;
  auth?: Credentials | null;
}

export interface MoveFromContextToUserFilestoreResponse {
  return?: number;
}

export interface MoveFromMasterToUserFilestoreRequest {
  ctx?: Context | null;
  user?: User | null;
  masterUser?: User | null;
  dst_filestore_id?: Filestore | null;
  max_quota?: bigint | null;
  auth?: Credentials | null;
}

export interface MoveFromMasterToUserFilestoreResponse {
  return?: number;
}

export interface MoveFromUserFilestoreToMasterRequest {
  ctx?: Context | null;
  user?: User | null;
  masterUser?: User | null;
  auth?: Credentials | null;
}

export interface MoveFromUserFilestoreToMasterResponse {
  return?: number;
}

export interface MoveFromUserToContextFilestoreRequest {
  ctx?: Context | null;
  user?: User | null;
  auth?: Credentials | null;
}

export interface MoveFromUserToContextFilestoreResponse {
  return?: number;
}

export interface MoveUserFilestoreRequest {
  ctx?: Context | null;
  user?: User | null;
  dst_filestore_id?: Filestore | null;
  auth?: Credentials | null;
}

export interface MoveUserFilestoreResponse {
  return?: number;
}

/** One handler for every operation of OXUserService. */
export type OXUserServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  changeByModuleAccess(request: ChangeByModuleAccessRequest, call: CallInfo): Promise<void>;
  changeByModuleAccessName(request: ChangeByModuleAccessNameRequest, call: CallInfo): Promise<void>;
  changeCapabilities(request: ChangeCapabilitiesRequest, call: CallInfo): Promise<void>;
  changeMailAddressPersonal(request: ChangeMailAddressPersonalRequest, call: CallInfo): Promise<void>;
  changeModuleAccessGlobal(request: ChangeModuleAccessGlobalRequest, call: CallInfo): Promise<void>;
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
  getUserCapabilities(
    request: GetUserCapabilitiesRequest,
    call: CallInfo,
  ): Promise<GetUserCapabilitiesResponse>;
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
