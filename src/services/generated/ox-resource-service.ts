// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Context, Credentials, Resource } from './types.js';

export interface ChangeRequest {
  ctx?: Context | null;
  res?: Resource | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: Context | null;
  res?: Resource | null;
  auth?: Credentials | null;
}

export interface CreateResponse {
  return?: Resource | null;
}

export interface DeleteRequest {
  ctx?: Context | null;
  res?: Resource | null;
  auth?: Credentials | null;
}

export interface GetDataRequest {
  ctx?: Context | null;
  res?: Resource | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: Resource | null;
}

export interface GetMultipleDataRequest {
  ctx?: Context | null;
  resources?: Resource[];
  auth?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<Resource>;
}

export interface ListRequest {
  ctx?: Context | null;
  pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<Resource>;
}

export interface ListAllRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ListAllResponse {
  return?: Repeated<Resource>;
}

/** One handler for every operation of OXResourceService. */
export type OXResourceServiceHandlers = {
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  create(request: CreateRequest, call: CallInfo): Promise<CreateResponse>;
  delete(request: DeleteRequest, call: CallInfo): Promise<void>;
  getData(request: GetDataRequest, call: CallInfo): Promise<GetDataResponse>;
  getMultipleData(request: GetMultipleDataRequest, call: CallInfo): Promise<GetMultipleDataResponse>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  listAll(request: ListAllRequest, call: CallInfo): Promise<ListAllResponse>;
};
