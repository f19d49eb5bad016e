import { docs, integer } from './setting-types.js';

function bound(defaultValue: number, max: number, meaning: string) {
  return integer(1, max)
    .prefault(String(defaultValue))
    .register(docs, { meaning, allowed: `a whole number from 1 to ${max}` });
}

/**
 * Bounds of the size of one object, over any number of calls. The defaults are out of reach for honest
 * clients. They also let an object always be sent back whole within MAX_BODY_BYTES.
 */
export const boundSettings = {
  MAX_ATTRIBUTES: bound(
    2_000,
    1_000_000,
    'Maximum number of attributes of a user or a context; also of capabilities, taxonomies and configuration entries of a reseller. This and the bounds below hold for the whole object, however many calls it took: what is above one already may stay or become less.',
  ),
  MAX_ATTRIBUTE_BYTES: bound(
    262_144,
    16_777_216,
    'Maximum size of all attributes of a user or context, in bytes; also of each of the three of a reseller.',
  ),
  MAX_ALIASES: bound(1_000, 50_000, 'Maximum number of aliases of a user.'),
  MAX_PROFILE_BYTES: bound(
    1_048_576,
    4_000_000,
    'Maximum size of the personal data of a user (notes, postal addresses, phones, picture), in bytes.',
  ),
  MAX_LOGIN_MAPPINGS: bound(1_000, 50_000, 'Maximum number of login mappings of a context.'),
  MAX_GROUP_MEMBERS: bound(
    50_000,
    1_000_000,
    'Maximum number of members of a group; the group of everybody in a context has no bound.',
  ),
  MAX_RESOURCE_PERMISSIONS: bound(1_000, 50_000, 'Maximum number of permissions of a resource.'),
  MAX_CAPABILITIES: bound(1_000, 50_000, 'Maximum number of capabilities of a user, or of a context.'),
  MAX_FORWARDS: bound(10_000, 1_000_000, 'Maximum number of forwarded addresses of a context.'),
  MAX_FORWARD_TARGETS: bound(100, 10_000, 'To how many addresses one address may be forwarded.'),
  MAX_CATCHALLS: bound(10_000, 1_000_000, 'Maximum number of catch-alls of a context.'),
  MAX_SECONDARY_ACCOUNTS: bound(100, 10_000, 'Maximum number of secondary accounts of a user.'),
  MAX_ANNOUNCEMENTS: bound(
    1_000,
    100_000,
    'Maximum number of announcements of a reseller, or of the master admin.',
  ),
  MAX_ANNOUNCEMENT_BYTES: bound(
    1_048_576,
    1_073_741_824,
    'Maximum size of all announcements of a reseller, or of the master admin, in bytes.',
  ),
};
