import { expect } from 'chai';
import {
  envelope,
  expectDone,
  expectFault,
  operationXml,
  returned,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { child, scalars, texts, type XmlNode } from '../../support/wire/xml-tree.js';
import { idOf, World, type Login } from '../fixtures.js';

const RESTRICTIONS = [
  { name: 'Subadmin.CanCreateSubadmin', value: 'true' },
  { name: 'Subadmin.MaxOverallUser', value: '100' },
];

/** The answer of getSelfData is the ResellerAdmin itself. */
function ownRecord(answer: SoapAnswer): XmlNode {
  expect(answer.fault?.text, answer.xml).to.equal(undefined);
  const record = answer.body.children[0];
  expect(record?.local).to.equal('getSelfDataResponse');
  if (!record) throw new Error('no answer');
  return record;
}

function stringMap(node: XmlNode | undefined): Record<string, string> {
  return Object.fromEntries(
    (node?.children ?? []).map((entry) => [
      child(entry, 'key')?.text ?? '',
      child(entry, 'value')?.text ?? '',
    ]),
  );
}

describe('wire: a reseller and its own record (docs/contract/resellers.md#1-2, docs/contract/oxaas.md#3-1, docs/contract/wire.md#7)', function () {
  this.timeout(60_000);
  let world: World;
  const parent: Login = { login: 'brand', password: 'brand-secret' };
  const kid: Login = { login: 'brand-kid', password: 'kid-secret' };
  let parentId: number;
  let kidId: number;
  before(async () => {
    world = await World.start();
    parentId = await world.newReseller(parent, { restrictions: RESTRICTIONS });
    kidId = await world.newReseller(kid, {}, parent);
  });
  after(() => world.stop());
  const self = (params: SoapParams, as: Login) => world.resellers('getSelfData', params, as);
  const changeSelf = (adm: SoapParams, as: Login) => world.resellers('changeSelf', { adm }, as);
  const change = (adm: SoapParams | XmlNode, as: Login = world.master) =>
    world.resellers('change', { adm }, as);

  describe('getSelfData', () => {
    it('with name, nil and credentials, as client A calls it', async () => {
      const record = ownRecord(await self({ adminName: 'brand', adminId: null }, parent));
      expect(scalars(record)).to.include({ name: 'brand', id: String(parentId), password: null });
    });
    it('binds its three arguments by position', async () => {
      const body =
        '<getSelfData xmlns="http://soap.reseller.admin.openexchange.com">' +
        '<c-gensym3 xmlns="">brand</c-gensym3><c-gensym5 xmlns=""/>' +
        '<c-gensym7 xmlns=""><login>brand</login><password>brand-secret</password></c-gensym7></getSelfData>';
      const answer = await world.soap.post('OXResellerService', envelope(body));
      expect(scalars(ownRecord(answer))['id']).to.equal(String(parentId));
    });
    it('is also asked for as selfData', async () => {
      const body = operationXml('OXResellerService', 'getSelfData', { adminId: kidId }, kid);
      const renamed = body.replaceAll('getSelfData', 'selfData');
      const answer = await world.soap.post('OXResellerService', envelope(renamed));
      expect(scalars(ownRecord(answer))['name']).to.equal('brand-kid');
    });
    it('wants to know whose', async () => {
      expectFault(await self({}, kid), 'StorageException', 'either ID or name must be specified');
      expectFault(
        await self({}, world.master),
        'InvalidDataException',
        'either ID or name must be specified.',
      );
    });
    it('a direct child yes, anybody else no; the master admin sees all', async () => {
      expect(scalars(ownRecord(await self({ adminId: kidId }, parent)))['name']).to.equal('brand-kid');
      const others: [SoapParams, Login][] = [
        [{ adminId: parentId }, kid],
        [{ adminName: 'reseller1' }, parent],
        [{ adminName: 'nobody' }, parent],
        [{ adminName: 'brand' }, { ...parent, password: 'wrong' }],
      ];
      for (const [params, as] of others)
        expectFault(await self(params, as), 'InvalidCredentialsException', 'authentication failed');
      expect(scalars(ownRecord(await self({ adminName: 'brand' }, world.master)))['id']).to.equal(
        String(parentId),
      );
      expectFault(
        await self({ adminName: 'nobody' }, world.master),
        'OXResellerException',
        'Reseller admin does not exist: nobody',
      );
    });
  });

  describe('changeSelf', () => {
    it('adds and removes configuration, capabilities and taxonomies', async () => {
      expectDone(
        await changeSelf(
          {
            id: parentId,
            configurationToAdd: { 'io.ox/dynamic-theme//mainColor': '#123456', gone: 'soon' },
            capabilitiesToAdd: ['guard', 'drop-me'],
            taxonomiesToAdd: ['types/gold'],
          },
          parent,
        ),
      );
      const removal = {
        configurationToRemove: ['gone'],
        capabilitiesToRemove: ['mobile'],
        capabilitiesToDrop: ['drop-me'],
      };
      expectDone(await changeSelf({ name: 'brand', ...removal }, parent));
      const record = ownRecord(await self({ adminName: 'brand' }, parent));
      expect(stringMap(child(record, 'configuration'))).to.deep.equal({
        'io.ox/dynamic-theme//mainColor': '#123456',
      });
      expect(texts(record, 'capabilities')).to.deep.equal(['-mobile', 'guard']);
      expect(texts(record, 'taxonomies')).to.deep.equal(['types/gold']);
    });
    it('refuses every other member, and another name', async () => {
      const text = 'Invalid data sent by client!';
      const refused: SoapParams[] = [
        { displayname: 'Other' },
        { password: 'other' },
        { passwordMech: 'SHA' },
        { parentId: kidId },
        { restrictions: [{ name: 'Subadmin.MaxOverallUser', value: '101' }] },
        { name: 'renamed' },
      ];
      for (const members of refused)
        expectFault(await changeSelf({ id: parentId, ...members }, parent), 'InvalidDataException', text);
      expectFault(await changeSelf({ name: 'renamed' }, parent), 'InvalidDataException', text);
      expectFault(
        await changeSelf({ id: parentId, displayname: 'Other' }, world.master),
        'InvalidDataException',
        text,
      );
    });
    it("refuses another reseller's record", async () => {
      const others: [SoapParams, Login][] = [
        [{ id: kidId }, parent],
        [{ id: parentId }, kid],
        [{ id: 9999 }, parent],
      ];
      for (const [adm, as] of others)
        expectFault(await changeSelf(adm, as), 'InvalidCredentialsException', 'Authentication failed');
      // A name that is not the caller's own is answered as one that nobody has.
      for (const name of ['reseller1', 'nobody1'])
        expectFault(
          await changeSelf({ name }, parent),
          'InvalidDataException',
          'Invalid data sent by client!',
        );
      const wrong = await changeSelf({ id: parentId }, { ...parent, password: 'wrong' });
      expectFault(wrong, 'InvalidCredentialsException', 'authentication failed');
    });
    it('the master admin may, for anybody it names', async () => {
      expectDone(await changeSelf({ id: kidId, taxonomiesToAdd: ['by-master'] }, world.master));
      expect(texts(ownRecord(await self({ adminId: kidId }, kid)), 'taxonomies')).to.deep.equal([
        'by-master',
      ]);
      for (const as of [world.master, kid]) {
        const nobody = await changeSelf({ taxonomiesToAdd: ['x'] }, as);
        expectFault(nobody, 'InvalidDataException', 'Either ID or name must be specified');
      }
      expectFault(
        await changeSelf({ id: 9999 }, world.master),
        'OXResellerException',
        'Reseller admin does not exist: 9999',
      );
    });
  });

  describe('whole records sent back', () => {
    const read = async (as: Login, id: number) =>
      returnedOne(await world.resellers('getData', { adm: { id } }, as));
    const restrictionsOf = (record: XmlNode) =>
      record.children
        .filter(({ local }) => local === 'restrictions')
        .map((node) => `${child(node, 'name')?.text}=${child(node, 'value')?.text}`);

    it('change nothing: by the master admin, by a parent for its child', async () => {
      for (const [as, id] of [
        [world.master, parentId],
        [world.master, kidId],
        [parent, kidId],
      ] as const) {
        const before = await read(as, id);
        expectDone(await change(before, as));
        expect(await read(as, id)).to.deep.equal(before);
      }
      const ofKid = await read(parent, kidId);
      expect(restrictionsOf(ofKid)).to.deep.equal(['Subadmin.MaxOverallUser=100']);
      expect(restrictionsOf(await read(world.master, parentId))).to.have.length(2);
    });
    it('are taken by changeSelf, too', async () => {
      for (const as of [parent, kid]) {
        const own = { adminName: as.login };
        const before = ownRecord(await self(own, as));
        expectDone(await world.resellers('changeSelf', { adm: before }, as));
        expect(ownRecord(await self(own, as))).to.deep.equal(before);
      }
    });
    it('a child is given no restrictions of its own, not even by the master admin', async () => {
      const own = { restrictions: [{ name: 'Subadmin.MaxOverallUser', value: '1' }] };
      for (const as of [parent, world.master])
        expectFault(
          await change({ id: kidId, ...own }, as),
          'OXResellerException',
          'Subsubadmins cannot change restrictions',
        );
    });
    it('resellers have two levels and no more', async () => {
      const other = idOf(returnedOne(await world.resellers('getData', { adm: { name: 'reseller1' } })));
      const moved: [number, number][] = [
        [parentId, kidId],
        [parentId, parentId],
        [parentId, other],
      ];
      for (const [id, to] of moved)
        expectFault(
          await change({ id, parentId: to }),
          'OXResellerException',
          'Cannot change parentId to id of subsubadmin',
        );
    });
  });

  describe('getMultipleData', () => {
    const many = (admins: SoapParams[], as: Login = world.master) =>
      world.resellers('getMultipleData', { admins }, as);

    it('by id and by name, in the order of the request', async () => {
      const names = returned(await many([{ name: 'brand-kid' }, { id: parentId }, { name: 'reseller1' }]));
      expect(names.map((node) => scalars(node)['name'])).to.deep.equal(['brand-kid', 'brand', 'reseller1']);
      expect(returned(await many([{ id: kidId }], parent)).map(idOf)).to.deep.equal([kidId]);
    });
    it('tells invalid data as OXResellerException; one bad entry fails all', async () => {
      const text = 'either ID or name must be specified.';
      expectFault(await many([{ id: parentId }, { displayname: 'x' }]), 'OXResellerException', text);
      expect(returned(await many([]))).to.deep.equal([]);
      const ghost = await many([{ id: parentId }, { name: 'ghost' }]);
      expectFault(ghost, 'OXResellerException', 'Reseller admin does not exist: ghost');
      const foreign = await many([{ id: kidId }, { name: 'brand' }], parent);
      expectFault(foreign, 'OXResellerException', 'Reseller admin does not exist: brand');
      const stranger = await many([], { login: 'brand', password: 'wrong' });
      expectFault(stranger, 'InvalidCredentialsException', 'authentication failed');
    });
  });
});
