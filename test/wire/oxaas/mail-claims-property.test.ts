import { expect } from 'chai';
import fc from 'fast-check';
import { mariadbServer, sqliteFile, type TestDatabase } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { callRest } from '../../support/rest/rest-client.js';
import { returnedOne, type SoapAnswer, type SoapParams } from '../../support/wire/raw-soap.js';
import { idOf, type Login } from '../fixtures.js';
import { MailPlatform, type Tenant } from './mail-platform.js';

/** Another seed and more runs: MAIL_CLAIMS_SEED, MAIL_CLAIMS_RUNS. */
const seed = Number(process.env['MAIL_CLAIMS_SEED'] ?? 20_261_201);
const runsOf = (database: TestDatabase) =>
  Number(process.env['MAIL_CLAIMS_RUNS'] ?? (database === sqliteFile ? 8 : 2));

const shared = 'shared.example';
const locals = ['a', 'b', 'c'];

/** Who calls: none of these is the master admin. */
type Role = 'reseller' | 'admin' | 'user';

interface Step {
  readonly door: keyof Doors;
  readonly tenant: number;
  readonly role: Role;
  readonly local: string;
  readonly domain: number;
}

type Door = (caller: Caller, address: string) => Promise<unknown>;

/** A way by which an address gets or loses somebody who receives its mail. */
interface Doors {
  readonly createUser: Door;
  readonly createByRest: Door;
  readonly addAlias: Door;
  readonly renameByRest: Door;
  readonly deleteUser: Door;
  readonly forward: Door;
  readonly dropForwards: Door;
  readonly catchall: Door;
  readonly dropCatchall: Door;
  readonly resource: Door;
  readonly share: Door;
}

interface Caller {
  readonly tenant: Tenant;
  readonly as: Login;
  /** A user of the tenant who is always there. */
  readonly userId: number;
  readonly userName: string;
}

/** One row of a view: an address, where its mail goes, and the context by which it does. */
interface Route {
  readonly address: string;
  readonly destination: string;
  readonly contextId: number;
}

/** Three tenants with a domain each, one that they share, and some that nobody has. */
class Tenants {
  private readonly users: { id: number; name: string; login: Login }[] = [];
  private made = 0;

  private constructor(
    readonly platform: MailPlatform,
    readonly all: readonly Tenant[],
  ) {}

  static async start(database: TestDatabase): Promise<Tenants> {
    const platform = await MailPlatform.start({}, database);
    const { world, acme, beta } = platform;
    const reseller = { login: 'reseller3', password: 'secret3' };
    const admin = { login: 'gammaadmin', password: 'gamma-secret' };
    await world.newReseller(reseller);
    const contextId = await world.newContext('reseller3_gamma', { adminLogin: admin, as: reseller });
    const tenants = new Tenants(platform, [acme, beta, { reseller, admin, contextId }]);
    await world.shareDomain(shared);
    for (const [index, tenant] of tenants.all.entries()) {
      const address = `user${index}@${ownDomain(index)}`;
      const id = idOf(returnedOne(await platform.user(tenant, address, tenant.reseller)));
      const name = address.replace('@', '.at.');
      tenants.users.push({ id, name, login: { login: name, password: `pw-${name}` } });
    }
    return tenants;
  }

  domains(run: number): string[] {
    return [...this.all.map((_, index) => ownDomain(index)), shared, 'gmail.example', `free${run}.example`];
  }

  caller({ tenant: index, role }: Step): Caller {
    const tenant = this.all[index];
    const user = this.users[index];
    if (tenant === undefined || user === undefined) throw new Error('no such tenant');
    const as = role === 'user' ? user.login : tenant[role];
    return { tenant, as, userId: user.id, userName: user.name };
  }

  readonly doors: Doors = {
    createUser: ({ tenant, as }, address) => this.platform.user(tenant, address, as, { name: this.name() }),
    createByRest: ({ tenant, as }, address) => {
      const name = this.name();
      const body = { login: name, displayName: name, password: `pw-${name}`, givenName: 'G', surName: 'S' };
      return this.rest('POST', tenant, '', as, { ...body, primaryEmail: address, email1: address });
    },
    addAlias: async (caller, address) => {
      const present = await this.addressesOf(caller);
      return this.change(caller, { aliases: [...present, address] });
    },
    renameByRest: ({ tenant, as, userId }, address) => {
      const body = {
        primaryEmail: address,
        email1: address,
        defaultSenderAddress: address,
        aliases: [address],
      };
      return this.rest('PATCH', tenant, `/${userId}`, as, body);
    },
    deleteUser: async ({ tenant, as, userId }) => {
      const { knex, world } = this.platform;
      const others = knex('users').where('context_id', tenant.contextId).where('id', '>', userId);
      const ids: number[] = await others.orderBy('id', 'desc').limit(1).pluck('id');
      const [id] = ids;
      if (id === undefined) return;
      await world.users('delete', { ctx: { id: tenant.contextId }, user: { id }, reassign: 0 }, as);
    },
    forward: ({ tenant, as }, address) => this.platform.forward(tenant, address, as),
    dropForwards: ({ tenant, as }) => {
      const path = `/api/oxaas/v1/admin/forwards/${tenant.contextId}`;
      return callRest(`${this.platform.world.url}${path}`, 'DELETE', as);
    },
    catchall: ({ tenant, as, userName }, address) =>
      this.platform.catchall(tenant, domainOf(address), userName, as),
    dropCatchall: ({ tenant, as, userName: user }, address) => {
      const params = { ctxid: tenant.contextId, domain: domainOf(address), user };
      return this.platform.world.oxaas('deleteDomainCatchall', params, as);
    },
    resource: ({ tenant, as }, address) => {
      const name = this.name();
      const res = { name, displayname: name, email: address };
      const params = { ctx: { id: tenant.contextId }, res };
      return this.platform.world.soap.call('OXResellerResourceService', 'create', params, as);
    },
    /** Of what is another's: whoever shares its own gives it away. */
    share: ({ tenant, as }, address) => {
      const others = this.all.findIndex((other) => other !== tenant);
      const isOthers = domainOf(address) === ownDomain(others);
      const domainname = isOthers ? domainOf(address) : shared;
      return this.platform.world.oxaas('createSharedDomain', { domainname }, as);
    },
  };

  /** Everything that a mail server would find, with the context to which it owes it. */
  async routes(): Promise<Route[]> {
    const { knex } = this.platform;
    const mailboxes = knex('mail_recipients as r').join('users as u', 'u.mailbox', 'r.destination');
    const forwards = knex('mail_redirections as r').join('mail_forwards as f', 'f.alias', 'r.address');
    const found = [
      ...(await mailboxes.select<RouteRow[]>('r.address', 'r.destination', 'u.context_id')),
      ...(await forwards.select<RouteRow[]>('r.address', 'r.destination', 'f.context_id')),
    ];
    return found.map(({ address, destination, context_id }) => {
      return { address, destination, contextId: context_id };
    });
  }

  private async addressesOf({ tenant, userId }: Caller): Promise<string[]> {
    const ofUser = { context_id: tenant.contextId, user_id: userId };
    return this.platform.knex('user_aliases').where(ofUser).orderBy('position').pluck('address');
  }

  private change({ tenant, as, userId }: Caller, fields: SoapParams): Promise<SoapAnswer> {
    const params = { ctx: { id: tenant.contextId }, usrdata: { id: userId, ...fields } };
    return this.platform.world.users('change', params, as);
  }

  private rest(method: string, { contextId }: Tenant, path: string, as: Login, body: object) {
    const url = `${this.platform.world.url}/api/v1/contexts/${contextId}/users${path}`;
    return callRest(url, method, as, { ...body });
  }

  private name(): string {
    return `made${++this.made}`;
  }
}

interface RouteRow {
  readonly address: string;
  readonly destination: string;
  readonly context_id: number;
}

function ownDomain(tenant: number): string {
  return `tenant${tenant}.example`;
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

const names = (routes: readonly Route[]): string[] =>
  routes.map(({ address, destination, contextId }) => `${address} → ${destination} (${contextId})`);

/** What is in one list and not in the other. */
function difference(before: readonly Route[], after: readonly Route[]): Route[] {
  const [had, has] = [new Set(names(before)), new Set(names(after))];
  const lost = before.filter((route) => !has.has(names([route]).join()));
  const won = after.filter((route) => !had.has(names([route]).join()));
  return [...lost, ...won];
}

/** The mail of a domain that a tenant has alone is delivered to that tenant, and of every address to one context. */
function checkOwners(tenants: Tenants, routes: readonly Route[], taker: number | null, free: string): void {
  const contextsOf = new Map<string, Set<number>>();
  for (const { address, destination, contextId } of routes) {
    const told = `${address} → ${destination}`;
    const holders = contextsOf.get(address) ?? new Set();
    contextsOf.set(address, holders.add(contextId));
    expect(holders.size, told).to.equal(1);
    const domain = domainOf(address);
    const owner = tenants.all.findIndex((_, index) => ownDomain(index) === domain);
    if (owner >= 0) expect(contextId, told).to.equal(tenants.all[owner]?.contextId);
    if (domain === free) expect(contextId, told).to.equal(taker);
  }
}

for (const database of [sqliteFile, mariadbServer])
  describe(`wire: random claims of addresses by three tenants on ${database.name} (seed ${seed})`, function () {
    this.timeout(180_000);
    let tenants: Tenants;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      tenants = await Tenants.start(database);
    });
    after(() => tenants?.platform.stop());

    const step = () =>
      fc.record<Step>({
        door: fc.constantFrom(...(Object.keys(tenants.doors) as (keyof Doors)[])),
        tenant: fc.nat({ max: 2 }),
        role: fc.constantFrom('reseller', 'admin', 'admin', 'user'),
        local: fc.constantFrom(...locals),
        domain: fc.nat({ max: 5 }),
      });

    it('no address delivers to a context that does not have it, and no tenant touches the mail of another', async () => {
      let run = 0;
      const property = fc.asyncProperty(fc.array(step(), { minLength: 20, maxLength: 30 }), async (steps) => {
        run += 1;
        const free = `free${run}.example`;
        const domains = tenants.domains(run);
        let taker: number | null = null;
        let before = await tenants.routes();
        for (const each of steps) {
          const caller = tenants.caller(each);
          const address = `${each.local}${run}@${domains[each.domain] ?? shared}`;
          await tenants.doors[each.door](caller, address);
          const after = await tenants.routes();
          const changed = difference(before, after);
          if (taker === null && changed.some(({ address: of }) => domainOf(of) === free)) {
            expect(each.role, `${free} is approved by a reseller`).to.equal('reseller');
            taker = caller.tenant.contextId;
          }
          checkOwners(tenants, after, taker, free);
          for (const route of changed)
            expect(route.contextId, `${JSON.stringify(each)}: ${names([route]).join()}`).to.equal(
              caller.tenant.contextId,
            );
          before = after;
        }
      });
      await fc.assert(property, { seed, numRuns: runsOf(database), endOnFailure: true });
      expect(
        names(await tenants.routes()).length,
        'more than the users that are always there',
      ).to.be.greaterThan(3);
    });
  });
