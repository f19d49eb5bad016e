import { expect } from 'chai';
import { testDatabases } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';
import { callRest, type RestAnswered } from '../../support/rest/rest-client.js';
import type { Credentials } from '../../support/wire/raw-soap.js';
import { attributeMap, scalars } from '../../support/wire/xml-tree.js';
import { World } from '../fixtures.js';

const anna = {
  name: 'anna',
  password: 'pw-anna-1',
  displayName: 'Anna Acme',
  givenName: 'Anna',
  surName: 'Acme',
  primaryEmail: 'anna@acme.example',
  passwordMech: 'SHA-512',
};
const property = 'com.openexchange.unifiedquota.enabled';

for (const database of testDatabases) {
  describe(`wire: provisioning by REST on ${database.name}`, function () {
    this.timeout(120_000);
    let started: World | undefined;
    let world: World;
    before(async function () {
      requirePart(this, database.part, database.isInstalled());
      world = started = await World.start({}, await database.url());
    });
    after(() => started?.stop());

    type Sent = { as?: Credentials; body?: unknown; headers?: Record<string, string> };
    const call = (method: string, path: string, { as, body, headers }: Sent = {}): Promise<RestAnswered> =>
      callRest(`${world.url}/provisioning/v1${path}`, method, as ?? world.reseller, body, headers);
    const users = () => `/contexts/${world.contextId}/users`;
    const newUser = async (name: string): Promise<number> => {
      const body = { ...anna, name, displayName: name, primaryEmail: `${name}@acme.example` };
      const { status, text, json } = await call('POST', users(), { body });
      expect(status, text).to.equal(201);
      return Number(json['id']);
    };
    const refused = async (answer: Promise<RestAnswered>, status: number, part: object): Promise<void> => {
      const { status: got, json, text } = await answer;
      expect(got, text).to.equal(status);
      expect(json, text).to.deep.include(part);
    };

    describe('users', () => {
      it('are created, read, changed and deleted; SOAP sees the same', async () => {
        const made = await call('POST', users(), {
          body: { ...anna, attributes: { cloud: { a: '1', b: '2' } } },
        });
        expect(made.status, made.text).to.equal(201);
        expect(made.text).not.to.include(anna.password);
        const id = Number(made.json['id']);
        expect(made.headers.get('location')).to.equal(`users/${id}`);
        const one = `${users()}/${id}`;
        expect((await call('GET', one)).json).to.deep.equal(made.json);
        expect(made.json).to.deep.include({
          contextId: world.contextId,
          name: 'anna',
          email1: 'anna@acme.example',
          aliases: ['anna@acme.example'],
          maxQuotaMb: -1,
          mailQuotaMb: null,
          attributes: { cloud: { a: '1', b: '2' } },
        });
        expect(scalars(await world.getUser(id))).to.include({ name: 'anna', display_name: 'Anna Acme' });

        // Absent, null and valued.
        const patch = { displayName: 'Änna', attributes: { cloud: { a: null, c: '3' } } };
        const changed = await call('PATCH', one, { body: patch });
        expect(changed.json, changed.text).to.deep.equal({
          ...made.json,
          displayName: 'Änna',
          attributes: { cloud: { b: '2', c: '3' } },
        });
        expect(attributeMap(await world.getUser(id))).to.deep.include({ cloud: { b: '2', c: '3' } });
        expect((await call('PATCH', one, { body: {} })).json).to.deep.equal(changed.json);
        await refused(call('PATCH', one, { body: { displayName: null } }), 400, {
          errors: [{ pointer: '/displayName', detail: 'Invalid input: expected string, received null' }],
        });

        expect((await call('DELETE', one)).status).to.equal(204);
        await refused(call('GET', one), 404, { detail: `No such user ${id} in context ${world.contextId}` });
        await refused(call('DELETE', one), 404, { title: 'Not Found' });
      });

      it('a name that is taken is a conflict', async () => {
        await newUser('taken');
        const body = { ...anna, name: 'taken', displayName: 'other', primaryEmail: 'other@acme.example' };
        await refused(call('POST', users(), { body }), 409, { type: '/openapi/#taken', status: 409 });
      });

      it('are listed in parts, by pattern', async () => {
        for (const name of ['list1', 'list2', 'list3']) await newUser(name);
        const names = async (query: string) => {
          const { json, text } = await call('GET', `${users()}?${query}`);
          expect(json['items'], text).to.be.an('array');
          const items = json['items'] as { name: string }[];
          return [items.map(({ name }) => name), json['nextOffset']];
        };
        expect(await names('pattern=list*&limit=2')).to.deep.equal([['list1', 'list2'], 2]);
        expect(await names('pattern=list*&limit=2&offset=2')).to.deep.equal([['list3'], null]);
        expect(await names('pattern=LIST_')).to.deep.equal([['list1', 'list2', 'list3'], null]);
        expect(await names('pattern=nobody*')).to.deep.equal([[], null]);
        for (const query of ['limit=-1', 'limit=x', 'limit=1001', 'offset=1.5', 'limit=1&limit=2'])
          await refused(call('GET', `${users()}?${query}`), 400, { type: '/openapi/#invalid-request' });
      });

      it('change their own password, and see nobody else', async () => {
        const id = await newUser('selfish');
        const other = await newUser('othery');
        const as = { login: 'selfish', password: anna.password };
        expect((await call('GET', `${users()}/${id}`, { as })).status).to.equal(200);
        await refused(call('GET', `${users()}/${other}`, { as }), 403, { title: 'Forbidden' });
        await refused(call('GET', users(), { as }), 403, {});
        const quota = { maxQuotaMb: 5, mailQuotaMb: 5, unified: true };
        await refused(call('PUT', `${users()}/${id}/quota`, { as, body: quota }), 403, {});
        const body = { password: 'pw-other-2', passwordMech: 'SHA-512' };
        expect((await call('PATCH', `${users()}/${id}`, { as, body })).status).to.equal(200);
        await refused(call('GET', `${users()}/${id}`, { as }), 401, {});
        const anew = { login: 'selfish', password: 'pw-other-2' };
        expect((await call('GET', `${users()}/${id}`, { as: anew })).status).to.equal(200);
      });
    });

    describe('the quota of a user', () => {
      it('one call does what SOAP needs three for', async () => {
        const [byRest, bySoap] = [await newUser('byrest'), await newUser('bysoap')];
        const body = { maxQuotaMb: 300, mailQuotaMb: 300, unified: true };
        const set = await call('PUT', `${users()}/${byRest}/quota`, { body, as: world.contextAdmin });
        expect(set.json, set.text).to.deep.include({ mode: 'unified', limitBytes: 300 * 2 ** 20 });
        await world.changed(bySoap, { maxQuota: 300 });
        await world.setMailQuota(bySoap, 300);
        await world.changed(bySoap, { userAttributes: { config: { [property]: 'true' } } });
        const state = (await call('GET', `${users()}/${bySoap}/quota`)).json;
        expect({ ...state, userId: byRest }).to.deep.equal(set.json);
        expect(attributeMap(await world.getUser(byRest))['config']).to.include({ [property]: 'true' });

        const apart = { maxQuotaMb: 100, mailQuotaMb: 0, unified: false };
        const after = await call('PUT', `${users()}/${byRest}/quota`, { body: apart });
        expect(after.json).to.deep.include({
          mode: 'default',
          limits: { mailBytes: null, fileBytes: 100 * 2 ** 20 },
        });
      });

      it('what cannot be unified is refused, and nothing is changed', async () => {
        const id = await newUser('apart');
        const before = (await call('GET', `${users()}/${id}`)).json;
        for (const [maxQuotaMb, mailQuotaMb] of [
          [1, 2],
          [0, 0],
          [-1, 0],
        ])
          await refused(
            call('PUT', `${users()}/${id}/quota`, { body: { maxQuotaMb, mailQuotaMb, unified: true } }),
            400,
            {
              errors: [{ pointer: '/unified', detail: 'needs the same maxQuotaMb and mailQuotaMb above 0' }],
            },
          );
        const absent = { maxQuotaMb: 1, mailQuotaMb: 1, unified: true };
        await refused(call('PUT', `${users()}/99999/quota`, { body: absent }), 404, {});
        expect((await call('GET', `${users()}/${id}`)).json).to.deep.equal(before);
      });
    });

    describe('resellers, contexts and groups', () => {
      it('resellers are the master admin’s', async () => {
        const as = world.master;
        const body = { name: 'r2', displayName: 'Two', password: 'pw-r2', configuration: { a: '1', b: '2' } };
        const made = await call('POST', '/resellers', { as, body });
        expect(made.status, made.text).to.equal(201);
        const one = `/resellers/${String(made.json['id'])}`;
        const patched = await call('PATCH', one, { as, body: { configuration: { a: null, c: '3' } } });
        expect(patched.json, patched.text).to.deep.equal({ ...made.json, configuration: { b: '2', c: '3' } });
        await refused(call('POST', '/resellers', { as, body }), 409, { type: '/openapi/#taken' });
        await refused(call('POST', '/resellers', { body: { ...body, name: 'r3' } }), 403, {});
        await refused(call('GET', one), 404, {});
        await refused(call('PATCH', one, { body: { displayName: 'x' } }), 403, {});
        await refused(call('DELETE', one), 404, {});
        const listed = await call('GET', '/resellers?pattern=r2', { as });
        expect(listed.json).to.deep.equal({ items: [patched.json], nextOffset: null });
        expect((await call('DELETE', one, { as })).status).to.equal(204);
        await refused(call('GET', one, { as }), 404, {});
      });

      it('contexts come with their admin, and go with everything', async () => {
        const admin = { ...anna, name: 'boss', displayName: 'Boss', primaryEmail: 'boss@rest.example' };
        const made = await call('POST', '/contexts', { body: { name: 'rest', maxQuotaMb: 10, admin } });
        expect(made.status, made.text).to.equal(201);
        const id = Number(made.json['id']);
        expect(made.headers.get('location')).to.equal(`contexts/${id}`);
        const one = `/contexts/${id}`;
        const as = { login: 'boss', password: anna.password };
        expect((await call('GET', one, { as })).json).to.deep.equal(made.json);
        await refused(call('PATCH', one, { as, body: { maxQuotaMb: 5 } }), 403, {});
        const patched = await call('PATCH', one, { body: { maxQuotaMb: 5, enabled: false } });
        expect(patched.json).to.deep.equal({ ...made.json, maxQuotaMb: 5, enabled: false });
        await refused(call('POST', '/contexts', { body: { id, maxQuotaMb: 10, admin } }), 409, {
          type: '/openapi/#taken',
        });
        const listed = (await call('GET', '/contexts?limit=1')).json;
        expect(listed['items']).to.have.length(1);
        expect(listed['nextOffset']).to.equal(1);
        expect((await call('DELETE', one)).status).to.equal(204);
        await refused(call('GET', one), 403, { title: 'Forbidden' });
        await refused(call('GET', one, { as: world.master }), 404, {});
      });

      it('groups keep their members until others are sent', async () => {
        const id = await newUser('member');
        const groups = `/contexts/${world.contextId}/groups`;
        const body = { name: 'sales', displayName: 'Sales', memberIds: [id] };
        const made = await call('POST', groups, { body });
        expect(made.json, made.text).to.deep.include(body);
        const one = `${groups}/${String(made.json['id'])}`;
        const patched = await call('PATCH', one, { body: { displayName: 'Service' } });
        expect(patched.json).to.deep.equal({ ...made.json, displayName: 'Service' });
        await refused(call('POST', groups, { body }), 409, { type: '/openapi/#taken' });
        expect((await call('GET', `${groups}?pattern=sales`)).json['items']).to.deep.equal([patched.json]);
        expect((await call('DELETE', one)).status).to.equal(204);
        await refused(call('GET', one), 404, {});
      });
    });

    describe('Idempotency-Key', () => {
      it('a create that is repeated with its key is carried out once', async () => {
        const body = { ...anna, name: 'once', displayName: 'Once', primaryEmail: 'once@acme.example' };
        const headers = { 'idempotency-key': 'key-1' };
        const [first, second] = [
          await call('POST', users(), { body, headers }),
          await call('POST', users(), { body, headers }),
        ];
        expect(first.status, first.text).to.equal(201);
        expect([second.status, second.text]).to.deep.equal([201, first.text]);
        expect(second.headers.get('location')).to.equal(first.headers.get('location'));
        expect(second.headers.get('idempotent-replayed')).to.equal('true');
        expect(first.headers.get('idempotent-replayed')).to.equal(null);
        const other = { ...body, name: 'twice' };
        await refused(call('POST', users(), { body: other, headers }), 400, {
          detail: 'The Idempotency-Key was used for another request.',
        });
        const as = { ...world.reseller, password: 'wrong' };
        await refused(call('POST', users(), { as, body, headers }), 401, {});
      });
    });
  });
}
