import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** An account as the fake keeps it. */
export interface FakeAccount {
  id: string;
  name: string;
  domain: string;
  secret: string | null;
  aliases: string[];
  quotas: Record<string, number>;
  used: number;
}

export const fakeToken = 'API_fake-token';

const quotaNames = [
  'maxDiskQuota',
  'maxEmails',
  'maxMailboxes',
  'maxCalendars',
  'maxCalendarEvents',
  'maxAddressBooks',
  'maxContactCards',
  'maxFiles',
  'maxEmailIdentities',
  'maxEmailSubmissions',
  'maxSieveScripts',
  'maxPushSubscriptions',
];
const limit = z.number().int().min(1);
/** Anything else would be stored as a plain password. */
const secret = z.string().regex(/^(\{CRYPT\}\$2[aby]\$|\{SSHA512\}[A-Za-z0-9+/=]+$)/);

/**
 * Stands in for a Stalwart. It knows only what is documented of the exchange (mailservers.md, part B), and whatever is not exactly that is
 * noted in `violations` and refused; it cannot show that a real Stalwart agrees.
 */
export abstract class FakeStalwart {
  readonly accounts = new Map<string, FakeAccount>();
  readonly domains = new Set<string>(['example.org']);
  readonly violations: string[] = [];
  readonly requests: string[] = [];
  /** Answers HTTP 503 while it is set. */
  isDown = false;
  /** Accounts whose changes are refused, by address. */
  readonly poisoned = new Set<string>();
  private server: Server | null = null;
  private ids = 0;
  url = '';

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) =>
      this.server === null ? resolve() : this.server.close(() => resolve()),
    );
  }

  /** By address. */
  find(address: string): FakeAccount | undefined {
    return [...this.accounts.values()].find((account) => addressOf(account) === address);
  }

  protected abstract handle(method: string, path: string, body: unknown): unknown;

  protected newId(): string {
    return `i${(this.ids += 1)}`;
  }

  protected strictly<T>(shape: z.ZodType<T>, value: unknown, what: string): T {
    const read = shape.safeParse(value);
    if (read.success) return read.data;
    throw new Violation(`${what}: ${z.prettifyError(read.error)} in ${JSON.stringify(value)}`);
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = '', url: path = '' } = request;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    if (this.isDown) return { status: 503, body: {} };
    if (request.headers.authorization !== `Bearer ${fakeToken}`) return { status: 401, body: {} };
    this.requests.push(`${method} ${path}`);
    try {
      if (text !== '' && request.headers['content-type'] !== 'application/json')
        throw new Violation('not JSON');
      return { status: 200, body: this.handle(method, path, text === '' ? undefined : JSON.parse(text)) };
    } catch (error) {
      this.violations.push(error instanceof Error ? error.message : String(error));
      return { status: 400, body: {} };
    }
  }
}

class Violation extends Error {}

export function addressOf({ name, domain }: Pick<FakeAccount, 'name' | 'domain'>): string {
  return `${name}@${domain}`;
}

const callShape = z.strictObject({
  using: z.tuple([z.literal('urn:ietf:params:jmap:core'), z.literal('urn:stalwart:jmap')]),
  methodCalls: z.tuple([z.tuple([z.string(), z.record(z.string(), z.unknown()), z.string()])]),
});
const of = { accountId: z.literal('admin-account') };
const nameQuery = z.strictObject({ ...of, filter: z.strictObject({ name: z.string() }) });
const accountQuery = z.strictObject({
  ...of,
  filter: z.strictObject({ name: z.string(), domainId: z.string() }),
});
const getShape = z.strictObject({ ...of, ids: z.array(z.string()), properties: z.array(z.string()) });
const aliases = z.record(
  z.string().regex(/^\d+$/),
  z.strictObject({ name: z.string().min(1), domainId: z.string(), enabled: z.boolean() }),
);
const credentials = z.record(
  z.string().regex(/^\d+$/),
  z.strictObject({ '@type': z.literal('Password'), secret }),
);
const created = z.strictObject({
  '@type': z.literal('User'),
  name: z.string().min(1),
  domainId: z.string(),
  credentials: credentials.optional(),
  quotas: z.partialRecord(z.enum(quotaNames as [string, ...string[]]), limit),
  aliases,
  memberTenantId: z.string().optional(),
  roles: z.strictObject({ '@type': z.literal('User') }),
  permissions: z.strictObject({ '@type': z.literal('Inherit') }),
  encryptionAtRest: z.strictObject({ '@type': z.literal('Disabled') }),
  locale: z.string(),
});
const patched = z.strictObject({
  name: z.string().optional(),
  domainId: z.string().optional(),
  credentials: credentials.optional(),
  aliases: aliases.optional(),
  memberTenantId: z.string().optional(),
  ...Object.fromEntries(quotaNames.map((name) => [`quotas/${name}`, limit.nullable().optional()])),
});
const accountSet = z.strictObject({
  ...of,
  create: z.record(z.string(), created).optional(),
  update: z.record(z.string(), patched).optional(),
  destroy: z.array(z.string()).optional(),
});
const tenantSet = z.strictObject({
  ...of,
  update: z.record(z.string(), z.strictObject({ 'quotas/maxDiskQuota': limit.nullable() })),
});
const taskSet = z.strictObject({
  ...of,
  create: z.record(
    z.string(),
    z.strictObject({
      '@type': z.literal('AccountMaintenance'),
      accountId: z.string(),
      maintenanceType: z.literal('recalculateQuota'),
      status: z.strictObject({
        '@type': z.literal('Pending'),
        due: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      }),
    }),
  ),
});

/** The JMAP registry of 0.16. */
export class FakeStalwartJmap extends FakeStalwart {
  /** name → limit in bytes */
  readonly tenants = new Map<string, number | null>();
  readonly recalculated: string[] = [];

  protected handle(method: string, path: string, body: unknown): unknown {
    if (method === 'GET' && path === '/jmap/session')
      return {
        apiUrl: 'https://mail.example.org/jmap',
        primaryAccounts: { 'urn:stalwart:jmap': 'admin-account' },
      };
    if (method !== 'POST' || path !== '/jmap') throw new Violation(`${method} ${path}`);
    const { methodCalls } = this.strictly(callShape, body, 'request');
    const [name, args, tag] = methodCalls[0];
    return { methodResponses: [[name, this.call(name, args), tag]], sessionState: 's' };
  }

  private call(name: string, args: unknown): unknown {
    switch (name) {
      case 'x:Domain/query': {
        const { filter } = this.strictly(nameQuery, args, name);
        return { ids: this.domains.has(filter.name) ? [`d-${filter.name}`] : [] };
      }
      case 'x:Tenant/query': {
        const { filter } = this.strictly(nameQuery, args, name);
        return { ids: this.tenants.has(filter.name) ? [`t-${filter.name}`] : [] };
      }
      case 'x:Tenant/set': {
        const { update } = this.strictly(tenantSet, args, name);
        for (const [id, patch] of Object.entries(update))
          this.tenants.set(id.replace(/^t-/, ''), patch['quotas/maxDiskQuota']);
        return { updated: Object.fromEntries(Object.keys(update).map((id) => [id, null])) };
      }
      case 'x:Account/query': {
        const { filter } = this.strictly(accountQuery, args, name);
        const account = this.find(`${filter.name}@${filter.domainId.replace(/^d-/, '')}`);
        return { ids: account === undefined ? [] : [account.id] };
      }
      case 'x:Account/get': {
        const { ids } = this.strictly(getShape, args, name);
        const found = ids.map((id) => this.accounts.get(id)).filter((account) => account !== undefined);
        return {
          list: found.map((account) => {
            const { id, quotas, used: usedDiskQuota } = account;
            return { id, emailAddress: addressOf(account), quotas, usedDiskQuota };
          }),
          notFound: [],
        };
      }
      case 'x:Account/set':
        return this.setAccounts(this.strictly(accountSet, args, name));
      case 'x:Task/set': {
        const { create } = this.strictly(taskSet, args, name);
        for (const task of Object.values(create)) this.recalculated.push(task.accountId);
        return { created: { t: { id: 'task' } } };
      }
      default:
        throw new Violation(`method ${name}`);
    }
  }

  private setAccounts({ create = {}, update = {}, destroy = [] }: z.output<typeof accountSet>): unknown {
    const notCreated: Record<string, object> = {};
    const notUpdated: Record<string, object> = {};
    for (const [key, wanted] of Object.entries(create)) {
      const domain = wanted.domainId.replace(/^d-/, '');
      const address = `${wanted.name}@${domain}`;
      if (this.find(address)) notCreated[key] = { type: 'primaryKeyViolation' };
      else if (this.poisoned.has(address)) notCreated[key] = { type: 'validationFailed' };
      else {
        const id = this.newId();
        this.accounts.set(id, {
          id,
          name: wanted.name,
          domain,
          secret: wanted.credentials?.['0']?.secret ?? null,
          aliases: Object.values(wanted.aliases).map((alias) => alias.name),
          quotas: { ...(wanted.quotas as Record<string, number>) },
          used: 0,
        });
      }
    }
    for (const [id, patch] of Object.entries(update)) {
      const account = this.accounts.get(id);
      if (account === undefined) notUpdated[id] = { type: 'notFound' };
      else if (this.poisoned.has(addressOf(account))) notUpdated[id] = { type: 'validationFailed' };
      else this.patch(account, patch);
    }
    for (const id of destroy) this.accounts.delete(id);
    return { notCreated, notUpdated, destroyed: destroy };
  }

  private patch(account: FakeAccount, patch: z.output<typeof patched>): void {
    if (patch.name !== undefined) account.name = patch.name;
    if (patch.domainId !== undefined) account.domain = patch.domainId.replace(/^d-/, '');
    if (patch.credentials !== undefined) account.secret = patch.credentials['0']?.secret ?? null;
    if (patch.aliases !== undefined)
      account.aliases = Object.values(patch.aliases).map((alias) => alias.name);
    for (const [key, value] of Object.entries(patch)) {
      if (!key.startsWith('quotas/')) continue;
      if (value === null) delete account.quotas[key.slice('quotas/'.length)];
      else account.quotas[key.slice('quotas/'.length)] = Number(value);
    }
  }
}

const individual = z.strictObject({
  type: z.literal('individual'),
  name: z.email(),
  emails: z.array(z.email()).min(1),
  secrets: z.array(secret).optional(),
  quota: limit.optional(),
  roles: z.tuple([z.literal('user')]),
});
const domainShape = z.strictObject({ type: z.literal('domain'), name: z.string().min(1) });
const change = z.union([
  z.strictObject({
    action: z.literal('set'),
    field: z.literal('quota'),
    value: z.union([limit, z.literal('')]),
  }),
  z.strictObject({ action: z.literal('set'), field: z.literal('emails'), value: z.array(z.email()).min(1) }),
  z.strictObject({ action: z.literal('set'), field: z.literal('secrets'), value: z.array(secret) }),
  z.strictObject({ action: z.literal('set'), field: z.literal('name'), value: z.email() }),
]);

/** The REST API of 0.15; errors come with HTTP 200. */
export class FakeStalwartRest extends FakeStalwart {
  protected handle(method: string, path: string, body: unknown): unknown {
    if (path === '/api/principal' && method === 'POST') return this.create(body);
    const [, kind = '', encoded = ''] = /^\/api\/(principal|store\/quota)\/([^/]+)$/.exec(path) ?? [];
    const name = decodeURIComponent(encoded);
    if (kind === 'principal' && method === 'GET' && this.domains.has(name))
      return { data: { name, type: 'domain' } };
    const account = this.find(name);
    if (kind === '' || (account === undefined && method === 'POST')) throw new Violation(`${method} ${path}`);
    if (account === undefined) return { error: 'notFound', item: name };
    if (kind === 'store/quota')
      return method === 'DELETE' ? { data: account.used } : { error: 'unsupported' };
    switch (method) {
      case 'GET': {
        const used = account.used === 0 ? {} : { usedQuota: account.used };
        return { data: { name, type: 'individual', quota: account.quotas['quota'] ?? 0, ...used } };
      }
      case 'DELETE':
        this.accounts.delete(account.id);
        return { data: null };
      case 'PATCH':
        if (this.poisoned.has(name)) return { error: 'other', details: 'poisoned' };
        for (const step of this.strictly(z.array(change).min(1), body, path)) this.patch(account, step);
        return { data: null };
      default:
        throw new Violation(`${method} ${path}`);
    }
  }

  private create(body: unknown): unknown {
    const asDomain = domainShape.safeParse(body);
    if (asDomain.success) {
      if (this.domains.has(asDomain.data.name)) return { error: 'fieldAlreadyExists', field: 'name' };
      this.domains.add(asDomain.data.name);
      return { data: 1 };
    }
    const { name, emails, secrets, quota } = this.strictly(individual, body, 'POST principal');
    if (this.find(name)) return { error: 'fieldAlreadyExists', field: 'name' };
    const [local = '', domain = ''] = name.split('@');
    if (!this.domains.has(domain)) return { error: 'notFound', item: domain };
    const id = this.newId();
    this.accounts.set(id, {
      id,
      name: local,
      domain,
      secret: secrets?.[0] ?? null,
      aliases: emails.slice(1),
      quotas: quota === undefined ? {} : { quota },
      used: 0,
    });
    return { data: 50 };
  }

  private patch(account: FakeAccount, { field, value }: z.output<typeof change>): void {
    if (field === 'quota') {
      if (value === '') delete account.quotas['quota'];
      else account.quotas['quota'] = value;
    } else if (field === 'secrets') account.secret = value[0] ?? null;
    else if (field === 'emails') account.aliases = value.slice(1);
    else [account.name = '', account.domain = ''] = value.split('@');
  }
}
