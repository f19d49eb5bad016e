import { z } from 'zod';
import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import {
  secretOf,
  splitAddress,
  type AccountMemory,
  type AccountServer,
  MailServerError,
  usageOf,
  type MailboxUsage,
} from './mail-server.js';
import { requestJson } from './request-json.js';
import {
  accountPatch,
  newAccount,
  quotaKeys,
  registryAccountShape,
  type Alias,
  type RegistryAccount,
} from './stalwart-jmap-account.js';
import { markOf, recall, unionOf } from './told-difference.js';

export interface StalwartOptions {
  /** Scheme, host and port. */
  readonly url: string;
  /** The whole of the Authorization header. */
  readonly authorization: string;
  /** True when Oxbow sets passwords; false when Stalwart reads them from its own directory. */
  readonly pushesCredentials: boolean;
  /** For one request. */
  readonly timeoutMs?: number;
}

const using = ['urn:ietf:params:jmap:core', 'urn:stalwart:jmap'];
const tag = 'o';
const properties = [
  'id',
  'emailAddress',
  'quotas',
  'usedDiskQuota',
  'aliases',
  'credentials',
  'permissions',
  'memberTenantId',
];

const sessionShape = z.object({ apiUrl: z.string(), primaryAccounts: z.record(z.string(), z.string()) });
const answerShape = z.object({
  methodResponses: z.tuple([z.tuple([z.string(), z.record(z.string(), z.unknown()), z.literal(tag)])]),
});
const errorShape = z.object({ type: z.string() });
const queryShape = z.object({ ids: z.array(z.string()) });
const accountsShape = z.object({ list: z.array(registryAccountShape) });
const tenantsShape = z.object({ list: z.array(z.object({ id: z.string(), name: z.string() })) });
const setShape = z.object({
  created: z.record(z.string(), z.object({ id: z.string() })).nullish(),
  notCreated: z.record(z.string(), errorShape).nullish(),
  notUpdated: z.record(z.string(), errorShape).nullish(),
  notDestroyed: z.record(z.string(), errorShape).nullish(),
});

/** Stalwart 0.16: everything through its registry, spoken in JMAP (docs/contract/mail-servers.md#2-2). */
export class StalwartJmapMailServer implements AccountServer {
  private session: Promise<{ readonly endpoint: string; readonly accountId: string }> | null = null;

  constructor(private readonly options: StalwartOptions) {}

  factsOf(account: MailAccount): ToldFacts {
    const { mayLogin, maySend, mayReceive, tenantLimitBytes } = account;
    const rights = { authenticate: mayLogin, emailReceive: mayReceive, emailSend: maySend };
    const secret = this.secretFor(account);
    return {
      aliases: account.aliases,
      secretMarks: secret === null ? [] : [markOf(secret)],
      limitBytes: account.limitBytes,
      disabledPermissions: Object.entries(rights).flatMap(([name, isGiven]) => (isGiven ? [] : [name])),
      objectQuotas: Object.fromEntries(
        [...account.objectQuotas].map(([kind, limit]) => [quotaKeys[kind], limit]),
      ),
      tenantOf: tenantLimitBytes === null ? null : account.contextId,
    };
  }

  async applyAccount(account: MailAccount, memory: AccountMemory): Promise<ToldAccount> {
    const { mailbox } = account;
    const present = await this.findFirst([mailbox, ...memory.formerNames]);
    const { local: name, domain } = splitAddress(mailbox);
    const domainId = await this.domainId(domain);
    if (domainId === null) throw new MailServerError('failed', 'Stalwart does not know the domain');
    const wanted = this.factsOf(account);
    const aliases = await this.aliasesOf(account.aliases);
    const tenantId = wanted.tenantOf === null ? null : await this.tenantId(wanted.tenantOf);
    const facts = {
      ...wanted,
      aliases: aliases.map(({ address }) => address),
      tenantOf: tenantId === null ? null : wanted.tenantOf,
    };
    const secret = this.options.pushesCredentials ? this.secretFor(account) : undefined;
    const target = { mailbox, name, domainId, aliases, tenantId, secret, facts };
    if (present === null) {
      await memory.intend('', facts);
      const serverId = await this.set('x:Account/set', { create: { a: newAccount(target) } });
      return { mailbox, serverId, isSettled: true, facts };
    }
    const told = recall(memory.told, present.id);
    const former = await this.aliasesOf(formerAliases(told, account));
    const patch = accountPatch(present, target, { told, former });
    if (Object.keys(patch).length > 0) {
      await memory.intend(present.id, unionOf(told, facts));
      await this.set('x:Account/set', { update: { [present.id]: patch } });
    }
    return { mailbox, serverId: present.id, isSettled: true, facts };
  }

  async applyLimit(mailbox: string, limitBytes: number | null): Promise<void> {
    const { id } = await this.require(mailbox);
    await this.set('x:Account/set', { update: { [id]: { 'quotas/maxDiskQuota': limitBytes } } });
  }

  async applyTenant(contextId: number, limitBytes: number | null): Promise<void> {
    const id = await this.tenantId(contextId);
    if (id !== null)
      await this.set('x:Tenant/set', { update: { [id]: { 'quotas/maxDiskQuota': limitBytes } } });
    else if (limitBytes !== null)
      throw new MailServerError('failed', `Stalwart has no tenant ${tenantName(contextId)}`);
  }

  /** Of everything that the account holds; Stalwart does not count messages apart. */
  async readUsage(mailbox: string): Promise<MailboxUsage | null> {
    const account = await this.find(mailbox);
    if (account === null) return null;
    const { usedDiskQuota: bytes = 0 } = account;
    return usageOf('Stalwart', { bytes, messages: 0 });
  }

  async recalculate(mailbox: string): Promise<void> {
    const account = await this.find(mailbox);
    if (account === null) return;
    const status = { '@type': 'Pending', due: new Date().toISOString().replace(/\.\d+/, '') };
    const of = { accountId: account.id, maintenanceType: 'recalculateQuota', status };
    await this.set('x:Task/set', { create: { t: { '@type': 'AccountMaintenance', ...of } } });
  }

  /** Does nothing: each write invalidates Stalwart's account cache, so open sessions notice. */
  dropSessions(): Promise<void> {
    return Promise.resolve();
  }

  async remove(mailbox: string): Promise<void> {
    const account = await this.look(mailbox);
    if (account?.credentials !== undefined) await this.set('x:Account/set', { destroy: [account.id] });
  }

  /** An address in a domain that Stalwart does not serve gets no mail there anyway. */
  private async aliasesOf(addresses: readonly string[]): Promise<Alias[]> {
    const found: Alias[] = [];
    const ids = new Map<string, string | null>();
    for (const address of addresses) {
      const { local: name, domain } = splitAddress(address);
      if (!ids.has(domain)) ids.set(domain, await this.domainId(domain));
      const domainId = ids.get(domain) ?? null;
      if (domainId !== null) found.push({ address, name, domainId });
    }
    return found;
  }

  private secretFor(account: MailAccount): string | null {
    return this.options.pushesCredentials ? secretOf(account) : null;
  }

  private async require(mailbox: string): Promise<RegistryAccount> {
    const account = await this.find(mailbox);
    if (account === null) throw new MailServerError('failed', 'Stalwart does not know the account');
    return account;
  }

  private async findFirst(mailboxes: readonly string[]): Promise<RegistryAccount | null> {
    for (const mailbox of mailboxes) {
      const account = await this.find(mailbox);
      if (account !== null) return account;
    }
    return null;
  }

  private async find(mailbox: string): Promise<RegistryAccount | null> {
    const account = await this.look(mailbox);
    if (account !== null && account.credentials === undefined)
      throw new MailServerError('failed', 'Stalwart has a group under that address');
    return account;
  }

  private async look(mailbox: string): Promise<RegistryAccount | null> {
    const { local: name, domain } = splitAddress(mailbox);
    const domainId = await this.domainId(domain);
    if (domainId === null) return null;
    const { ids } = await this.ask(queryShape, 'x:Account/query', { filter: { name, domainId } });
    if (ids.length === 0) return null;
    const { list } = await this.ask(accountsShape, 'x:Account/get', { ids, properties });
    return list.find(({ emailAddress }) => emailAddress.toLowerCase() === mailbox) ?? null;
  }

  private async domainId(name: string): Promise<string | null> {
    return (await this.ask(queryShape, 'x:Domain/query', { filter: { name } })).ids[0] ?? null;
  }

  private async tenantId(contextId: number): Promise<string | null> {
    const wanted = tenantName(contextId);
    // A search, which finds parts of names as well.
    const { ids } = await this.ask(queryShape, 'x:Tenant/query', { filter: { text: wanted } });
    if (ids.length === 0) return null;
    const { list } = await this.ask(tenantsShape, 'x:Tenant/get', { ids, properties: ['id', 'name'] });
    return list.find(({ name }) => name === wanted)?.id ?? null;
  }

  /** @returns the id of what was created, '' when nothing was */
  private async set(method: string, changes: Record<string, unknown>): Promise<string> {
    const { created, notCreated, notUpdated, notDestroyed } = await this.ask(setShape, method, changes);
    const [refused] = Object.values({ ...notCreated, ...notUpdated, ...notDestroyed });
    if (refused === undefined) return Object.values(created ?? {})[0]?.id ?? '';
    // Somebody else removed it meanwhile: that is what was wanted.
    if (refused.type === 'notFound' && 'destroy' in changes) return '';
    throw new MailServerError('failed', `Stalwart refused ${method}: ${refused.type}`);
  }

  private async ask<T>(shape: z.ZodType<T>, method: string, args: Record<string, unknown>): Promise<T> {
    const { endpoint, accountId } = await this.openSession();
    const body = { using, methodCalls: [[method, { accountId, ...args }, tag]] };
    const answer = answerShape.safeParse(await this.send('POST', endpoint, body));
    if (!answer.success) throw unknownForm(method);
    const [name, result] = answer.data.methodResponses[0];
    if (name === 'error')
      throw new MailServerError('failed', `Stalwart refused ${method}: ${String(result['type'])}`);
    const shaped = shape.safeParse(result);
    if (name !== method || !shaped.success) throw unknownForm(method);
    return shaped.data;
  }

  /** Asked once, and again after a failure. The host of the answer is not used: it is how the world sees Stalwart. */
  private async openSession(): Promise<{ readonly endpoint: string; readonly accountId: string }> {
    this.session ??= this.readSession();
    try {
      return await this.session;
    } catch (error) {
      this.session = null;
      throw error;
    }
  }

  private async readSession(): Promise<{ readonly endpoint: string; readonly accountId: string }> {
    const { url } = this.options;
    const session = sessionShape.safeParse(await this.send('GET', `${url}/jmap/session`));
    const accounts = session.data?.primaryAccounts ?? {};
    const accountId = accounts['urn:stalwart:jmap'] ?? Object.values(accounts)[0];
    if (!session.success || accountId === undefined || !URL.canParse(session.data.apiUrl, url))
      throw new MailServerError('failed', 'Stalwart described its JMAP session in an unknown form');
    return { endpoint: `${url}${new URL(session.data.apiUrl, url).pathname}`, accountId };
  }

  private send(method: 'GET' | 'POST', url: string, body?: unknown): Promise<unknown> {
    const { authorization, timeoutMs = 8_000 } = this.options;
    return requestJson({ method, url, authorization, body, timeoutMs });
  }
}

function unknownForm(method: string): MailServerError {
  return new MailServerError('failed', `Stalwart answered ${method} in an unknown form`);
}

/** A tenant is made by the operator; this is the name by which it is found. */
function tenantName(contextId: number): string {
  return `context-${contextId}`;
}

/** Aliases sent earlier that the account has no more. */
function formerAliases(told: ToldAccount | null, { mailbox, aliases }: MailAccount): string[] {
  const wanted = new Set([mailbox, ...aliases]);
  return (told?.facts.aliases ?? []).filter((address) => !wanted.has(address));
}
