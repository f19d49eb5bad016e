import { expect } from 'chai';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { mariadbServer, testDatabases } from '../../support/database/databases.js';
import { overtaken } from '../../support/database/overtaken.js';
import { eventually } from '../../support/eventually.js';
import { requirePart } from '../../support/processes/require-part.js';
import { callRest } from '../../support/rest/rest-client.js';
import {
  expectDone,
  expectFault,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, child, scalars, texts } from '../../support/wire/xml-tree.js';
import { idOf, unifiedQuota, World, type Login } from '../fixtures.js';

const quick = { passwordMech: 'SHA-512' };

/** What a call was allowed by what it read, and must not be by what is there when it writes. */
for (const database of testDatabases) {
  describe(`wire: rules that are overtaken, on ${database.name} (issue 12, E)`, function () {
    this.timeout(120_000);
    let started: World | undefined;
    let world: World;
    let url: string;
    let serial = 0;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      url = await database.url();
      world = started = await World.start({}, url);
    });
    after(() => started?.stop());
    const newName = (kind: string) => `${kind}${(serial += 1)}`;
    const late = (call: () => Promise<SoapAnswer>, meanwhile: () => Promise<unknown>) =>
      overtaken('before its transaction', call, meanwhile);
    const newUser = async (more = {}) => {
      const name = newName('rule');
      const id = await world.newUser(name, { ...quick, ...more });
      return { id, name, address: (part: string) => `${part}@example.org` };
    };

    it('a new primary address that was taken out of the aliases meanwhile', async () => {
      const { id, name, address } = await newUser();
      const [old, wanted] = [address(name), address(`${name}-new`)];
      await world.changed(id, { aliases: [old, wanted] });
      const change = { primaryEmail: wanted, email1: wanted, password: 'slow', passwordMech: 'BCRYPT' };
      const answer = await overtaken(
        'before its hash',
        () => world.change(id, change),
        () => world.changed(id, { aliases: [old] }),
      );
      const text = /must be present in set of aliases/;
      expectFault(answer, 'InvalidDataException', text);
      const shown = await world.getUser(id);
      expect(scalars(shown)['primaryEmail']).to.equal(old);
      expect(texts(shown, 'aliases')).to.deep.equal([old]);
      const { default_group: _group, ...whole } = withoutNil(scalars(shown));
      expectDone(await world.change(id, { ...whole, aliases: texts(shown, 'aliases') }));
    });

    it('aliases without an address that became the primary one meanwhile', async () => {
      const { id, name, address } = await newUser();
      const [old, wanted] = [address(name), address(`${name}-new`)];
      await world.changed(id, { aliases: [old, wanted] });
      const answer = await late(
        () => world.change(id, { aliases: [old, address(`${name}-other`)] }),
        () => world.changed(id, { primaryEmail: wanted, email1: wanted }),
      );
      // Aliases alone are held against the addresses that the user has then.
      expectFault(answer, 'InvalidDataException', /must be present in set of aliases/);
      expect(texts(await world.getUser(id), 'aliases')).to.include(wanted);
    });

    it('a login, a display name and an address that somebody else took meanwhile', async () => {
      const { id, name, address } = await newUser();
      const read = async () => {
        const shown = await world.getUser(id);
        const { name: login, display_name: displayName } = scalars(shown);
        return { login, displayName, aliases: texts(shown, 'aliases') };
      };
      const before = await read();
      const taken = () => {
        const other = newName('taken');
        const own = address(other);
        const meanwhile = async () => {
          // The row itself is another one, too, so that the change is planned anew.
          await world.changed(id, { note: other });
          await world.newUser(other, quick);
        };
        return { other, own, meanwhile };
      };
      const [login, displayed, mail] = [taken(), taken(), taken()];
      const refused: [SoapParams, () => Promise<void>, string | RegExp][] = [
        [{ name: login.other }, login.meanwhile, `User ${login.other} already exists in this context`],
        [
          { display_name: `Display ${displayed.other}` },
          displayed.meanwhile,
          'The displayname is already used',
        ],
        [{ aliases: [address(name), mail.own] }, mail.meanwhile, /^Mail address .* already exists/],
      ];
      for (const [fields, meanwhile, text] of refused)
        expectFault(await late(() => world.change(id, fields), meanwhile), 'InvalidDataException', text);
      expect(await read()).to.deep.equal(before);
    });

    it('a quota without a file storage, since the files were moved meanwhile', async () => {
      const { id } = await newUser({ maxQuota: 5 });
      const answer = await late(
        () => world.change(id, { maxQuota: 7 }),
        async () => {
          const params = { ctx: world.ctx, user: { id } };
          expectDone(await world.users('moveFromUserToContextFilestore', params));
        },
      );
      expectDone(answer);
      const { maxQuota, filestoreId } = scalars(await world.getUser(id));
      expect({ maxQuota, owns: filestoreId !== '0' }).to.deep.equal({ maxQuota: '7', owns: true });
    });

    it('a login mapping for a name, while the mappings were replaced', async () => {
      const former = newName('reseller1_mapping');
      const id = await world.newContext(former);
      const change = (ctx: SoapParams) => world.contexts('change', { ctx: { ...ctx, id } });
      const name = newName('reseller1_renamed');
      const answer = await late(
        () => change({ name }),
        async () => expectDone(await change({ loginMappings: ['mine', `mine${id}`] })),
      );
      expectDone(answer);
      const shown = returnedOne(await world.contexts('getData', { ctx: { id } }));
      expect(texts(shown, 'loginMappings')).to.have.members(['mine', `mine${id}`, former, name]);
      expect(scalars(shown)['name']).to.equal(name);
    });

    it('switching a context that was deleted meanwhile, or moving it into a storage that is gone', async () => {
      const id = await world.newContext(newName('reseller1_gone'));
      const register = async (url: string) => {
        const params = { fstore: { url, size: 100_000 } };
        return idOf(
          returnedOne(await world.soap.call('OXUtilService', 'registerFilestore', params, world.master)),
        );
      };
      const unregister = async (store: number) =>
        expectDone(
          await world.soap.call(
            'OXUtilService',
            'unregisterFilestore',
            { store: { id: store } },
            world.master,
          ),
        );
      const store = await register('s3://late');
      const moved = await late(
        () => world.contexts('change', { ctx: { id, filestoreId: store } }, world.master),
        () => unregister(store),
      );
      expectFault(moved, 'InvalidDataException', `No such filestore with id ${store}`);
      const other = await register('s3://later');
      const sized = await late(
        () =>
          world.soap.call(
            'OXUtilService',
            'changeFilestore',
            { fstore: { id: other, size: 5 } },
            world.master,
          ),
        () => unregister(other),
      );
      expectFault(sized, 'InvalidDataException', 'No such store null');
      const switched = await late(
        () => world.contexts('disable', { ctx: { id } }),
        async () => expectDone(await world.contexts('delete', { ctx: { id } })),
      );
      expectFault(switched, 'NoSuchContextException', new RegExp(String(id)));
    });

    it('deleting and moving a user for whom unified quota was switched on meanwhile', async () => {
      const contextId = await world.newContext(newName('reseller1_unified'));
      const name = newName('vetoed');
      const id = await world.newUser(name, { ...quick, maxQuota: 5 }, contextId);
      const switchTo = async (value: string) => {
        const ctx = { id: contextId, ...unifiedQuota(value) };
        expectDone(await world.contexts('change', { ctx }));
      };
      for (const operation of ['delete', 'moveFromUserToContextFilestore']) {
        const answer = await late(
          () => world.users(operation, { ctx: { id: contextId }, user: { id } }),
          () => switchTo('true'),
        );
        expectFault(answer, 'StorageException', /unified quota is enabled/);
        await switchTo('false');
      }
      expectDone(await world.users('delete', { ctx: { id: contextId }, user: { id } }));
    });

    if (database === mariadbServer)
      it('a row that another process holds and changes while the change waits for it', async () => {
        const { id } = await newUser();
        const other = await createConnection(url);
        try {
          const of = [world.contextId, id];
          await other.beginTransaction();
          await other.query('SELECT id FROM users WHERE context_id = ? AND id = ? FOR UPDATE', of);
          const change = world.change(id, { imapPort: 10_007 });
          const waiting =
            "SELECT COUNT(*) AS count FROM information_schema.processlist WHERE info LIKE '%`users`%for update' AND id <> CONNECTION_ID()";
          await eventually(async () => {
            const [rows] = await other.query<RowDataPacket[]>(waiting);
            expect(rows[0]?.['count']).to.equal(1);
          }, 30_000);
          await other.query(
            "UPDATE users SET imap_host = 'other.example' WHERE context_id = ? AND id = ?",
            of,
          );
          await other.commit();
          expectDone(await change);
          const { imapServer, imapPort } = scalars(await world.getUser(id));
          expect({ imapServer, imapPort }).to.deep.equal({ imapServer: 'other.example', imapPort: '10007' });
        } finally {
          await other.end();
        }
      });

    describe('resellers', () => {
      const creating = { restrictions: [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }] };
      const newReseller = async (more: SoapParams = {}, as?: Login) => {
        const login = { login: newName('over'), password: 'x' };
        const id = await world.newReseller(login, { ...quick, ...more }, as ?? world.master);
        return { login, id };
      };
      const change = (adm: SoapParams, as: Login = world.master) => world.resellers('change', { adm }, as);
      const read = async (id: number) => returnedOne(await world.resellers('getData', { adm: { id } }));

      it('restrictions of one that became a child meanwhile', async () => {
        const [parent, kid] = [await newReseller(creating), await newReseller()];
        const restrictions = [{ name: 'Subadmin.MaxContext', value: '3' }];
        const answer = await overtaken(
          'before its hash',
          () => change({ id: kid.id, restrictions, password: 'slow', passwordMech: 'BCRYPT' }),
          async () => expectDone(await change({ id: kid.id, parentId: parent.id })),
        );
        expectFault(answer, 'OXResellerException', 'Subsubadmins cannot change restrictions');
        expect(scalars(await read(kid.id))['parentId']).to.equal(String(parent.id));
      });

      it('a child that another parent got meanwhile', async () => {
        const [parent, other] = [await newReseller(creating), await newReseller(creating)];
        const kid = await newReseller({}, parent.login);
        const give = async (parentId: number) => expectDone(await change({ id: kid.id, parentId }));
        const changed = await late(
          () => change({ id: kid.id, displayname: 'Mine' }, parent.login),
          () => give(other.id),
        );
        expectFault(changed, 'InvalidCredentialsException', /^authentication failed/);
        await give(parent.id);
        const deleted = await late(
          () => world.resellers('delete', { adm: { id: kid.id } }, parent.login),
          () => give(other.id),
        );
        expectFault(deleted, 'OXResellerException', /does not belong to/);
        expect(scalars(await read(kid.id))['parentId']).to.equal(String(other.id));
      });

      it('a child of one that became a child itself meanwhile', async () => {
        const [top, middle] = [await newReseller(creating), await newReseller(creating)];
        const name = newName('over');
        const adm = { name, displayname: name, password: 'x', ...quick };
        const answer = await late(
          () => world.resellers('create', { adm }, middle.login),
          async () => expectDone(await change({ id: middle.id, parentId: top.id })),
        );
        expectFault(answer, 'StorageException', /is not allowed to create subadmins/);
      });

      it('configuration of several at once', async () => {
        const { id } = await newReseller();
        const add = (key: string) => change({ id, configurationToAdd: { [key]: '1' } });
        expectDone(
          await late(
            () => add('one'),
            async () => expectDone(await add('two')),
          ),
        );
        const entries = child(await read(id), 'configuration')?.children ?? [];
        expect(entries.map((entry) => scalars(entry)['key'])).to.have.members(['one', 'two']);
      });
    });

    it('members of a group, capabilities and attributes by different doors', async () => {
      const [anna, ben] = [await newUser(), await newUser()];
      const name = newName('team');
      const grp = { name, displayname: name, members: [anna.id] };
      const service = 'OXResellerGroupService';
      const groups = (operation: string, params: SoapParams) =>
        world.soap.call(service, operation, { ctx: world.ctx, ...params }, world.reseller);
      const id = idOf(returnedOne(await groups('create', { grp })));
      const answer = await late(
        () => groups('change', { grp: { id, displayname: 'Late' } }),
        async () => expectDone(await groups('addMember', { grp: { id }, members: [{ id: ben.id }] })),
      );
      expectDone(answer);
      const shown = returnedOne(await groups('getData', { grp: { id } }));
      expect(texts(shown, 'members')).to.have.members([String(anna.id), String(ben.id)]);
      expect(scalars(shown)['displayname']).to.equal('Late');

      const put = async (field: string, value: string | readonly string[]) => {
        const path = `/oxaas/v1/admin/contexts/${world.contextId}/users/${anna.id}/${field}`;
        const { status, text } = await callRest(`${world.url}${path}`, 'PUT', world.reseller, {
          [field]: value,
        });
        expect(status, text).to.equal(200);
      };
      await overtaken(
        'before its transaction',
        () => put('spamlevel', 'high'),
        () => put('classofservice', ['cloud_pim']),
      );
      expect(attributeMap(await world.getUser(anna.id))['cloud']).to.include({
        spamlevel: 'high',
        service: 'cloud_pim',
      });
      const capabilities = (capsToAdd: string[]) =>
        world.soap.call(
          'OXUserService',
          'changeCapabilities',
          { ctx: world.ctx, user: { id: anna.id }, capsToAdd, capsToRemove: [], capsToDrop: [] },
          world.reseller,
        );
      expectDone(
        await late(
          () => capabilities(['a']),
          async () => expectDone(await capabilities(['b'])),
        ),
      );
      const params = { ctx: world.ctx, user: { id: anna.id } };
      const all = await world.soap.call('OXUserService', 'getUserCapabilities', params, world.reseller);
      expect(returnedOne(all).text).to.match(/a.*b/);
    });
  });
}

function withoutNil(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === null || value === '' ? [] : [[name, value]],
    ),
  );
}
