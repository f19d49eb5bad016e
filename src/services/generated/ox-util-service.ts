// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type {
  CheckedDatabases,
  Credentials,
  Database,
  Filestore,
  MaintenanceReason,
  Server,
} from './types.js';

export interface ChangeDatabaseRequest {
  db?: Database | null;
  auth?: Credentials | null;
}

export interface ChangeFilestoreRequest {
  fstore?: Filestore | null;
  auth?: Credentials | null;
}

export interface CheckCountsConsistencyRequest {
  checkDatabaseCounts?: boolean | null;
  checkFilestoreCounts?: boolean | null;
  auth?: Credentials | null;
}

export interface CheckDatabaseRequest {
  auth?: Credentials | null;
}

export interface CheckDatabaseResponse {
  return?: CheckedDatabases | null;
}

export interface CreateMaintenanceReasonRequest {
  reason?: MaintenanceReason | null;
  auth?: Credentials | null;
}

export interface CreateMaintenanceReasonResponse {
  return?: MaintenanceReason | null;
}

export interface CreateSchemaRequest {
  auth?: Credentials | null;
  optDBId?: number | null;
}

export interface CreateSchemaResponse {
  return?: Database | null;
}

export interface DeleteMaintenanceReasonRequest {
  reasons?: MaintenanceReason[];
  auth?: Credentials | null;
}

export interface ListAllDatabaseRequest {
  auth?: Credentials | null;
}

export interface ListAllDatabaseResponse {
  return?: Repeated<Database>;
}

export interface ListAllFilestoreRequest {
  auth?: Credentials | null;
}

export interface ListAllFilestoreResponse {
  return?: Repeated<Filestore>;
}

export interface ListAllMaintenanceReasonRequest {
  auth?: Credentials | null;
}

export interface ListAllMaintenanceReasonResponse {
  return?: Repeated<MaintenanceReason>;
}

export interface ListAllServerRequest {
  auth?: Credentials | null;
}

export interface ListAllServerResponse {
  return?: Repeated<Server>;
}

export interface ListDatabaseRequest {
  search_pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListDatabaseResponse {
  return?: Repeated<Database>;
}

export interface ListFilestoreRequest {
  search_pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListFilestoreResponse {
  return?: Repeated<Filestore>;
}

export interface ListMaintenanceReasonRequest {
  search_pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListMaintenanceReasonResponse {
  return?: Repeated<MaintenanceReason>;
}

export interface ListServerRequest {
  search_pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListServerResponse {
  return?: Repeated<Server>;
}

export interface RegisterDatabaseRequest {
  db?: Database | null;
  createSchemas?: boolean | null;
  optNumberOfSchemas?: number | null;
  auth?: Credentials | null;
}

export interface RegisterDatabaseResponse {
  return?: Database | null;
}

export interface RegisterFilestoreRequest {
  fstore?: Filestore | null;
  auth?: Credentials | null;
}

export interface RegisterFilestoreResponse {
  return?: Filestore | null;
}

export interface RegisterServerRequest {
  srv?: Server | null;
  auth?: Credentials | null;
}

export interface RegisterServerResponse {
  return?: Server | null;
}

export interface UnblockDatabaseRequest {
  db?: Database | null;
  auth?: Credentials | null;
}

export interface UnblockDatabaseResponse {
  return?: Repeated<Database>;
}

export interface UnregisterDatabaseRequest {
  dbhandle?: Database | null;
  auth?: Credentials | null;
}

export interface UnregisterFilestoreRequest {
  store?: Filestore | null;
  auth?: Credentials | null;
}

export interface UnregisterServerRequest {
  serv?: Server | null;
  auth?: Credentials | null;
}

/** One handler for every operation of OXUtilService. */
export type OXUtilServiceHandlers = {
  changeDatabase(request: ChangeDatabaseRequest, call: CallInfo): Promise<void>;
  changeFilestore(request: ChangeFilestoreRequest, call: CallInfo): Promise<void>;
  checkCountsConsistency(request: CheckCountsConsistencyRequest, call: CallInfo): Promise<void>;
  checkDatabase(request: CheckDatabaseRequest, call: CallInfo): Promise<CheckDatabaseResponse>;
  createMaintenanceReason(
    request: CreateMaintenanceReasonRequest,
    call: CallInfo,
  ): Promise<CreateMaintenanceReasonResponse>;
  createSchema(request: CreateSchemaRequest, call: CallInfo): Promise<CreateSchemaResponse>;
  deleteMaintenanceReason(request: DeleteMaintenanceReasonRequest, call: CallInfo): Promise<void>;
  listAllDatabase(request: ListAllDatabaseRequest, call: CallInfo): Promise<ListAllDatabaseResponse>;
  listAllFilestore(request: ListAllFilestoreRequest, call: CallInfo): Promise<ListAllFilestoreResponse>;
  listAllMaintenanceReason(
    request: ListAllMaintenanceReasonRequest,
    call: CallInfo,
  ): Promise<ListAllMaintenanceReasonResponse>;
  listAllServer(request: ListAllServerRequest, call: CallInfo): Promise<ListAllServerResponse>;
  listDatabase(request: ListDatabaseRequest, call: CallInfo): Promise<ListDatabaseResponse>;
  listFilestore(request: ListFilestoreRequest, call: CallInfo): Promise<ListFilestoreResponse>;
  listMaintenanceReason(
    request: ListMaintenanceReasonRequest,
    call: CallInfo,
  ): Promise<ListMaintenanceReasonResponse>;
  listServer(request: ListServerRequest, call: CallInfo): Promise<ListServerResponse>;
  registerDatabase(request: RegisterDatabaseRequest, call: CallInfo): Promise<RegisterDatabaseResponse>;
  registerFilestore(request: RegisterFilestoreRequest, call: CallInfo): Promise<RegisterFilestoreResponse>;
  registerServer(request: RegisterServerRequest, call: CallInfo): Promise<RegisterServerResponse>;
  unblockDatabase(request: UnblockDatabaseRequest, call: CallInfo): Promise<UnblockDatabaseResponse>;
  unregisterDatabase(request: UnregisterDatabaseRequest, call: CallInfo): Promise<void>;
  unregisterFilestore(request: UnregisterFilestoreRequest, call: CallInfo): Promise<void>;
  unregisterServer(request: UnregisterServerRequest, call: CallInfo): Promise<void>;
};
