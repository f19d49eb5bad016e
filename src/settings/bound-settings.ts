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
    'How many attributes a user or a context may have; also how many capabilities, taxonomies and configuration entries a reseller may. This and the bounds below hold for the whole object, however many calls it took: what is above one already may stay or become less.',
  ),
  MAX_ATTRIBUTE_BYTES: bound(
    262_144,
    16_777_216,
    'How large the attributes of one user or context may be together, in bytes; also each of the three of a reseller.',
  ),
  MAX_ALIASES: bound(1_000, 50_000, 'How many aliases a user may have.'),
  MAX_PROFILE_BYTES: bound(
    1_048_576,
    4_000_000,
    'How large the personal data of a user may be together (notes, postal addresses, phones, picture), in bytes.',
  ),
  MAX_LOGIN_MAPPINGS: bound(1_000, 50_000, 'How many login mappings a context may have.'),
  MAX_GROUP_MEMBERS: bound(
    50_000,
    1_000_000,
    'How many members a group may have; the group of everybody in a context has no bound.',
  ),
  MAX_RESOURCE_PERMISSIONS: bound(1_000, 50_000, 'How many permissions a resource may have.'),
  MAX_CAPABILITIES: bound(1_000, 50_000, 'How many capabilities may be set for a user, or for a context.'),
  MAX_FORWARDS: bound(10_000, 1_000_000, 'How many addresses of a context may be forwarded.'),
  MAX_FORWARD_TARGETS: bound(100, 10_000, 'To how many addresses one address may be forwarded.'),
  MAX_CATCHALLS: bound(10_000, 1_000_000, 'How many catch-alls a context may have.'),
  MAX_SECONDARY_ACCOUNTS: bound(100, 10_000, 'How many secondary accounts a user may have.'),
  MAX_ANNOUNCEMENTS: bound(
    1_000,
    100_000,
    'How many announcements a reseller, or the master admin, may have.',
  ),
  MAX_ANNOUNCEMENT_BYTES: bound(
    1_048_576,
    1_073_741_824,
    'How large the announcements of a reseller, or of the master admin, may be together, in bytes.',
  ),
};
