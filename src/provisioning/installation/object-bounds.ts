import { errors } from '../errors/errors.js';
import type { Attributes, Reseller, User } from '../model/model.js';

/** Bounds of one object, over any number of calls. */
export interface ObjectBounds {
  /** Attributes of a user or a context; also each of a reseller's capabilities, taxonomies and configuration. */
  readonly maxAttributes: number;
  /** Of all of them together: namespaces, names and values. */
  readonly maxAttributeBytes: number;
  readonly maxAliases: number;
  /** Size of a user's personal data as JSON: notes, addresses, phones, picture. */
  readonly maxProfileBytes: number;
  readonly maxLoginMappings: number;
  /** The group that holds everybody of a context apart. */
  readonly maxGroupMembers: number;
  readonly maxResourcePermissions: number;
  /** Of a user or a context. */
  readonly maxCapabilities: number;
  /** Of a context, like the two below. */
  readonly maxForwards: number;
  readonly maxForwardTargets: number;
  readonly maxCatchalls: number;
  /** Of a user. */
  readonly maxSecondaryAccounts: number;
  /** Of a reseller, or of the master admin; like the one below. */
  readonly maxAnnouncements: number;
  readonly maxAnnouncementBytes: number;
}

/**
 * Refuses more members than there may be. What is above the bound already, from another time, may stay or become less.
 * @param member as clients know it
 * @throws ProvisioningError InvalidData naming the member and the bound
 */
export function checkCount(member: string, max: number, before: number, after: number): void {
  if (after > max && after > before) throw errors.tooMany(member, max);
}

/**
 * Like checkCount, for the size of all members together.
 * @throws ProvisioningError InvalidData
 */
export function checkBytes(member: string, maxBytes: number, before: number, after: number): void {
  if (after > maxBytes && after > before) throw errors.tooManyBytes(member, maxBytes);
}

/** Refuses attributes that became too many or too large together. @throws ProvisioningError InvalidData */
export function checkAttributeBounds(
  { maxAttributes, maxAttributeBytes }: ObjectBounds,
  before: Attributes,
  after: Attributes,
): void {
  const [had, has] = [sizeOf(before), sizeOf(after)];
  checkCount('userAttributes', maxAttributes, had.count, has.count);
  checkBytes('userAttributes', maxAttributeBytes, had.bytes, has.bytes);
}

/** Bounded fields of a user. */
export type BoundedUser = Pick<User, 'aliases' | 'attributes' | 'profile'>;

const nobody: BoundedUser = { aliases: [], attributes: new Map(), profile: {} };

/**
 * Refuses a user that holds too much.
 * @param before as it is stored, under its lock; absent: it is new
 * @throws ProvisioningError InvalidData
 */
export function checkUserBounds(bounds: ObjectBounds, after: BoundedUser, before = nobody): void {
  checkCount('aliases', bounds.maxAliases, before.aliases.length, after.aliases.length);
  checkAttributeBounds(bounds, before.attributes, after.attributes);
  if (after.profile === before.profile) return;
  const [had, has] = [before, after].map(({ profile }) => Buffer.byteLength(JSON.stringify(profile)));
  checkBytes('The personal data', bounds.maxProfileBytes, had ?? 0, has ?? 0);
}

/** Refuses a reseller that holds too much. @throws ProvisioningError InvalidData */
export function checkResellerBounds(
  { maxAttributes, maxAttributeBytes }: ObjectBounds,
  before: Pick<Reseller, 'capabilities' | 'taxonomies' | 'configuration'>,
  after: Pick<Reseller, 'capabilities' | 'taxonomies' | 'configuration'>,
): void {
  for (const member of ['capabilities', 'taxonomies', 'configuration'] as const) {
    const [had, has] = [textsOf(before[member]), textsOf(after[member])];
    checkCount(member, maxAttributes, had.length, has.length);
    checkBytes(member, maxAttributeBytes, bytesOf(had), bytesOf(has));
  }
}

function textsOf(values: readonly string[] | ReadonlyMap<string, string>): string[] {
  return values instanceof Map
    ? [...(values as ReadonlyMap<string, string>)].map(([name, value]) => name + value)
    : [...(values as readonly string[])];
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

function sizeOf(attributes: Attributes): { readonly count: number; readonly bytes: number } {
  let [count, bytes] = [0, 0];
  for (const [namespace, entries] of attributes)
    for (const [name, value] of entries) {
      count += 1;
      bytes += bytesOf([namespace, name, value]);
    }
  return { count, bytes };
}
