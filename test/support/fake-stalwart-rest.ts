import { z } from 'zod';
import { FakeStalwart, limit, secret, Violation, type FakeAccount } from './fake-stalwart.js';

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
