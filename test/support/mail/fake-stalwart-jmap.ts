import { FakeStalwart, isHash, Problem, type FakeAccount } from './fake-stalwart.js';

type Json = Record<string, unknown>;
type Members = Record<string, Json>;

const quotaNames = [
  'maxDiskQuota',
  ...['maxEmails', 'maxMailboxes', 'maxCalendars', 'maxCalendarEvents', 'maxAddressBooks', 'maxContactCards'],
  ...['maxFiles', 'maxFolders', 'maxEmailIdentities', 'maxParticipantIdentities', 'maxEmailSubmissions'],
  ...['maxSieveScripts', 'maxPushSubscriptions', 'maxMaskedAddresses', 'maxAppPasswords', 'maxApiKeys'],
  ...['maxPublicKeys', 'maxCalendarEventNotifications'],
];
const refusedDomain = /^(localhost|.*\.(example|invalid))$/;

/** A refusal of one object. */
class Refusal extends Error {
  constructor(readonly body: Json) {
    super(JSON.stringify(body));
  }
}

/** A refusal of the whole call. */
class CallError extends Error {
  constructor(readonly body: Json) {
    super(JSON.stringify(body));
  }
}

class FakeEntry implements FakeAccount {
  name = '';
  domainId = '';
  members: Record<'aliases' | 'credentials', Members> = { aliases: {}, credentials: {} };
  quotas: Record<string, number> = {};
  permissions: Json = { '@type': 'Inherit' };
  memberTenantId: string | null = null;
  used: unknown = 0;

  constructor(
    readonly id: string,
    readonly type: string,
  ) {}

  get secret(): string | null {
    const own = Object.values(this.members.credentials).find((each) => each['@type'] === 'Password');
    return own === undefined ? null : String(own['secret']);
  }
  get aliases(): string[] {
    return Object.values(this.members.aliases).map(({ name }) => String(name));
  }
  get disabledPermissions(): string[] {
    return Object.keys((this.permissions['disabledPermissions'] as Json | undefined) ?? {});
  }
}

/** The JMAP registry of 0.16. */
export class FakeStalwartJmap extends FakeStalwart {
  readonly accounts = new Map<string, FakeEntry>();
  /** id → name */
  readonly domains = new Map<string, string>();
  /** name → limit in bytes */
  readonly tenants = new Map<string, number | null>();
  readonly recalculated: string[] = [];
  private ids = 0;
  private credentialIds = 0;

  constructor(domains: readonly string[] = ['example.org']) {
    super();
    for (const name of domains) this.domains.set(this.newId('d'), name);
  }

  find(address: string): FakeEntry | undefined {
    return [...this.accounts.values()].find(
      (each) => each.type === 'User' && this.addressOf(each) === address,
    );
  }

  addForeign(address: string, foreignAddress: string): void {
    const { members } = this.found(address);
    const [name, domain] = foreignAddress.split('@');
    const domainId = [...this.domains].find(([, each]) => each === domain)?.[0];
    const own = { allowedIps: {}, expiresAt: null, secret: 'x' };
    const added = ['AppPassword', 'OtpAuth', 'ApiKey'].map((type) =>
      this.credential({ '@type': type, ...own }),
    );
    members.credentials = numbered([...added, ...Object.values(members.credentials)]);
    const alias = { name, domainId, enabled: true, description: 'by hand' };
    members.aliases = numbered([alias, ...Object.values(members.aliases)]);
  }

  foreignOf(address: string): unknown {
    const { members } = this.found(address);
    const foreign = (all: Members, mine: (each: Json) => boolean) =>
      Object.values(all).filter((each) => !mine(each));
    return {
      credentials: foreign(members.credentials, (each) => each['@type'] === 'Password'),
      aliases: foreign(members.aliases, ({ description }) => description !== 'by hand'),
    };
  }

  protected handle(method: string, path: string, body: unknown, caller: string | null): unknown {
    if (method === 'GET' && path === '/jmap/session')
      return {
        apiUrl: 'https://mail.example.org/jmap',
        primaryAccounts: { 'urn:stalwart:jmap': 'admin-account' },
      };
    if (method !== 'POST' || !path.startsWith('/jmap')) throw new Problem(404, {});
    const { methodCalls } = body as { methodCalls: [string, Json, string][] };
    const methodResponses = methodCalls.map(([name, args, tag]) => {
      this.requests.push(name);
      try {
        return [name, { accountId: 'session', ...this.call(name, args, caller) }, tag];
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        this.violations.push(`${name}: ${error.message}`);
        return ['error', error.body, tag];
      }
    });
    return { methodResponses, sessionState: 's' };
  }

  private call(name: string, args: Json, caller: string | null): Json {
    switch (name) {
      case 'x:Domain/query': {
        const { filter } = args as { filter: { name: string } };
        return queried([...this.domains].filter(([, each]) => each === filter.name).map(([id]) => id));
      }
      case 'x:Domain/set':
        return this.setAll(args, (wanted) => this.createDomain(wanted));
      case 'x:Tenant/query': {
        const { filter } = args as { filter: Json };
        if (filter['text'] === undefined)
          throw new CallError({
            type: 'unsupportedFilter',
            description: 'Filter on property name is not supported or invalid',
          });
        return queried([...this.tenants.keys()].filter((each) => each.includes(String(filter['text']))));
      }
      case 'x:Tenant/get':
        return { list: (args['ids'] as string[]).map((id) => ({ id, name: id })), notFound: [] };
      case 'x:Tenant/set':
        return this.setAll(args, refuseCreation, (id, patch) =>
          this.tenants.set(id, patch['quotas/maxDiskQuota'] as number | null),
        );
      case 'x:Account/query': {
        const { filter } = args as { filter: { name?: string; domainId: string } };
        const found = [...this.accounts.values()].filter(
          (each) => each.domainId === filter.domainId && (filter.name ?? each.name) === each.name,
        );
        return queried(found.map(({ id }) => id));
      }
      case 'x:Account/get': {
        const { ids, properties } = args as { ids: string[]; properties: string[] };
        const there = ids.flatMap((id) => this.accounts.get(id) ?? []);
        const notFound = ids.filter((id) => !this.accounts.has(id));
        return { list: there.map((each) => this.shown(each, properties)), notFound };
      }
      case 'x:Account/set':
        return this.setAll(
          args,
          (wanted) => this.createAccount(wanted),
          (id, patch) => this.patch(id, patch),
          (id) => this.accounts.delete(id),
        );
      case 'x:AppPassword/set':
        return this.setAll(args, (wanted) => {
          const { members } = this.found(caller ?? '');
          const added = { '@type': 'AppPassword', secret: 'x', expiresAt: null, createdAt: 'now', ...wanted };
          members.credentials = numbered([...Object.values(members.credentials), this.credential(added)]);
          return { id: String(this.credentialIds), secret: 'app_x' };
        });
      case 'x:Task/set':
        return this.setAll(args, (wanted) => {
          this.recalculated.push(String(wanted['accountId']));
          return { id: 'task' };
        });
      default:
        throw new CallError({ type: 'unknownMethod', description: name });
    }
  }

  private setAll(
    args: Json,
    create: (wanted: Json) => Json,
    update: (id: string, patch: Json) => unknown = refuseCreation,
    destroy: (id: string) => boolean = () => false,
  ): Json {
    const answer: Record<string, Json> = {};
    const note = (group: string, key: string, value: unknown) =>
      (answer[group] = { ...answer[group], [key]: value });
    const each = (key: string, done: string, refused: string, work: () => unknown) => {
      try {
        note(done, key, work());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        note(refused, key, error.body);
      }
    };
    for (const [key, wanted] of Object.entries((args['create'] ?? {}) as Members))
      each(key, 'created', 'notCreated', () => create(wanted));
    for (const [key, patch] of Object.entries((args['update'] ?? {}) as Members))
      each(key, 'updated', 'notUpdated', () => (update(key, patch), null));
    const destroyed = ((args['destroy'] ?? []) as string[]).filter((id) => {
      if (!destroy(id)) note('notDestroyed', id, { type: 'notFound' });
      return answer['notDestroyed']?.[id] === undefined;
    });
    return { ...answer, ...(destroyed.length > 0 ? { destroyed } : {}) };
  }

  private createDomain({ name: asked }: Json): Json {
    const name = new URL(`http://${String(asked)}`).hostname;
    if (refusedDomain.test(name)) throw badPatch('Invalid domain name', 'name');
    const present = [...this.domains].find(([, each]) => each === name);
    if (present) throw isTaken('name', 'Domain', present[0]);
    const id = this.newId('d');
    this.domains.set(id, name);
    return { id };
  }

  private createAccount(wanted: Json): Json {
    const entry = new FakeEntry(this.newId('a'), String(wanted['@type']));
    const { quotas = {}, ...others } = wanted;
    const unknown = Object.keys(quotas as Json).some((key) => !quotaNames.includes(key));
    if (unknown) throw badPatch('Invalid key for object property', 'quotas');
    for (const [key, limit] of Object.entries(quotas as Json)) this.put(entry, `quotas/${key}`, limit);
    for (const [key, value] of Object.entries(others)) this.put(entry, key, value);
    if (entry.domainId === '')
      throw new Refusal({
        type: 'validationFailed',
        validationErrors: [{ type: 'Required', property: 'domainId' }],
      });
    this.settle(entry);
    this.accounts.set(entry.id, entry);
    return { id: entry.id };
  }

  private patch(id: string, patch: Json): void {
    const entry = this.accounts.get(id);
    if (entry === undefined) throw new Refusal({ type: 'notFound' });
    if (this.poisoned.has(this.addressOf(entry))) throw new Refusal({ type: 'validationFailed' });
    const copy = Object.assign(new FakeEntry(id, entry.type), structuredClone({ ...entry }));
    for (const [key, value] of Object.entries(patch)) this.put(copy, key, value);
    this.settle(copy);
    Object.assign(entry, copy);
  }

  private put(entry: FakeEntry, path: string, value: unknown): void {
    const [head = '', key, member] = path.split('/');
    if (head === 'name') entry.name = String(value);
    else if (head === 'domainId') entry.domainId = String(value);
    else if (head === 'memberTenantId') entry.memberTenantId = value as string | null;
    else if (head === 'permissions' && key === undefined) entry.permissions = value as Json;
    else if (head === 'quotas' && key !== undefined) putQuota(entry, key, value);
    else if (head === 'credentials' && entry.type !== 'User')
      throw badPatch('Invalid property', 'credentials');
    else if (head === 'aliases' || head === 'credentials') {
      const members = entry.members[head];
      const made = (each: Json) =>
        head === 'credentials' ? this.credential(each) : { description: null, ...each };
      if (key === undefined) {
        // Numbers are given anew, and whatever else there was is gone.
        const all = Object.entries(value as Members).map(([at, each]) => [at, made(each)] as const);
        entry.members[head] = Object.fromEntries(all);
      } else if (member !== undefined) members[key] = { ...(members[key] ?? {}), [member]: value };
      else if (value === null) delete members[key];
      else members[key] = made(value as Json);
    } else if (!['@type', 'roles', 'encryptionAtRest', 'locale'].includes(path))
      throw badPatch('Invalid property', path);
  }

  /** What is refused whatever part of it was written, and what the server does when it stores. */
  private settle(entry: FakeEntry): void {
    if (!this.domains.has(entry.domainId))
      throw new Refusal({ type: 'invalidForeignKey', objectId: { object: 'Domain', id: entry.domainId } });
    const mine = this.addressesOf(entry);
    for (const other of this.accounts.values())
      if (other.id !== entry.id && this.addressesOf(other).some((address) => mine.includes(address)))
        throw isTaken('email', 'Account', other.id);
    for (const { '@type': type, secret } of Object.values(entry.members.credentials))
      if (type === 'Password' && !isHash(String(secret)))
        this.violations.push(`a plain password: ${String(secret)}`);
    entry.members.aliases = numbered(Object.values(entry.members.aliases));
    entry.members.credentials = numbered(Object.values(entry.members.credentials));
  }

  private credential(wanted: Json): Json {
    if ('credentialId' in wanted)
      throw badPatch('Cannot modify server set property', 'credentials/credentialId');
    return { credentialId: `c${(this.credentialIds += 1)}`, expiresAt: null, allowedIps: {}, ...wanted };
  }

  private shown(entry: FakeEntry, properties: readonly string[]): Json {
    const { id, quotas, members, permissions, memberTenantId, used: usedDiskQuota, type } = entry;
    const hidden = Object.entries(members.credentials).map(
      ([key, each]) => [key, { ...each, secret: '****' }] as const,
    );
    const all: Json = { id, quotas, permissions, memberTenantId, usedDiskQuota };
    Object.assign(all, { emailAddress: this.addressOf(entry), aliases: members.aliases });
    if (type === 'User') all['credentials'] = Object.fromEntries(hidden);
    return Object.fromEntries(Object.entries(all).filter(([key]) => properties.includes(key)));
  }

  private found(address: string): FakeEntry {
    const entry = this.find(address);
    if (entry === undefined) throw new Error(`no account ${address}`);
    return entry;
  }

  private addressOf({ name, domainId }: { name: string; domainId: string }): string {
    return `${name}@${this.domains.get(domainId)}`;
  }

  private addressesOf(entry: FakeEntry): string[] {
    const aliases = Object.values(entry.members.aliases) as { name: string; domainId: string }[];
    return [entry, ...aliases].map((each) => this.addressOf(each));
  }

  private newId(kind: string): string {
    return `${kind}${(this.ids += 1)}`;
  }
}

function putQuota(entry: FakeEntry, key: string, value: unknown): void {
  if (!quotaNames.includes(key)) throw badPatch('Invalid value for object property', `quotas/${key}`);
  if (value === null) delete entry.quotas[key];
  else if (Number.isInteger(value) && Number(value) >= 0) entry.quotas[key] = Number(value);
  else
    throw badPatch(
      'Invalid value for unsigned integer property (expected non-negative integer)',
      `quotas/${key}`,
    );
}

function numbered(members: readonly Json[]): Members {
  return Object.fromEntries(members.map((each, index) => [String(index), each]));
}

function queried(ids: readonly string[]): Json {
  return { queryState: 's', canCalculateChanges: true, position: 0, ids };
}

function badPatch(description: string, property: string): Refusal {
  return new Refusal({ type: 'invalidPatch', description, properties: [property] });
}

function isTaken(property: string, object: string, id: string): Refusal {
  return new Refusal({ type: 'primaryKeyViolation', properties: [property], objectId: { object, id } });
}

function refuseCreation(): never {
  throw new CallError({ type: 'unknownMethod', description: 'not in the stand-in' });
}
