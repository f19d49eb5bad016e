import type { GroupFields } from '../provisioning/groups/groups.js';
import type { NamedReference } from '../provisioning/groups/read-groups.js';
import type { Group as StoredGroup } from '../provisioning/model/model.js';
import type { Group } from './generated/types.js';
import { set } from './wire-values.js';

/** How a message names a group. */
export function groupReference({ id, name }: Group): NamedReference {
  return { id, name };
}

/** What a message says about a group. */
export function groupFields({ name, displayname, members }: Group): GroupFields {
  return { name: set(name), displayName: set(displayname), memberIds: members ?? [] };
}

/** A group as every operation shows it. */
export function showGroup({ id, name, displayName, memberIds }: StoredGroup): Group {
  return { displayname: displayName, id, members: [...memberIds], name };
}
