// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type {
  Context,
  Credentials,
  Database,
  Filestore,
  RmiQuota,
  SchemaSelectStrategy,
  User,
  UserModuleAccess,
} from './types.js';

/** This service declares 128 of the 137 fields. */
export type OXContextServiceUser = Omit<
  User,
  | 'drive_user_folder_mode'
  | 'drive_folder_mode'
  | 'filestoreId'
  | 'filestore_name'
  | 'maxQuota'
  | 'usedQuota'
  | 'primaryAccountName'
  | 'convert_drive_user_folders'
  | 'load_remote_mail_content_by_default'
>;

export interface ChangeRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ChangeCapabilitiesRequest {
  ctx?: Context | null;
  capsToAdd?: string | null;
  capsToRemove?: string | null;
  capsToDrop?: string | null;
  auth?: Credentials | null;
}

export interface ChangeModuleAccessRequest {
  ctx?: Context | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface ChangeModuleAccessByNameRequest {
  ctx?: Context | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface ChangeQuotaRequest {
  ctx?: Context | null;
  module?: string | null;
  quotaValue?: string | null;
  auth?: Credentials | null;
}

export interface CheckCountsConsistencyRequest {
  checkDatabaseCounts?: boolean | null;
  checkFilestoreCounts?: boolean | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: Context | null;
  admin_user?: OXContextServiceUser | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateResponse {
  return?: Context | null;
}

export interface CreateModuleAccessRequest {
  ctx?: Context | null;
  admin_user?: OXContextServiceUser | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateModuleAccessResponse {
  return?: Context | null;
}

export interface CreateModuleAccessByNameRequest {
  ctx?: Context | null;
  admin_user?: OXContextServiceUser | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateModuleAccessByNameResponse {
  return?: Context | null;
}

export interface DeleteRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface DisableRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface DisableAllRequest {
  auth?: Credentials | null;
}

export interface DowngradeRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface EnableRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface EnableAllRequest {
  auth?: Credentials | null;
}

export interface ExistsRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ExistsResponse {
  return?: boolean;
}

export interface ExistsInServerRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ExistsInServerResponse {
  return?: boolean;
}

export interface GetAccessCombinationNameRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetAccessCombinationNameResponse {
  return?: string | null;
}

export interface GetAdminIdRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetAdminIdResponse {
  return?: number;
}

export interface GetContextCapabilitiesRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetContextCapabilitiesResponse {
  return?: string | null;
}

export interface GetDataRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: Context | null;
}

export interface GetModuleAccessRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetModuleAccessResponse {
  return?: UserModuleAccess | null;
}

export interface ListRequest {
  search_pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<Context>;
}

export interface ListAllRequest {
  auth?: Credentials | null;
}

export interface ListAllResponse {
  return?: Repeated<Context>;
}

export interface ListByDatabaseRequest {
  db?: Database | null;
  auth?: Credentials | null;
}

export interface ListByDatabaseResponse {
  return?: Repeated<Context>;
}

export interface ListByFilestoreRequest {
  fs?: Filestore | null;
  auth?: Credentials | null;
}

export interface ListByFilestoreResponse {
  return?: Repeated<Context>;
}

export interface ListPageRequest {
  search_pattern?: string | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageResponse {
  return?: Repeated<Context>;
}

export interface ListPageAllRequest {
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageAllResponse {
  return?: Repeated<Context>;
}

export interface ListPageByDatabaseRequest {
  db?: Database | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageByDatabaseResponse {
  return?: Repeated<Context>;
}

export interface ListPageByFilestoreRequest {
  fs?: Filestore | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageByFilestoreResponse {
  return?: Repeated<Context>;
}

export interface ListQuotaRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ListQuotaResponse {
  return?: Repeated<RmiQuota>;
}

export interface MoveContextDatabaseRequest {
  ctx?: Context | null;
  dst_database_id?: Database | null;
  auth?: Credentials | null;
}

export interface MoveContextDatabaseResponse {
  return?: number;
}

export interface MoveContextFilestoreRequest {
  ctx?: Context | null;
  dst_filestore_id?: Filestore | null;
  auth?: Credentials | null;
}

export interface MoveContextFilestoreResponse {
  return?: number;
}

/** One handler for every operation of OXContextService. */
export type OXContextServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  changeCapabilities(request: ChangeCapabilitiesRequest, call: CallInfo): Promise<void>;
  changeModuleAccess(request: ChangeModuleAccessRequest, call: CallInfo): Promise<void>;
  changeModuleAccessByName(request: ChangeModuleAccessByNameRequest, call: CallInfo): Promise<void>;
  changeQuota(request: ChangeQuotaRequest, call: CallInfo): Promise<void>;
  checkCountsConsistency(request: CheckCountsConsistencyRequest, call: CallInfo): Promise<void>;
  create(request: CreateRequest, call: CallInfo): Promise<CreateResponse>;
  createModuleAccess(request: CreateModuleAccessRequest, call: CallInfo): Promise<CreateModuleAccessResponse>;
  createModuleAccessByName(
    request: CreateModuleAccessByNameRequest,
    call: CallInfo,
  ): Promise<CreateModuleAccessByNameResponse>;
  delete(request: DeleteRequest, call: CallInfo): Promise<void>;
  disable(request: DisableRequest, call: CallInfo): Promise<void>;
  disableAll(request: DisableAllRequest, call: CallInfo): Promise<void>;
  downgrade(request: DowngradeRequest, call: CallInfo): Promise<void>;
  enable(request: EnableRequest, call: CallInfo): Promise<void>;
  enableAll(request: EnableAllRequest, call: CallInfo): Promise<void>;
  exists(request: ExistsRequest, call: CallInfo): Promise<ExistsResponse>;
  existsInServer(request: ExistsInServerRequest, call: CallInfo): Promise<ExistsInServerResponse>;
  getAccessCombinationName(
    request: GetAccessCombinationNameRequest,
    call: CallInfo,
  ): Promise<GetAccessCombinationNameResponse>;
  getAdminId(request: GetAdminIdRequest, call: CallInfo): Promise<GetAdminIdResponse>;
  getContextCapabilities(
    request: GetContextCapabilitiesRequest,
    call: CallInfo,
  ): Promise<GetContextCapabilitiesResponse>;
  getData(request: GetDataRequest, call: CallInfo): Promise<GetDataResponse>;
  getModuleAccess(request: GetModuleAccessRequest, call: CallInfo): Promise<GetModuleAccessResponse>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  listAll(request: ListAllRequest, call: CallInfo): Promise<ListAllResponse>;
  listByDatabase(request: ListByDatabaseRequest, call: CallInfo): Promise<ListByDatabaseResponse>;
  listByFilestore(request: ListByFilestoreRequest, call: CallInfo): Promise<ListByFilestoreResponse>;
  listPage(request: ListPageRequest, call: CallInfo): Promise<ListPageResponse>;
  listPageAll(request: ListPageAllRequest, call: CallInfo): Promise<ListPageAllResponse>;
  listPageByDatabase(request: ListPageByDatabaseRequest, call: CallInfo): Promise<ListPageByDatabaseResponse>;
  listPageByFilestore(
    request: ListPageByFilestoreRequest,
    call: CallInfo,
  ): Promise<ListPageByFilestoreResponse>;
  listQuota(request: ListQuotaRequest, call: CallInfo): Promise<ListQuotaResponse>;
  moveContextDatabase(
    request: MoveContextDatabaseRequest,
    call: CallInfo,
  ): Promise<MoveContextDatabaseResponse>;
  moveContextFilestore(
    request: MoveContextFilestoreRequest,
    call: CallInfo,
  ): Promise<MoveContextFilestoreResponse>;
};
