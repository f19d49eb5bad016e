import type { Seed, SeedContext, SeedUser } from './seed-form.js';

/** How passwords are made that a seed does not name. */
export const passwordRule = 'the password of NAME is NAME-secret, unless the seed says another';

/** Whoever can log in. */
export interface SeedLogin {
  readonly login: string;
  readonly password: string;
}

type Complete<T, Key extends keyof T> = T & { readonly [K in Key]-?: NonNullable<T[K]> };

/** A user whose mandatory fields are all there. */
export type CompleteUser = Complete<SeedUser, 'password' | 'givenName' | 'surName' | 'displayName' | 'email'>;

/** The login of whoever the seed names. */
export function loginOf({ name, password }: Pick<SeedUser, 'name' | 'password'>): SeedLogin {
  return { login: name, password: password ?? `${name}-secret` };
}

/** What the seed does not say of a user, by rule. */
export function completeUser(user: SeedUser, context: SeedContext): CompleteUser {
  const givenName = user.givenName ?? user.name;
  const surName = user.surName ?? context.name;
  return {
    ...user,
    password: loginOf(user).password,
    givenName,
    surName,
    displayName: user.displayName ?? user.name,
    email: user.email ?? addressOf(user.name, context),
  };
}

/** An address that nobody else has: names of contexts are unique. */
export function addressOf(name: string, context: SeedContext): string {
  const domain = context.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${name}@${domain === '' ? 'context' : domain}.example.org`;
}

/** How much of each kind a seed holds. */
export function seedCounts({ resellers }: Seed): Record<SeedKind, number> {
  const contexts = resellers.flatMap((each) => each.contexts);
  const sum = (kind: 'users' | 'groups' | 'resources') =>
    contexts.reduce((total, context) => total + context[kind].length, 0);
  return {
    resellers: resellers.length,
    contexts: contexts.length,
    users: sum('users'),
    groups: sum('groups'),
    resources: sum('resources'),
  };
}

export const seedKinds = ['resellers', 'contexts', 'users', 'groups', 'resources'] as const;
export type SeedKind = (typeof seedKinds)[number];
