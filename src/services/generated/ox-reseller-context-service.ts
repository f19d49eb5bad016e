// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type {
  Credentials,
  QuotaArray,
  ResellerContext,
  RmiDatabase,
  RmiFilestore,
  SchemaSelectStrategy,
  User,
  UserModuleAccess,
} from './types.js';

/** This service declares 128 of the 137 fields. */
export type OXResellerContextServiceUser = Omit<
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
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface ChangeModuleAccessRequest {
  ctx?: ResellerContext | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
}

export interface ChangeModuleAccessByNameRequest {
  ctx?: ResellerContext | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: ResellerContext | null;
  admin_user?: OXResellerContextServiceUser | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateResponse {
  return?: ResellerContext | null;
}

export interface CreateModuleAccessRequest {
  ctx?: ResellerContext | null;
  admin_user?: OXResellerContextServiceUser | null;
  access?: UserModuleAccess | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateModuleAccessResponse {
  return?: ResellerContext | null;
}

export interface CreateModuleAccessByNameRequest {
  ctx?: ResellerContext | null;
  admin_user?: OXResellerContextServiceUser | null;
  access_combination_name?: string | null;
  auth?: Credentials | null;
  schema_select_strategy?: SchemaSelectStrategy | null;
}

export interface CreateModuleAccessByNameResponse {
  return?: ResellerContext | null;
}

export interface DeleteRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface DisableRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface DisableAllRequest {
  auth?: Credentials | null;
}

export interface DowngradeRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface EnableRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface EnableAllRequest {
  auth?: Credentials | null;
}

export interface ExistsRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface ExistsResponse {
  return?: boolean;
}

export interface ExistsInServerRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface ExistsInServerResponse {
  return?: boolean;
}

export interface GetAccessCombinationNameRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface GetAccessCombinationNameResponse {
  return?: string | null;
}

export interface GetDataRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: ResellerContext | null;
}

export interface GetModuleAccessRequest {
  ctx?: ResellerContext | null;
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
  return?: Repeated<ResellerContext>;
}

export interface ListAllRequest {
  auth?: Credentials | null;
}

export interface ListAllResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListByDatabaseRequest {
  db?: RmiDatabase | null;
  auth?: Credentials | null;
}

export interface ListByDatabaseResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListByFilestoreRequest {
  fs?: RmiFilestore | null;
  auth?: Credentials | null;
}

export interface ListByFilestoreResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListPageRequest {
  search_pattern?: string | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListPageAllRequest {
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageAllResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListPageByDatabaseRequest {
  db?: RmiDatabase | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageByDatabaseResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListPageByFilestoreRequest {
  fs?: RmiFilestore | null;
  offset?: string | null;
  length?: string | null;
  auth?: Credentials | null;
}

export interface ListPageByFilestoreResponse {
  return?: Repeated<ResellerContext>;
}

export interface ListQuotaRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export type ListQuotaResponse = QuotaArray;

/** One handler for every operation of OXResellerContextService. */
export type OXResellerContextServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  changeModuleAccess(request: ChangeModuleAccessRequest, call: CallInfo): Promise<void>;
  changeModuleAccessByName(request: ChangeModuleAccessByNameRequest, call: CallInfo): Promise<void>;
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
};
