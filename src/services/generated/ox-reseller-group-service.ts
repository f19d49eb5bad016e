// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type { Credentials, Group, ResellerContext, User } from './types.js';

/** This service declares 128 of the 137 fields. */
export type OXResellerGroupServiceUser = Omit<
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
  ctx?: ResellerContext | null;
  grp?: Group | null;
  members?: OXResellerGroupServiceUser[];
  auth?: Credentials | null;
}

export interface ChangeRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface CreateRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface CreateResponse {
  return?: Group | null;
}

export interface DeleteRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface DeleteMultipleRequest {
  ctx?: ResellerContext | null;
  grps?: Group[];
  auth?: Credentials | null;
}

export interface GetDataRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface GetDataResponse {
  return?: Group | null;
}

export interface GetDefaultGroupRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface GetDefaultGroupResponse {
  return?: Group | null;
}

export interface GetMembersRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  auth?: Credentials | null;
}

export interface GetMembersResponse {
  return?: Repeated<OXResellerGroupServiceUser>;
}

export interface GetMultipleDataRequest {
  ctx?: ResellerContext | null;
  grps?: Group[];
  auth?: Credentials | null;
}

export interface GetMultipleDataResponse {
  return?: Repeated<Group>;
}

export interface ListRequest {
  ctx?: ResellerContext | null;
  pattern?: string | null;
  auth?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<Group>;
}

export interface ListAllRequest {
  ctx?: ResellerContext | null;
  auth?: Credentials | null;
}

export interface ListAllResponse {
  return?: Repeated<Group>;
}

export interface ListGroupsForUserRequest {
  ctx?: ResellerContext | null;
  usr?: OXResellerGroupServiceUser | null;
  auth?: Credentials | null;
}

export interface ListGroupsForUserResponse {
  return?: Repeated<Group>;
}

export interface RemoveMemberRequest {
  ctx?: ResellerContext | null;
  grp?: Group | null;
  members?: OXResellerGroupServiceUser[];
  auth?: Credentials | null;
}

/** One handler for every operation of OXResellerGroupService. */
export type OXResellerGroupServiceHandlers = {
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
