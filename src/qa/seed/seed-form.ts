import { z } from 'zod';
import { isXmlText } from '../../soap/contract/lexical.js';

const unsendable = 'holds a character that XML cannot carry';
const name = z.string().min(1).max(128).refine(isXmlText, unsendable);
const text = z.string().min(1).max(256).refine(isXmlText, unsendable);
const megabytes = z.int().min(-1).max(1_000_000_000);

const count = z
  .int()
  .min(0)
  .max(2 ** 50)
  .default(0);

/** Usage of a user, which may exceed its quota. */
const usage = z.strictObject({ mailBytes: count, mailMessages: count, fileBytes: count, files: count });

const user = z.strictObject({
  name,
  password: text.optional(),
  givenName: text.optional(),
  surName: text.optional(),
  displayName: text.optional(),
  email: z.email().optional(),
  aliases: z.array(z.email()).optional(),
  language: text.optional(),
  timezone: text.optional(),
  /** Files; -1: no limit. */
  maxQuotaMb: megabytes.optional(),
  mailQuotaMb: megabytes.optional(),
  /** True for one quota over mail and files. */
  unifiedQuota: z.boolean().optional(),
  usage: usage.optional(),
});

const group = z.strictObject({
  name,
  displayName: text.optional(),
  /** Names of users of the context. */
  members: z.array(name).default([]),
});

const resource = z.strictObject({
  name,
  displayName: text.optional(),
  email: z.email().optional(),
  description: text.optional(),
});

const context = z
  .strictObject({
    name,
    id: z
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional(),
    maxQuotaMb: megabytes.default(10_000),
    admin: z.strictObject({ name, password: text.optional() }).default({ name: 'admin' }),
    users: z.array(user).default([]),
    groups: z.array(group).default([]),
    resources: z.array(resource).default([]),
  })
  .superRefine(({ admin, users, groups, resources }, check) => {
    refuseTwice(check, ['users'], users, [admin.name]);
    refuseTwice(check, ['groups'], groups);
    refuseTwice(check, ['resources'], resources);
    const logins = new Set(users.map((each) => each.name));
    for (const [at, { members }] of groups.entries())
      for (const [index, member] of members.entries())
        if (!logins.has(member))
          check.addIssue({
            code: 'custom',
            path: ['groups', at, 'members', index],
            message: `there is no user ${JSON.stringify(member)} in this context`,
          });
  });

const reseller = z.strictObject({
  name,
  displayName: text.optional(),
  password: text.optional(),
  contexts: z.array(context).default([]),
});

/** Form of a seed file. Only names are required; the rest has defaults by rule. */
export const seedForm = z
  .strictObject({ resellers: z.array(reseller) })
  .superRefine(({ resellers }, check) => {
    refuseTwice(check, ['resellers'], resellers);
    const taken: string[] = [];
    for (const [at, { contexts }] of resellers.entries()) {
      refuseTwice(check, ['resellers', at, 'contexts'], contexts, taken);
      taken.push(...contexts.map((each) => each.name));
    }
  });

/** Seed with defaults: resellers, their contexts, and their content. */
export type Seed = z.output<typeof seedForm>;
/** A seed as it is written down. */
export type SeedText = z.input<typeof seedForm>;
export type SeedReseller = Seed['resellers'][number];
export type SeedContext = SeedReseller['contexts'][number];
export type SeedUser = SeedContext['users'][number];
export type SeedUsage = NonNullable<SeedUser['usage']>;

function refuseTwice(
  check: z.core.$RefinementCtx,
  path: readonly (string | number)[],
  items: readonly { readonly name: string }[],
  taken: readonly string[] = [],
): void {
  const seen = new Set(taken);
  for (const [index, item] of items.entries()) {
    if (seen.has(item.name))
      check.addIssue({
        code: 'custom',
        path: [...path, index, 'name'],
        message: `${JSON.stringify(item.name)} is there twice`,
      });
    seen.add(item.name);
  }
}

/** Rule of passwords that a seed omits. */
export const passwordRule = 'the password of NAME is NAME-secret, unless the seed says another';

/** Login of a seed, with its password. */
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

/** User of a seed, with defaults by rule. */
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

/** Object counts of a seed by kind. */
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

/** A seed cannot be used. The message says where, for a file as `file:line:column`. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}
