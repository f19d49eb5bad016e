import { ProvisioningError } from './errors.js';

const invalidData = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text);
const taken = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text, 'taken');
const noSuchGroup = (text: string): ProvisioningError => new ProvisioningError('NoSuchGroup', text);
const noSuchResource = (text: string): ProvisioningError => new ProvisioningError('NoSuchResource', text);

/** OX: a look-up by name fails inside two exceptions (docs/contract/faults.md#3). */
const ofName = (exception: string, text: string): string =>
  `com.openexchange.admin.rmi.exceptions.NoSuchObjectException: com.openexchange.admin.rmi.exceptions.${exception}: ${text}`;

/**
 * The part of the catalogue (see errors) that is about groups and resources; slips of the pen are the original's.
 * Source: docs/contract/groups-and-resources.md#1, docs/contract/groups-and-resources.md#2.
 */
export const groupErrors = {
  groupNotIdentified: () => invalidData('One groupobject has no groupid or groupname'),
  noSuchGroup: () => noSuchGroup('No such group'),
  noSuchGroupOfMany: (groupId: number) => noSuchGroup(`No such group ${groupId}`),
  noSuchGroupName: (name: string, contextId: number) =>
    noSuchGroup(ofName('NoSuchGroupException', `No such group ${name} in context ${contextId}`)),
  noSuchMember: () => new ProvisioningError('NoSuchUser', 'No such user'),
  groupExists: () => taken('Group already exists!'),
  groupNameTakenOnChange: (name: string) => taken(`Group ${name} already exists in this context`),
  invalidGroupName: () => invalidData('Invalid group name'),
  alreadyMember: () => invalidData('Member already exists in group'),
  noMembers: () => invalidData('No members given'),
  defaultGroupDelete: (groupId: number) => invalidData(`Group with id ${groupId} cannot be deleted`),

  resourceNotIdentified: () => invalidData('One resourceobject has no resourceid or resourcename'),
  noSuchResource: () => noSuchResource('resource with with this id does not exist'),
  noSuchResourceOnChange: () => noSuchResource('Resource with this id does not exists'),
  noSuchResourceOnDelete: () => noSuchResource('Resource with this id does not exist'),
  noSuchResourceOfMany: (resourceId: number) => noSuchResource(`No such resource ${resourceId}`),
  noSuchResourceName: (name: string, contextId: number) =>
    noSuchResource(ofName('NoSuchResourceException', `No such resource ${name} in context ${contextId}`)),
  resourceExists: (name: string) => taken(`Resource ${name} already exists in this context`),
  resourceEmailTaken: () => taken('Resource with this email address already exists'),
  invalidResourceName: () => invalidData('Invalid resource name'),
  invalidResourcePattern: () => invalidData('Invalid pattern!'),
  permissionWithoutEntity: () => invalidData('A permission of the resource has no entity'),
  permissionOfNoUser: (userId: number) => invalidData(`User with id ${userId} not found.`),
  permissionOfNoGroup: (groupId: number) => invalidData(`Group with id ${groupId} not found.`),
  invalidPrivilege: (privilege: string, entityId: number) =>
    invalidData(`Invalid permission privilege ${privilege} for entity ${entityId}.`),
} as const;
