import { expect } from 'chai';
import { AuditPruner } from '../../src/background/audit-pruner.js';
import { inAuditedCall } from '../../src/provisioning/access/audited-call.js';
import { openStore } from '../../src/store/open-store.js';
import { testDatabases } from '../support/database/databases.js';
import { requirePart } from '../support/processes/require-part.js';

const dayMs = 24 * 3_600_000;
const call = { requestId: 'r', service: 's', operation: 'o', login: 'l', address: null } as const;

for (const database of testDatabases) {
  describe(`store on ${database.name}: old entries of the trail`, function () {
    this.timeout(60_000);
    before(function () {
      requirePart(this, database.part, database.isInstalled());
    });

    it('are forgotten in chunks, and no others, by two processes at once', async () => {
      const databaseUrl = await database.url();
      const store = await openStore({ databaseUrl, audits: true });
      const other = await openStore({ databaseUrl, audits: true });
      try {
        const register = (id: number) =>
          inAuditedCall(call, () =>
            store.transaction(({ servers }) => servers.insert({ id, name: `server${id}` })),
          );
        for (let id = 1_001; id <= 1_025; id += 1) await register(id);
        const count = async () => (await store.audit.find({}, { length: 1_000 }, null)).length;
        expect(await count()).to.equal(25);
        expect(await store.audit.prune(Date.now() - 60_000, 10)).to.equal(0);
        expect(await store.audit.prune(Date.now() + 60_000, 10)).to.equal(10);
        const [newest] = await store.audit.find({}, { length: 1 }, null);
        expect(newest?.objectId).to.equal(1_025);
        const onError = (error: unknown) => expect.fail(String(error));
        const pruner = (of: typeof store, now: () => number) =>
          new AuditPruner({ store: of, retentionDays: 30, onError, now });
        await pruner(store, Date.now).prune();
        expect(await count()).to.equal(15);
        const later = () => Date.now() + 31 * dayMs;
        await Promise.all([pruner(store, later).prune(), pruner(other, later).prune()]);
        expect(await count()).to.equal(0);
      } finally {
        await store.close();
        await other.close();
      }
    });

    it('a change that is rolled back leaves none', async () => {
      const store = await openStore({ databaseUrl: await database.url(), audits: true });
      try {
        const refused = inAuditedCall(call, () =>
          store.transaction(async ({ servers }) => {
            await servers.insert({ id: 1_001, name: 'server' });
            throw new Error('refused');
          }),
        );
        expect(await refused.catch((error: unknown) => String(error))).to.equal('Error: refused');
        expect(await store.audit.find({}, { length: 10 }, null)).to.deep.equal([]);
      } finally {
        await store.close();
      }
    });

    it('very many changes at once are told in a bounded number of entries', async () => {
      const store = await openStore({ databaseUrl: await database.url(), audits: true });
      try {
        await inAuditedCall(call, () =>
          store.transaction(async ({ servers }) => {
            for (let id = 1_001; id <= 2_005; id += 1) await servers.insert({ id, name: `server${id}` });
          }),
        );
        const entries = await store.audit.find({}, { length: 2_000 }, null);
        expect(entries).to.have.length(1_001);
        expect(entries[0]?.after).to.deep.equal({ count: 5, ids: [2_001, 2_002, 2_003, 2_004, 2_005] });
      } finally {
        await store.close();
      }
    });
  });
}
