import { z } from 'zod';
import { addressOf, FakeStalwart, limit, secret, Violation, type FakeAccount } from './fake-stalwart.js';

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
