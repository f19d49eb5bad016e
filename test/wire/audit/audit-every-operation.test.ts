import { expect } from 'chai';
import { comparisonsOf, type Request } from '../../security/isolation-requests.js';
import { startIsolationWorld, type IsolationWorld, type Things } from '../../security/isolation-world.js';
import { AuditClient } from '../../support/audit.js';
import { differences } from '../../support/database/dump-database.js';
import { contract } from '../../support/wire/contract-snapshot.js';
import { returnedOne, type SoapParams, type SoapValue } from '../../support/wire/raw-soap.js';
import { idOf, userData, World } from '../fixtures.js';

/** Changes nothing that is stored, whatever it says: see docs/behaviour.md. */
const withoutChange = /^(get|list|exists|check|downgrade|init|update.*Restrictions|createSchema|unblock)/;

/** They need more than one request, and have tests of their own below. */
const apart = new Set([
  'moveFromUserToContextFilestore',
  'moveFromMasterToUserFilestore',
  'moveFromUserFilestoreToMaster',
  'moveUserFilestore',
  'changeSelf',
  'createDomainCatchall',
  'deleteDomainCatchall',
  'changeModuleAccessGlobal',
  // It is refused, or there is nothing to remove.
  'removeDatabaseRestrictions',
]);

/** Names that were taken by the same operation of another service are of no use a second time. */
function renumbered(value: SoapValue, serial: number): SoapValue {
  if (typeof value === 'string') return value.replaceAll(/\b(new[a-z]*|changed)\b/g, `$1${serial}`);
  if (Array.isArray(value)) return (value as readonly SoapValue[]).map((one) => renumbered(one, serial));
  if (typeof value !== 'object' || value === null || 'children' in value) return value;
  const members = Object.entries(value as SoapParams);
  return Object.fromEntries(members.map(([name, one]) => [name, renumbered(one, serial)]));
}

/** Makes things that can be deleted. */
class Fresh {
  private serial = 0;

  constructor(
    private readonly world: World,
    private readonly things: Things,
  ) {}

  async instead(): Promise<Things> {
    const name = `fresh${(this.serial += 1)}`;
    const ctx = { id: this.things.context.id };
    const made = async (service: string, operation: string, params: SoapParams) => {
      const answer = await this.world.soap.call(service, operation, params, this.world.master);
      const node = returnedOne(answer);
      return { id: Number(node.text) || idOf(node), name };
    };
    const displayname = name;
    return {
      ...this.things,
      user: await made('OXUserService', 'create', {
        ctx,
        usrdata: userData(name, { passwordMech: 'SHA-512' }),
      }),
      group: await made('OXGroupService', 'create', { ctx, grp: { name, displayname } }),
      resource: await made('OXResourceService', 'create', {
        ctx,
        res: { name, displayname, email: `${name}@res.example` },
      }),
      filestore: await made('OXUtilService', 'registerFilestore', {
        fstore: { url: `s3://${name}`, size: 100_000 },
      }),
      server: await made('OXUtilService', 'registerServer', { srv: { name } }),
      database: await made('OXUtilService', 'registerDatabase', {
        db: { name, url: 'jdbc:mysql://fresh', password: 'x', master: true, maxUnits: 5 },
      }),
      reason: await made('OXUtilService', 'createMaintenanceReason', { reason: { text: name } }),
    };
  }
}

describe('wire: the trail of changes, every operation of every service', function () {
  this.timeout(240_000);
  let platform: IsolationWorld;
  before(async () => {
    platform = await startIsolationWorld();
  });
  after(() => platform.world.stop());

  it('has an entry of whatever was changed, and none of anything else', async () => {
    const { world } = platform;
    const audit = new AuditClient(world.url);
    const fresh = new Fresh(world, platform.existing);
    const complaints: string[] = [];
    const changed = new Set<string>();
    const all = Object.entries(contract.services).flatMap(([service, { operations }]) =>
      Object.keys(operations).map((operation) => ({ service, operation })),
    );
    // Contexts and resellers with all that is in them go last.
    all.sort((a, b) => rank(a) - rank(b));
    let serial = 0;
    for (const { service, operation } of all) {
      const destroys = /^(delete|unregister|move)/.test(operation);
      const existing =
        destroys && rank({ service, operation }) < 2 ? await fresh.instead() : platform.existing;
      const [comparison] = comparisonsOf(service, operation, { existing, absent: platform.absent });
      if (comparison === undefined) throw new Error(`no request for ${operation}`);
      const { params } = comparison.real satisfies Request;
      const request = renumbered(params, (serial += 1)) as SoapParams;
      const before = platform.dump();
      const answer = await world.soap.call(service, operation, request, world.master);
      const lines = differences(before, platform.dump());
      const rows = lines.filter((line) => line.startsWith('+ audit_entries'));
      const others = lines.filter(
        (line) => !/^[+-] (audit_entries |sequences |settings .*"restriction-names")/.test(line),
      );
      const what = `${service}.${operation} (${answer.fault?.text ?? 'done'})`;
      if (others.length > 0) changed.add(operation);
      if (others.length > 0 && rows.length === 0)
        complaints.push(`${what} left no entry:\n  ${others.join('\n  ')}`);
      // Orders to everybody are written down even where they concern nobody.
      if (others.length === 0 && rows.some((row) => !row.includes('"kind":"all')))
        complaints.push(`${what} left ${rows.join()}`);
      if (answer.fault && rows.length > 0) complaints.push(`${what} was refused and left ${rows.join()}`);
      if (rows.length === 0) continue;
      const requestId = answer.headers.get('x-request-id') ?? '';
      const { entries } = await audit.entries(`requestId=${requestId}`, world.master);
      const named = entries.filter(
        (entry) =>
          entry.service === service &&
          entry.operation === operation &&
          entry.login === world.master.login &&
          entry.principal === 'master',
      );
      if (named.length !== rows.length || entries.length !== rows.length)
        complaints.push(`${what}: ${JSON.stringify(entries)}`);
    }
    expect(complaints.join('\n')).to.equal('');
    const silent = all.filter(
      ({ operation }) => !changed.has(operation) && !withoutChange.test(operation) && !apart.has(operation),
    );
    expect(silent.map(({ service, operation }) => `${service}.${operation}`)).to.deep.equal([]);
  });
});

describe('wire: the trail of changes, what needs something to be there first', function () {
  this.timeout(60_000);
  let world: World;
  let audit: AuditClient;
  before(async () => {
    world = await World.start();
    audit = new AuditClient(world.url);
  });
  after(() => world.stop());

  /** Carries out a call, and answers its entries without what they have in common. */
  async function entriesOf(service: string, operation: string, params: SoapParams, as = world.master) {
    const answer = await world.soap.call(service, operation, params, as);
    expect(answer.fault?.text).to.equal(undefined);
    const query = `requestId=${answer.headers.get('x-request-id')}`;
    const { entries } = await audit.entries(query, world.master);
    for (const entry of entries) expect(entry).to.include({ service, operation, login: as.login });
    return entries.map(({ kind, objectId, name, action, before, after }) => {
      return { kind, objectId, name, action, before, after };
    });
  }

  it('moves of files', async () => {
    const fstore = { url: 's3://second', size: 100_000 };
    const answer = await world.soap.call('OXUtilService', 'registerFilestore', { fstore }, world.master);
    const other = idOf(returnedOne(answer));
    const master = { id: await world.newUser('master', { maxQuota: 10 }) };
    const user = { id: await world.newUser('user', { maxQuota: 20 }) };
    const { ctx } = world;
    const moved = async (service: string, operation: string, more: SoapParams) => {
      const [entry, ...rest] = await entriesOf(service, operation, { ctx, user, ...more });
      expect(rest, operation).to.deep.equal([]);
      expect(entry, operation).to.include({
        kind: 'user',
        objectId: user.id,
        action: 'change',
        name: 'user',
      });
      return [entry?.before, entry?.after];
    };
    for (const service of ['OXResellerUserService', 'OXUserService']) {
      const [, there] = await moved(service, 'moveUserFilestore', { dst_filestore_id: { id: other } });
      expect(there).to.deep.equal({ filestoreId: other });
      await moved(service, 'moveFromUserToContextFilestore', {});
      await moved(service, 'moveFromContextToUserFilestore', {
        dst_filestore_id: { id: other },
        max_quota: 30,
      });
      const [, shared] = await moved(service, 'moveFromUserFilestoreToMaster', { masterUser: master });
      expect(shared).to.deep.include({ filestoreOwnerId: master.id, maxQuotaMb: 10 });
      const [, own] = await moved(service, 'moveFromMasterToUserFilestore', {
        ...{ masterUser: master, dst_filestore_id: { id: 1 }, max_quota: 40 },
      });
      expect(own).to.deep.include({ filestoreOwnerId: 0, maxQuotaMb: 40 });
    }
  });

  it('what a reseller changes of itself', async () => {
    const adm = { name: 'reseller1', capabilitiesToAdd: ['guard'] };
    const [entry, ...rest] = await entriesOf('OXResellerService', 'changeSelf', { adm }, world.reseller);
    expect(rest).to.deep.equal([]);
    expect(entry).to.deep.include({ kind: 'reseller', name: 'reseller1', action: 'change' });
    expect([entry?.before, entry?.after]).to.deep.equal([{ capabilities: [] }, { capabilities: ['guard'] }]);
  });

  it('catch-alls', async () => {
    const id = await world.newUser('catcher', { aliases: ['catcher@example.org', 'catcher@caught.example'] });
    const params = { ctxid: world.contextId, domain: 'caught.example', user: 'catcher' };
    const entry = { kind: 'catchall', objectId: id, name: 'caught.example' };
    const domain = { domain: 'caught.example' };
    expect(await entriesOf('OXaaSService', 'createDomainCatchall', params)).to.deep.equal([
      { ...entry, action: 'create', before: null, after: domain },
    ]);
    expect(await entriesOf('OXaaSService', 'deleteDomainCatchall', params)).to.deep.equal([
      { ...entry, action: 'delete', before: domain, after: null },
    ]);
  });

  it('module access of everybody', async () => {
    const access = { addAccess: { vcard: true }, removeAccess: { tasks: true } };
    const entries = await entriesOf('OXUserService', 'changeModuleAccessGlobal', access);
    expect(entries.map(({ kind, after }) => ({ kind, after }))).to.deep.equal([
      { kind: 'allUsers', after: { ofWhom: null, added: ['vcard'], removed: ['tasks'] } },
      { kind: 'allContextAdmins', after: { ofWhom: null, added: ['vcard'], removed: ['tasks'] } },
    ]);
  });
});

function rank({ service, operation }: { readonly service: string; readonly operation: string }): number {
  // What was never forbidden need not be allowed.
  if (operation.startsWith('enable')) return 0.5;
  if (!/^(delete|unregister)/.test(operation)) return 0;
  if (/Context/.test(service)) return 2;
  return service === 'OXResellerService' ? 3 : 1;
}
