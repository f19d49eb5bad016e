import { FaultError } from '../../soap-client/post-envelope.js';
import {
  addressOf,
  completeUser,
  loginOf,
  type Seed,
  type SeedContext,
  SeedError,
  type SeedKind,
  seedKinds,
  type SeedLogin,
  type SeedReseller,
  type SeedUsage,
  type SeedUser,
} from './seed-form.js';

/** Counts by kind of created objects and of existing ones left unchanged. */
export type SeedReport = Readonly<Record<SeedKind, { readonly made: number; readonly present: number }>>;

/** A user who was made. */
export interface SownUser {
  readonly contextId: number;
  readonly userId: number;
  readonly email: string;
}

export interface SeedOptions {
  readonly call: CallOperation;
  readonly master: SeedLogin;
  /** Says how much a new user holds. Absent: nothing, since no operation of the services can say it. */
  readonly setUsage?: (user: SownUser, usage: SeedUsage) => Promise<void>;
  /** Told of each thing that is there now. */
  readonly onDone?: (kind: SeedKind, name: string) => void;
}

/** A hash that costs little, since seeds make many users. */
const passwordMech = 'SHA-512';

/**
 * Creates the seed's missing objects in its order, by the operations of every client. Each object is created
 * whole or not at all, and existing ones stay, so a seed can be applied again.
 * @throws SeedError naming what could not be made
 */
export async function applySeed(seed: Seed, options: SeedOptions): Promise<SeedReport> {
  const sower = new Sower(options);
  for (const reseller of seed.resellers) await sower.sowReseller(reseller);
  return sower.report;
}

interface Place {
  readonly context: SeedContext;
  readonly contextId: number;
  readonly admin: SeedLogin;
  /** True when the parent is new, so that nothing can exist in it. */
  readonly isNew: boolean;
}

class Sower {
  readonly report = Object.fromEntries(seedKinds.map((kind) => [kind, { made: 0, present: 0 }])) as Record<
    SeedKind,
    { made: number; present: number }
  >;

  constructor(private readonly options: SeedOptions) {}

  async sowReseller(reseller: SeedReseller): Promise<void> {
    const { call, master: creds } = this.options;
    const { name, displayName = name } = reseller;
    const { password } = loginOf(reseller);
    await this.sow('resellers', name, {
      isThere: async () => {
        const answer = await call('OXResellerService', 'list', { search_pattern: name, creds });
        return (await returned(answer)).some((each) => each['name'] === name);
      },
      make: () =>
        call('OXResellerService', 'create', {
          adm: { name, displayname: displayName, password, passwordMech },
          creds,
        }),
    });
    for (const context of reseller.contexts) await this.sowContext(context, loginOf(reseller));
  }

  private async sowContext(context: SeedContext, auth: SeedLogin): Promise<void> {
    const { call } = this.options;
    const service = 'OXResellerContextService';
    const { id, name } = context;
    let contextId: number | null = null;
    const isNew = await this.sow('contexts', name, {
      isThere: async () => {
        const found = await orNull('NoSuchContextException', () =>
          call(service, 'getData', { ctx: { name }, auth }),
        );
        if (found !== null) contextId = idIn(found);
        return found !== null;
      },
      make: async () => {
        const ctx = { ...(id === undefined ? {} : { id }), name, maxQuota: BigInt(context.maxQuotaMb) };
        const answer = await call(service, 'create', { ctx, admin_user: adminOf(context), auth });
        contextId = idIn(answer);
      },
    });
    if (contextId === null) return;
    const place = { context, contextId, admin: loginOf(context.admin), isNew };
    const ids = new Map<string, number>();
    for (const user of context.users) ids.set(user.name, await this.sowUser(user, place));
    for (const group of context.groups) await this.sowGroup(group, place, ids);
    for (const resource of context.resources) await this.sowResource(resource, place);
  }

  /** @returns the user's id */
  private async sowUser(user: SeedUser, { context, contextId, admin: auth, isNew }: Place): Promise<number> {
    const { call } = this.options;
    const service = 'OXResellerUserService';
    const ctx = { id: contextId };
    let userId = 0;
    await this.sow('users', `${user.name} of ${context.name}`, {
      isThere: async () => {
        if (isNew) return false;
        const reference = { ctx, user: { name: user.name }, auth };
        const found = await orNull('NoSuchUserException', () => call(service, 'getData', reference));
        if (found !== null) userId = idIn(found);
        return found !== null;
      },
      make: async () => {
        userId = await this.createUser(ctx, userMessage(user, context), auth);
        try {
          await this.setMailQuota(user, contextId, userId, auth);
          const { email } = completeUser(user, context);
          if (user.usage) await this.options.setUsage?.({ contextId, userId, email }, user.usage);
        } catch (error) {
          // A user without what was wanted is not left behind.
          await call(service, 'delete', { ctx, user: { id: userId }, auth }).catch(() => undefined);
          throw error;
        }
      },
    });
    return userId;
  }

  /** By the master admin, who so approves the mail domain, unless he may not act inside contexts. */
  private async createUser(ctx: { id: number }, usrdata: object, admin: SeedLogin): Promise<number> {
    const create = (auth: SeedLogin) =>
      this.options.call('OXResellerUserService', 'create', { ctx, usrdata, auth });
    const made = await orNull('InvalidCredentialsException', () => create(this.options.master));
    return idIn(made ?? (await create(admin)));
  }

  private async setMailQuota(
    { mailQuotaMb }: SeedUser,
    contextId: number,
    userId: number,
    auth: SeedLogin,
  ): Promise<void> {
    if (mailQuotaMb === undefined) return;
    const message = { ctxid: contextId, usrid: userId, quota: mailQuotaMb, creds: auth };
    await this.options.call('OXaaSService', 'setMailQuota', message);
  }

  private sowGroup(
    { name, displayName = name, members }: SeedContext['groups'][number],
    { context, contextId, admin: auth, isNew }: Place,
    ids: ReadonlyMap<string, number>,
  ): Promise<boolean> {
    const { call } = this.options;
    const service = 'OXResellerGroupService';
    const ctx = { id: contextId };
    const memberIds = members.flatMap((member) => ids.get(member) ?? []);
    return this.sow('groups', `${name} of ${context.name}`, {
      isThere: async () => {
        if (isNew) return false;
        const groups = await returned(await call(service, 'list', { ctx, pattern: name, auth }));
        return groups.some((each) => each['name'] === name);
      },
      make: () =>
        call(service, 'create', { ctx, grp: { name, displayname: displayName, members: memberIds }, auth }),
    });
  }

  private sowResource(
    resource: SeedContext['resources'][number],
    { context, contextId, admin: auth, isNew }: Place,
  ): Promise<boolean> {
    const { call } = this.options;
    const service = 'OXResellerResourceService';
    const ctx = { id: contextId };
    const { name, displayName: displayname = name, email = addressOf(name, context), description } = resource;
    return this.sow('resources', `${name} of ${context.name}`, {
      isThere: async () => {
        if (isNew) return false;
        const resources = await returned(await call(service, 'list', { ctx, pattern: name, auth }));
        return resources.some((each) => each['name'] === name);
      },
      make: () =>
        call(service, 'create', {
          ctx,
          res: { name, displayname, email, available: true, description: description ?? null },
          auth,
        }),
    });
  }

  /** @returns true when it was created now */
  private async sow(
    kind: SeedKind,
    name: string,
    { isThere, make }: { isThere: () => Promise<boolean>; make: () => Promise<unknown> },
  ): Promise<boolean> {
    try {
      const isPresent = await isThere();
      if (!isPresent) await make();
      this.report[kind][isPresent ? 'present' : 'made'] += 1;
      this.options.onDone?.(kind, name);
      return !isPresent;
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      throw new SeedError(`${kind.slice(0, -1)} ${name}: ${error.message}`);
    }
  }
}

function adminOf(context: SeedContext): object {
  const { login, password } = loginOf(context.admin);
  const email = addressOf(login, context);
  return {
    name: login,
    password,
    passwordMech,
    display_name: `Admin of ${context.name}`,
    given_name: 'Admin',
    sur_name: context.name,
    primaryEmail: email,
    email1: email,
  };
}

function userMessage(given: SeedUser, context: SeedContext): object {
  const user = completeUser(given, context);
  const { maxQuotaMb, unifiedQuota, language, timezone, aliases } = user;
  return {
    name: user.name,
    password: user.password,
    passwordMech,
    display_name: user.displayName,
    given_name: user.givenName,
    sur_name: user.surName,
    primaryEmail: user.email,
    email1: user.email,
    ...(aliases === undefined ? {} : { aliases: [user.email, ...aliases] }),
    ...(language === undefined ? {} : { language }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(maxQuotaMb === undefined ? {} : { maxQuota: BigInt(maxQuotaMb) }),
    ...(unifiedQuota === undefined ? {} : { userAttributes: unifiedAttribute(unifiedQuota) }),
  };
}

function unifiedAttribute(enabled: boolean): object {
  const entry = { key: 'com.openexchange.unifiedquota.enabled', value: String(enabled) };
  return { entries: [{ key: 'config', value: { entries: [entry] } }] };
}

type Item = Readonly<Record<string, unknown>>;

/** Items of the answer's repeated `return`. */
async function returned(answer: unknown): Promise<Item[]> {
  const { return: items } = (answer ?? {}) as { return?: readonly Item[] | AsyncIterable<Item> | null };
  const list: Item[] = [];
  for await (const item of items ?? []) list.push(item);
  return list;
}

function idIn(answer: unknown): number {
  const { return: item } = (answer ?? {}) as { return?: { id?: unknown } | null };
  if (typeof item?.id === 'number') return item.id;
  throw new FaultError('the answer holds no id', null);
}

async function orNull<T>(exception: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FaultError && error.exceptionName === exception) return null;
    throw error;
  }
}

/** Carries out one operation of a service: message in, message out. @throws FaultError */
export type CallOperation = (service: string, operation: string, message: object) => Promise<unknown>;
