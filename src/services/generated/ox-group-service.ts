// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Context, Credentials, Group, User } from './types.js';

/** This service declares 128 of the 137 fields. */
export type OXGroupServiceUser = Omit<
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

export interface AddMemberRequest {
  ctx?: Context | null;
  grp?: Group | null;
  members?: OXGroupServiceUser[];
  auth?: Credentials | null;
}

export interface ChangeRequest {
  ctx?: Context | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: Context | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface CreateResponse {
  return?: Group | null;
}

export interface DeleteRequest {
  ctx?: Context | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface DeleteMultipleRequest {
  ctx?: Context | null;
  grps?: Group[];
  auth?: Credentials | null;
}

export interface GetDataRequest {
  ctx?: Context | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: Group | null;
}

export interface GetDefaultGroupRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface GetDefaultGroupResponse {
  return?: Group | null;
}

export interface GetMembersRequest {
  ctx?: Context | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface GetMembersResponse {
  return?: Repeated<OXGroupServiceUser>;
}

export interface GetMultipleDataRequest {
  ctx?: Context | null;
  grps?: Group[];
  auth?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<Group>;
}

export interface ListRequest {
  ctx?: Context | null;
  pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<Group>;
}

export interface ListAllRequest {
  ctx?: Context | null;
  auth?: Credentials | null;
}

export interface ListAllResponse {
  return?: Repeated<Group>;
}

export interface ListGroupsForUserRequest {
  ctx?: Context | null;
  usr?: OXGroupServiceUser | null;
  auth?: Credentials | null;
}

export interface ListGroupsForUserResponse {
  return?: Repeated<Group>;
}

export interface RemoveMemberRequest {
  ctx?: Context | null;
  grp?: Group | null;
  members?: OXGroupServiceUser[];
  auth?: Credentials | null;
}

/** One handler for every operation of OXGroupService. */
export type OXGroupServiceHandlers = {
  addMember(request: AddMemberRequest, call: CallInfo): Promise<void>;
  change(request: ChangeRequest, call: CallInfo): Promise<void>;
  create(request: CreateRequest, call: CallInfo): Promise<CreateResponse>;
  delete(request: DeleteRequest, call: CallInfo): Promise<void>;
  deleteMultiple(request: DeleteMultipleRequest, call: CallInfo): Promise<void>;
  getData(request: GetDataRequest, call: CallInfo): Promise<GetDataResponse>;
  getDefaultGroup(request: GetDefaultGroupRequest, call: CallInfo): Promise<GetDefaultGroupResponse>;
  getMembers(request: GetMembersRequest, call: CallInfo): Promise<GetMembersResponse>;
  getMultipleData(request: GetMultipleDataRequest, call: CallInfo): Promise<GetMultipleDataResponse>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  listAll(request: ListAllRequest, call: CallInfo): Promise<ListAllResponse>;
  listGroupsForUser(request: ListGroupsForUserRequest, call: CallInfo): Promise<ListGroupsForUserResponse>;
  removeMember(request: RemoveMemberRequest, call: CallInfo): Promise<void>;
};
