import { createHash } from 'node:crypto';

/** One value of a row as LOAD DATA reads it. */
export type Cell = string | number | null;

/** How much there is of everything. Contexts and users get ids as the service would give them: the first of each is 1 and 3. */
export interface Population {
  readonly resellers: number;
  /** Contexts of `usersPerContext` users each, the admin not counted. */
  readonly contexts: number;
  readonly usersPerContext: number;
  /** The users of one more context, the last; 0: there is none. */
  readonly bigContextUsers: number;
  /** Whether mailboxes and file storages hold something, as after a while; else everything is as just created. */
  readonly isUsed: boolean;
}

/** A user that was generated, with what it can log in as. */
export interface GeneratedUser {
  readonly contextId: number;
  readonly id: number;
  readonly login: string;
  readonly password: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surName: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly hasUnifiedQuota: boolean;
}

export const generatedQuotaMb = 1024;
export const adminLogin = 'admin';
/** Of every reseller and every context admin. */
export const generatedPassword = 'secret';
export const unifiedQuotaProperty = 'com.openexchange.unifiedquota.enabled';

const firstUserId = 3;
const givenNames = (
  'Anna Albert Bea Boris Carla Chen Dana Emil Elif Farid Greta Hugo Ines Jan Jule Karim Lena Luis Mara Milo ' +
  'Nina Noah Olga Omar Paula Peer Rana Ruben Sofia Sven Tara Timo Uma Vera Viktor Wanda Xaver Yusuf Zoe Zeno'
).split(' ');
const surNames = (
  'Adler Baum Berg Brandt Dietz Engel Fuchs Graf Haas Horn Jung Kaya Keller Kraus Lang Lorenz Maier Nagel Otto ' +
  'Peters Reuter Roth Sauer Schulz Stein Thiel Ulrich Vogt Wagner Weiss Winter Wolf Yilmaz Zimmer'
).split(' ');

export function resellerName(resellerId: number): string {
  return `reseller${resellerId}`;
}

export function contextName(contextId: number): string {
  return `context-${contextId}`;
}

export function ownerOf(contextId: number, { resellers }: Population): number {
  return ((contextId - 1) % resellers) + 1;
}

/** The contexts in ascending order, each with the number of its users. */
export function* generatedContexts(population: Population): Generator<{ id: number; users: number }> {
  for (let id = 1; id <= population.contexts; id += 1) yield { id, users: population.usersPerContext };
  if (population.bigContextUsers > 0)
    yield { id: population.contexts + 1, users: population.bigContextUsers };
}

/** The mail domain of a context. */
export function domainName(contextId: number): string {
  return `${contextName(contextId)}.example.net`;
}

/** The user with this number (from 0) in a context: always the same one. */
export function generatedUser(contextId: number, index: number): GeneratedUser {
  const mixed = mix(contextId, index);
  const givenName = givenNames[mixed % givenNames.length] ?? '';
  const surName = surNames[(mixed >>> 8) % surNames.length] ?? '';
  const login = `${givenName}.${surName}${index}`.toLowerCase();
  const domain = domainName(contextId);
  const address = `${login}@${domain}`;
  const alias = `${surName}.${givenName}${index}@${domain}`.toLowerCase();
  return {
    contextId,
    id: index + firstUserId,
    login,
    password: `pw-${login}`,
    displayName: `${givenName} ${surName} ${index}`,
    givenName,
    surName,
    address,
    aliases: index % 4 === 1 ? [address, alias] : [address],
    hasUnifiedQuota: index % 8 === 2,
  };
}

/** `{SSHA512}`, salted by the password itself so that it is always the same. */
export function generatedHash(password: string): string {
  const salt = createHash('sha512').update(`salt of ${password}`).digest().subarray(0, 16);
  const digest = createHash('sha512').update(password).update(salt).digest();
  return `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`;
}

/** A number of 32 bits that looks random. */
export function mix(contextId: number, index: number): number {
  let mixed = Math.imul(contextId, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
