import type { UserClaims } from '../../src/provisioning/model/claims.js';
import type { Attributes, Context, User } from '../../src/provisioning/model/model.js';
import type { MailDomain } from '../../src/provisioning/repositories/mailbox-repository.js';
import type { Repositories, Store } from '../../src/provisioning/repositories/store.js';

export const noClaims: UserClaims = { displayName: null, mail: [] };

export function attributes(entries: Record<string, Record<string, string>>): Attributes {
  return new Map(
    Object.entries(entries).map(([namespace, values]) => [namespace, new Map(Object.entries(values))]),
  );
}

export function aContext(id: number, members: Partial<Context> = {}): Context {
  return {
    id,
    name: `context-${id}`,
    ownerId: null,
    enabled: true,
    maxQuotaMb: -1,
    filestoreId: 1,
    averageSizeMb: 100,
    gabMode: null,
    customId: null,
    adminId: 2,
    loginMappings: [String(id)],
    attributes: new Map(),
    restrictions: [],
    ...members,
  };
}

export function aUser(contextId: number, id: number, login: string, members: Partial<User> = {}): User {
  const address = `${login}@example.org`;
  return {
    contextId,
    id,
    isContextAdmin: false,
    login,
    passwordHash: `{CRYPT}$2b$${login}`,
    passwordMech: '{BCRYPT}',
    passwordExpired: false,
    enabled: true,
    displayName: `The ${login}`,
    givenName: 'Given',
    surName: 'Sur',
    primaryEmail: address,
    email1: address,
    email2: null,
    email3: null,
    defaultSenderAddress: address,
    aliases: [address],
    language: 'en_US',
    timezone: 'Europe/Berlin',
    defaultGroupId: 1,
    moduleAccess: 0,
    maxQuotaMb: -1,
    filestoreId: 0,
    filestoreOwnerId: 0,
    mailQuotaMb: null,
    imap: { schema: 'imap://', host: 'localhost', port: 143 },
    smtp: { schema: 'smtp://', host: 'localhost', port: 25 },
    attributes: new Map(),
    profile: {},
    ...members,
  };
}

/** A context with its default group (1) and admin (2), as the rules make it; the next user gets 3. */
export async function insertContext(store: Store, context: Context): Promise<void> {
  await store.transaction(async (repositories) => {
    await repositories.contexts.insert(context, 3);
    await repositories.groups.insert({
      contextId: context.id,
      id: 1,
      name: 'users',
      displayName: 'All users',
      memberIds: [],
    });
    await repositories.users.create({
      user: aUser(context.id, 2, 'admin', { isContextAdmin: true }),
      claims: noClaims,
      guard: null,
    });
  });
}

/** A domain in mail that a context has. */
export async function giveDomain(
  { mailDomains }: Repositories,
  domain: string,
  contextId: number,
  members: Partial<MailDomain> = {},
): Promise<void> {
  const owner = { kind: 'context', contextId } as const;
  const whole = { domain, owner, isShared: false, isApproved: true, state: 'active' } as const;
  await mailDomains.insertIfFree({ ...whole, ...members });
  await mailDomains.addContext(domain, contextId);
}

/** Takes the next id and inserts; answers the id. */
export async function createUser(
  repositories: Repositories,
  contextId: number,
  login: string,
  members: Partial<User> = {},
  claims = noClaims,
): Promise<number> {
  const id = await repositories.contexts.takeNextPrincipalId(contextId);
  if (id === null) throw new Error('no such context');
  await repositories.users.create({ user: aUser(contextId, id, login, members), claims, guard: null });
  return id;
}
