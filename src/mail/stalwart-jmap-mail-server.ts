import { z } from 'zod';
import type { MailAccount } from '../provisioning/mail-account-repository.js';
import type { MailObjectKind } from '../provisioning/mail-object-quotas.js';
import { secretOf, splitAddress, type AccountServer } from './account-server.js';
import { MailServerError, type MailboxUsage } from './mail-server.js';
import { requestJson } from './request-json.js';

export interface StalwartOptions {
  /** Scheme, host and port. */
  readonly url: string;
  /** The whole of the Authorization header. */
  readonly authorization: string;
  /** Whether accounts get their passwords from us; false when Stalwart reads them from a directory of its own. */
  readonly pushesCredentials: boolean;
  /** For one request. */
  readonly timeoutMs?: number;
}

/** Stalwart's keys of an account's `quotas`. */
const quotaKeys: Readonly<Record<MailObjectKind, string>> = {
  email: 'maxEmails',
  mailbox: 'maxMailboxes',
  calendar: 'maxCalendars',
  'calendar-event': 'maxCalendarEvents',
  'address-book': 'maxAddressBooks',
  'contact-card': 'maxContactCards',
  'file-node': 'maxFiles',
  identity: 'maxEmailIdentities',
  'email-submission': 'maxEmailSubmissions',
  'sieve-script': 'maxSieveScripts',
  'push-subscription': 'maxPushSubscriptions',
};

const using = ['urn:ietf:params:jmap:core', 'urn:stalwart:jmap'];
const tag = 'o';

const sessionShape = z.object({ apiUrl: z.string(), primaryAccounts: z.record(z.string(), z.string()) });
const answerShape = z.object({
  methodResponses: z.tuple([z.tuple([z.string(), z.record(z.string(), z.unknown()), z.literal(tag)])]),
});
const errorShape = z.object({ type: z.string() });
const queryShape = z.object({ ids: z.array(z.string()) });
const accountsShape = z.object({
  list: z.array(
    z.object({
      id: z.string(),
      emailAddress: z.string(),
      quotas: z.record(z.string(), z.unknown()).default({}),
      usedDiskQuota: z.number().int().optional(),
    }),
  ),
});
const setShape = z.object({
  notCreated: z.record(z.string(), errorShape).nullish(),
  notUpdated: z.record(z.string(), errorShape).nullish(),
  notDestroyed: z.record(z.string(), errorShape).nullish(),
});

type Account = z.output<typeof accountsShape>['list'][number];

/** Stalwart 0.16: everything through its registry, spoken in JMAP (mailservers.md B2). */
export class StalwartJmapMailServer implements AccountServer {
  private session: Promise<{ readonly endpoint: string; readonly accountId: string }> | null = null;

  constructor(private readonly options: StalwartOptions) {}

  async applyAccount(account: MailAccount, formerNames: readonly string[]): Promise<void> {
    const present = await this.findFirst([account.mailbox, ...formerNames]);
    const { local: name, domain } = splitAddress(account.mailbox);
    const domainId = await this.domainId(domain);
    if (domainId === null) throw new MailServerError('failed', 'Stalwart does not know the domain');
    const tenantId = account.tenantLimitBytes === null ? null : await this.tenantId(account.contextId);
    const common = {
      ...(this.options.pushesCredentials ? { credentials: credentialsOf(account) } : {}),
      aliases: await this.aliasesOf(account),
      ...(tenantId === null ? {} : { memberTenantId: tenantId }),
    };
    if (present === null) {
      const quotas = definedQuotas(account);
      const fixed = { roles: { '@type': 'User' }, permissions: { '@type': 'Inherit' } };
      const rest = { encryptionAtRest: { '@type': 'Disabled' }, locale: 'en_US' };
      const made = { '@type': 'User', name, domainId, ...common, quotas, ...fixed, ...rest };
      await this.set('x:Account/set', { create: { a: made } });
      return;
    }
    const renamed = present.emailAddress === account.mailbox ? {} : { name, domainId };
    const patch = { ...renamed, ...common, ...quotaPatch(present, account) };
    await this.set('x:Account/set', { update: { [present.id]: patch } });
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
    return account === null ? null : { bytes: account.usedDiskQuota ?? 0, messages: 0 };
  }

  async recalculate(mailbox: string): Promise<void> {
    const account = await this.find(mailbox);
    if (account === null) return;
    const status = { '@type': 'Pending', due: new Date().toISOString().replace(/\.\d+/, '') };
    const of = { accountId: account.id, maintenanceType: 'recalculateQuota', status };
    await this.set('x:Task/set', { create: { t: { '@type': 'AccountMaintenance', ...of } } });
  }

  /** What is written invalidates Stalwart's cache of the account, so that open sessions notice. */
  dropSessions(): Promise<void> {
    return Promise.resolve();
  }

  async remove(mailbox: string): Promise<void> {
    const account = await this.find(mailbox);
    if (account !== null) await this.set('x:Account/set', { destroy: [account.id] });
  }

  private async aliasesOf({ aliases }: MailAccount): Promise<Record<string, object>> {
    const entries: object[] = [];
    for (const alias of aliases) {
      const { local: name, domain } = splitAddress(alias);
      const domainId = await this.domainId(domain);
      // An address in a domain that Stalwart does not serve gets no mail there anyway.
      if (domainId !== null) entries.push({ name, domainId, enabled: true });
    }
    return Object.fromEntries(entries.map((entry, index) => [String(index), entry]));
  }

  private async require(mailbox: string): Promise<Account> {
    const account = await this.find(mailbox);
    if (account === null) throw new MailServerError('failed', 'Stalwart does not know the account');
    return account;
  }

  private async findFirst(mailboxes: readonly string[]): Promise<Account | null> {
    for (const mailbox of mailboxes) {
      const account = await this.find(mailbox);
      if (account !== null) return account;
    }
    return null;
  }

  private async find(mailbox: string): Promise<Account | null> {
    const { local: name, domain } = splitAddress(mailbox);
    const domainId = await this.domainId(domain);
    if (domainId === null) return null;
    const { ids } = await this.ask(queryShape, 'x:Account/query', { filter: { name, domainId } });
    if (ids.length === 0) return null;
    const properties = ['id', 'emailAddress', 'quotas', 'usedDiskQuota'];
    const { list } = await this.ask(accountsShape, 'x:Account/get', { ids, properties });
    return list.find(({ emailAddress }) => emailAddress.toLowerCase() === mailbox) ?? null;
  }

  private async domainId(name: string): Promise<string | null> {
    return (await this.ask(queryShape, 'x:Domain/query', { filter: { name } })).ids[0] ?? null;
  }

  private async tenantId(contextId: number): Promise<string | null> {
    const filter = { name: tenantName(contextId) };
    return (await this.ask(queryShape, 'x:Tenant/query', { filter })).ids[0] ?? null;
  }

  private async set(method: string, changes: Record<string, unknown>): Promise<void> {
    const { notCreated, notUpdated, notDestroyed } = await this.ask(setShape, method, changes);
    const [refused] = Object.values({ ...notCreated, ...notUpdated, ...notDestroyed });
    if (refused === undefined) return;
    // Somebody else removed it meanwhile: that is what was wanted.
    if (refused.type === 'notFound' && 'destroy' in changes) return;
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

function credentialsOf(account: MailAccount): Record<string, object> {
  const secret = secretOf(account);
  return secret === null ? {} : { '0': { '@type': 'Password', secret } };
}

function definedQuotas({ limitBytes, objectQuotas }: MailAccount): Record<string, number> {
  const objects = [...objectQuotas].map(([kind, limit]) => [quotaKeys[kind], limit] as const);
  return Object.fromEntries([
    ...(limitBytes === null ? [] : [['maxDiskQuota', limitBytes] as const]),
    ...objects,
  ]);
}

/** null takes a limit away. Keys that nobody uses are not named: one that the server does not know would make it refuse everything. */
function quotaPatch(
  present: Account,
  { limitBytes, objectQuotas }: MailAccount,
): Record<string, number | null> {
  const patch: Record<string, number | null> = { 'quotas/maxDiskQuota': limitBytes };
  for (const [kind, key] of Object.entries(quotaKeys)) {
    const limit = objectQuotas.get(kind as MailObjectKind) ?? null;
    if (limit !== null || key in present.quotas) patch[`quotas/${key}`] = limit;
  }
  return patch;
}
