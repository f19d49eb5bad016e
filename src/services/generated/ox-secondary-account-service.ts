// Generated from wsdl/ by npm run generate. Do not edit.

import type { CallInfo, Repeated } from '../../soap/contract/descriptors.js';
import type {
  Account,
  AccountDataOnCreate,
  AccountDataUpdate,
  Context,
  Credentials,
  Group,
  User,
} from './types.js';

/** This service declares 1 of the 13 fields. */
export type OXSecondaryAccountServiceContext = Pick<Context, 'id'>;

/** This service declares 1 of the 137 fields. */
export type OXSecondaryAccountServiceUser = Pick<User, 'id'>;

/** This service declares 1 of the 4 fields. */
export type OXSecondaryAccountServiceGroup = Pick<Group, 'id'>;

export interface CreateRequest {
  accountDataOnCreate?: AccountDataOnCreate | null;
  context?: OXSecondaryAccountServiceContext | null;
  users?: OXSecondaryAccountServiceUser[];
  groups?: OXSecondaryAccountServiceGroup[];
  auth?: Credentials | null;
}

export interface DeleteRequest {
  primaryAddress?: string | null;
  context?: OXSecondaryAccountServiceContext | null;
  users?: OXSecondaryAccountServiceUser[];
  groups?: OXSecondaryAccountServiceGroup[];
  auth?: Credentials | null;
}

export interface DeleteResponse {
  return?: boolean;
}

export interface ListRequest {
  context?: OXSecondaryAccountServiceContext | null;
  users?: OXSecondaryAccountServiceUser[];
  groups?: OXSecondaryAccountServiceGroup[];
  auth?: Credentials | null;
}

export interface ListResponse {
  return?: Repeated<Account>;
}

export interface UpdateRequest {
  primaryAddress?: string | null;
  accountDataUpdate?: AccountDataUpdate | null;
  context?: OXSecondaryAccountServiceContext | null;
  users?: OXSecondaryAccountServiceUser[];
  groups?: OXSecondaryAccountServiceGroup[];
  auth?: Credentials | null;
}

export interface UpdateResponse {
  return?: boolean;
}

/** One handler for every operation of OXSecondaryAccountService. */
export type OXSecondaryAccountServiceHandlers = {
  create(request: CreateRequest, call: CallInfo): Promise<void>;
  delete(request: DeleteRequest, call: CallInfo): Promise<DeleteResponse>;
  list(request: ListRequest, call: CallInfo): Promise<ListResponse>;
  update(request: UpdateRequest, call: CallInfo): Promise<UpdateResponse>;
};
