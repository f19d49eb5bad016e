import {
  addGroupMembers,
  changeGroup,
  createGroup,
  deleteGroups,
  type GroupFields,
  removeGroupMembers,
} from '../provisioning/groups/groups.js';
import {
  getDefaultGroup,
  getGroup,
  getGroups,
  listGroups,
  listGroupsOfUser,
  type NamedReference,
} from '../provisioning/groups/read-groups.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { Group as StoredGroup } from '../provisioning/model/model.js';
import type {
  AddMemberRequest,
  OXResellerGroupServiceHandlers,
} from './generated/ox-reseller-group-service.js';
import type { Group, User } from './generated/types.js';
import { userReference } from './user-message.js';
import { callerOf, set } from './wire-values.js';

/** The handlers of OXResellerGroupService, named as on the wire. */
export function oxResellerGroupService(installation: Installation): OXResellerGroupServiceHandlers {
  return {
    create: async ({ ctx, grp, auth }) => {
      const request = { contextId: ctx?.id, fields: grp ? groupFields(grp) : null };
      return { return: showGroup(await createGroup(installation, request, callerOf(auth))) };
    },
    change: ({ ctx, grp, auth }) =>
      changeGroup(
        installation,
        {
          contextId: ctx?.id,
          group: grp ? { reference: groupReference(grp), fields: groupFields(grp) } : null,
        },
        callerOf(auth),
      ),
    delete: ({ ctx, grp, auth }) =>
      deleteGroups(
        installation,
        { contextId: ctx?.id, groups: grp ? [groupReference(grp)] : [] },
        callerOf(auth),
      ),
    deleteMultiple: ({ ctx, grps, auth }) =>
      deleteGroups(
        installation,
        { contextId: ctx?.id, groups: (grps ?? []).map(groupReference) },
        callerOf(auth),
      ),

    addMember: (request) => addGroupMembers(installation, membersRequest(request), callerOf(request.auth)),
    removeMember: (request) =>
      removeGroupMembers(installation, membersRequest(request), callerOf(request.auth)),
    getMembers: async ({ ctx, grp, auth }) => {
      const { memberIds } = await getGroup(
        installation,
        ctx?.id,
        grp ? groupReference(grp) : null,
        callerOf(auth),
      );
      return { return: memberIds.map(showMember) };
    },

    getData: async ({ ctx, grp, auth }) => {
      const reference = grp ? groupReference(grp) : null;
      return { return: showGroup(await getGroup(installation, ctx?.id, reference, callerOf(auth))) };
    },
    getMultipleData: async ({ ctx, grps, auth }) => {
      const groups = await getGroups(installation, ctx?.id, (grps ?? []).map(groupReference), callerOf(auth));
      return { return: groups.map(showGroup) };
    },
    getDefaultGroup: async ({ ctx, auth }) => {
      const group = await getDefaultGroup(installation, ctx?.id, callerOf(auth));
      return { return: group && showGroup(group) };
    },
    list: async ({ ctx, pattern, auth }) => ({
      return: (await listGroups(installation, ctx?.id, pattern, callerOf(auth))).map(showGroup),
    }),
    listAll: async ({ ctx, auth }) => ({
      return: (await listGroups(installation, ctx?.id, '*', callerOf(auth))).map(showGroup),
    }),
    listGroupsForUser: async ({ ctx, usr, auth }) => {
      const user = usr ? userReference(usr) : null;
      return { return: (await listGroupsOfUser(installation, ctx?.id, user, callerOf(auth))).map(showGroup) };
    },
  };
}

function membersRequest({ ctx, grp, members }: AddMemberRequest) {
  return {
    contextId: ctx?.id,
    group: grp ? groupReference(grp) : null,
    members: (members ?? []).map(userReference),
  };
}

/** Group reference of a message. */
function groupReference({ id, name }: Group): NamedReference {
  return { id, name };
}

/** Group fields of a message. */
function groupFields({ name, displayname, members }: Group): GroupFields {
  return { name: set(name), displayName: set(displayname), memberIds: members ?? [] };
}

/** OX: a member is a user object with its id and what a new object starts with. */
function showMember(id: number): User {
  return {
    contextadmin: false,
    id,
    imapPort: 143,
    imapSchema: 'imap://',
    smtpPort: 25,
    smtpSchema: 'smtp://',
    userAttributes: {},
  };
}

/** A group as every operation shows it. */
function showGroup({ id, name, displayName, memberIds }: StoredGroup): Group {
  return { displayname: displayName, id, members: [...memberIds], name };
}
