import { FakeStalwart, isHash, Problem, type FakeAccount } from './fake-stalwart.js';

type Json = Readonly<Record<string, unknown>>;

/** A refusal that comes with HTTP 200. */
class Refusal extends Error {
  constructor(readonly body: Json) {
    super(JSON.stringify(body));
  }
}

const unreadable = (why: string): Problem =>
  Object.assign(
    new Problem(400, {
      type: 'about:blank',
      status: 400,
      title: 'Invalid parameters',
      detail: 'JSON deserialization failed',
    }),
    { message: why },
  );

const lists = ['emails', 'secrets', 'disabledPermissions', 'roles', 'members', 'externalMembers'] as const;
type ListField = (typeof lists)[number];
const isList = (field: string): field is ListField => lists.some((each) => each === field);

class FakePrincipal implements FakeAccount {
  name = '';
  quota: number | undefined;
  used: unknown = 0;
  readonly values: Record<ListField, string[]> = {
    emails: [],
    secrets: [],
    disabledPermissions: [],
    roles: [],
    members: [],
    externalMembers: [],
  };

  constructor(
    readonly number: number,
    readonly type: string,
  ) {}

  get id(): string {
    return String(this.number);
  }
  get secret(): string | null {
    return this.values.secrets.find(isHash) ?? null;
  }
  get aliases(): string[] {
    return this.values.emails.filter((address) => address !== this.name);
  }
  get disabledPermissions(): string[] {
    return this.values.disabledPermissions;
  }
  get quotas(): Record<string, number> {
    return this.quota === undefined ? {} : { quota: this.quota };
  }
}

/** The REST API of 0.15; errors come with HTTP 200. */
export class FakeStalwartRest extends FakeStalwart {
  readonly principals = new Map<number, FakePrincipal>();
  private ids = 0;

  constructor(domains: readonly string[] = ['example.org']) {
    super();
    for (const name of domains) this.create({ type: 'domain', name });
  }

  find(address: string): FakePrincipal | undefined {
    const found = this.named(address);
    return found?.type === 'individual' ? found : undefined;
  }

  addForeign(address: string, foreignAddress: string): void {
    const { emails, secrets } = this.named(address)?.values ?? this.missing(address);
    secrets.unshift('otpauth://totp/x?secret=JBSWY3DPEHPK3PXP');
    secrets.push('$app$phone$app-secret-1234');
    emails.push(foreignAddress);
  }

  foreignOf(address: string): unknown {
    const principal = this.named(address);
    return {
      secrets: principal?.values.secrets.filter((secret) => !isHash(secret)),
      emails: principal?.values.emails.filter((each) => each.startsWith('foreign')),
    };
  }

  protected handle(method: string, path: string, body: unknown, caller: string | null): unknown {
    try {
      return { data: this.act(method, path, body, caller) };
    } catch (error) {
      if (error instanceof Refusal) return error.body;
      throw error;
    }
  }

  private act(method: string, path: string, body: unknown, caller: string | null): unknown {
    if (path === '/api/principal' && method === 'POST') return this.create(body as Json);
    if (path === '/api/account/auth' && method === 'POST')
      return this.changeOwn(caller ?? '', body as Json[]);
    const [, kind = '', encoded = ''] = /^\/api\/(principal|store\/quota)\/([^/?]+)$/.exec(path) ?? [];
    if (kind === '') throw unreadable('no such path');
    const name = decodeURIComponent(encoded);
    const principal = this.named(name);
    if (kind === 'store/quota') return principal?.used ?? this.missing('');
    if (principal === undefined) return this.missing(name);
    if (method === 'GET') return this.shown(principal);
    if (method === 'DELETE') this.principals.delete(principal.number);
    else if (method === 'PATCH') this.patch(principal, body as Json[]);
    else throw unreadable('no such method');
    return null;
  }

  private create(body: Json): number {
    const { type, name, quota, ...others } = body;
    const principal = new FakePrincipal(this.ids + 1, String(type));
    this.put(principal, 'set', 'name', name);
    if (quota !== undefined) this.put(principal, 'set', 'quota', quota);
    for (const [field, value] of Object.entries(others)) this.put(principal, 'set', field, value);
    this.ids += 1;
    this.principals.set(principal.number, principal);
    return principal.number;
  }

  /** All steps or none. */
  private patch(principal: FakePrincipal, steps: readonly Json[]): void {
    if (this.poisoned.has(principal.name)) throw new Refusal({ error: 'other', details: 'poisoned' });
    const copy = new FakePrincipal(principal.number, principal.type);
    Object.assign(copy, { name: principal.name, quota: principal.quota });
    for (const field of lists) copy.values[field] = [...principal.values[field]];
    for (const { action, field, value } of steps) this.put(copy, String(action), String(field), value);
    Object.assign(principal, { name: copy.name, quota: copy.quota });
    Object.assign(principal.values, copy.values);
  }

  private put(principal: FakePrincipal, action: string, field: string, value: unknown): void {
    if (action === 'set' && field === 'name') {
      const owner = this.named(String(value));
      if (owner && owner.number !== principal.number) throw taken('name', String(value));
      principal.name = String(value);
    } else if (action === 'set' && field === 'quota') this.limit(principal, value);
    else if (field === 'tenant') throw invalid(`Invalid value String(${JSON.stringify(value)}) for tenant`);
    else if (action === 'set' && isList(field) && Array.isArray(value)) {
      const added = value.map(String).filter((each) => !principal.values[field].includes(each));
      for (const each of added) this.check(principal, field, each);
      principal.values[field] = value.map(String);
    } else if (action === 'addItem' && isList(field) && typeof value === 'string') {
      this.check(principal, field, value);
      if (!principal.values[field].includes(value)) principal.values[field].push(value);
    } else if (action === 'removeItem' && isList(field) && typeof value === 'string')
      principal.values[field] = principal.values[field].filter((each) => each !== value);
    else throw unreadable(`${action} ${field}`);
  }

  private limit(principal: FakePrincipal, value: unknown): void {
    if (value !== '' && !(Number.isInteger(value) && Number(value) >= 0)) throw unreadable('quota');
    if (principal.type === 'list') throw invalid('Invalid value String("") for quota');
    principal.quota = value === '' ? undefined : Number(value);
  }

  private check(principal: FakePrincipal, field: ListField, value: string): void {
    if (field === 'secrets' && !isHash(value)) this.violations.push(`a plain password: ${value}`);
    if (field !== 'emails') return;
    const owner = [...this.principals.values()].find(({ values }) => values.emails.includes(value));
    if (owner && owner.number !== principal.number) throw taken('emails', value);
    const domain = value.slice(value.lastIndexOf('@') + 1);
    if (this.named(domain)?.type !== 'domain') this.missing(domain);
  }

  /** What users do about their own second factors. */
  private changeOwn(address: string, steps: readonly Json[]): null {
    const { secrets } = this.named(address)?.values ?? this.missing(address);
    for (const { type, name, password, url } of steps)
      if (type === 'enableOtpAuth') secrets.unshift(String(url));
      else secrets.push(`$app$${String(name)}$${String(password)}`);
    return null;
  }

  private shown(principal: FakePrincipal): Json {
    const { number: id, type, name, quota, used, values } = principal;
    if (type === 'domain') return { id, type, name, members: 0 };
    // Kept apart, and shown as one list.
    const rank = (secret: string) => (secret.startsWith('otpauth:') ? 0 : secret.startsWith('$app$') ? 2 : 1);
    const secrets = values.secrets.toSorted((a, b) => rank(a) - rank(b));
    const filled = Object.entries({ ...values, secrets }).filter(([, members]) => members.length > 0);
    const memberOf = [...this.principals.values()].filter((each) => each.values.members.includes(name));
    return {
      id,
      type,
      name,
      ...Object.fromEntries(filled),
      ...(quota === undefined ? {} : { quota }),
      ...(used === 0 ? {} : { usedQuota: used }),
      ...(memberOf.length > 0 ? { lists: memberOf.map((each) => each.name) } : {}),
    };
  }

  private named(name: string): FakePrincipal | undefined {
    return [...this.principals.values()].find((each) => each.name === name);
  }

  private missing(item: string): never {
    throw new Refusal({ error: 'notFound', item });
  }
}

function taken(field: string, value: string): Refusal {
  return new Refusal({ error: 'fieldAlreadyExists', field, value });
}

function invalid(reason: string): Refusal {
  return new Refusal({ error: 'other', details: 'Invalid parameter', reason });
}
