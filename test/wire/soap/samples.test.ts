import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { contract, fieldsOf } from '../../support/wire/contract-snapshot.js';
import { expectDone, expectFault, returned, returnedOne } from '../../support/wire/raw-soap.js';
import {
  attributeMap,
  child,
  everyUsersAttributes,
  scalars,
  texts,
  type XmlNode,
} from '../../support/wire/xml-tree.js';
import { userData, World } from '../fixtures.js';

const SVC = 'http://soap.reseller.admin.openexchange.com';
const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const RRA = 'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd';
const EX = 'http://exceptions.rmi.admin.openexchange.com/xsd';
const CONTRACT_TYPES = new URL('../../../docs/contract/facts/types.json', import.meta.url);

/** A request exactly as docs/contract/wire.md#4 prints them: three prefixes declared on the envelope. */
function sample(operation: string, inner: string): string {
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:svc="${SVC}" xmlns:dat="${DAT}" xmlns:rmi="${RMI}">
  <soapenv:Body>
    <svc:${operation}>
      ${inner}
    </svc:${operation}>
  </soapenv:Body>
</soapenv:Envelope>`;
}
const CTX = '<svc:ctx><dat:id>10</dat:id></svc:ctx>';
const AUTH = '<svc:auth><rmi:login>reseller1</rmi:login><rmi:password>secret</rmi:password></svc:auth>';
const ANNA = `<svc:usrdata>
        <dat:display_name>Anna Berg</dat:display_name>
        <dat:email1>anna@example.org</dat:email1>
        <dat:given_name>Anna</dat:given_name>
        <dat:language>de_DE</dat:language>
        <dat:maxQuota>1024</dat:maxQuota>
        <dat:name>anna@example.org</dat:name>
        <dat:password>start-123</dat:password>
        <dat:primaryEmail>anna@example.org</dat:primaryEmail>
        <dat:sur_name>Berg</dat:sur_name>
        <dat:timezone>Europe/Berlin</dat:timezone>
        <dat:userAttributes>
          <dat:entries>
            <dat:key>config</dat:key>
            <dat:value>
              <dat:entries>
                <dat:key>com.example.flag</dat:key>
                <dat:value>true</dat:value>
              </dat:entries>
            </dat:value>
          </dat:entries>
        </dat:userAttributes>
      </svc:usrdata>`;

/** Order, namespace, nil and omission of every field (docs/contract/wire.md#3). */
function expectLayout(node: XmlNode, type: string): void {
  const fields = fieldsOf(type);
  const expected = fields.flatMap((field) => {
    const found = texts(node, field.name).length;
    if (field.list) return Array<string>(found).fill(`{${field.namespace}}${field.name}`);
    return field.nillable || found > 0 ? [`{${field.namespace}}${field.name}`] : [];
  });
  expect(node.children.map((c) => `{${c.namespace}}${c.local}`)).to.deep.equal(expected);
  for (const field of fields.filter((f) => f.list || !f.nillable)) {
    expect(child(node, field.name)?.nil ?? false, `${field.name} is left out, never nil`).to.equal(false);
  }
}

describe('wire: the samples of the contract', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start();
    await world.newContext('reseller1_sample', { ctx: { id: 10, maxQuota: 5000 } });
  });
  after(() => world.stop());
  const post = (xml: string) => world.soap.post('OXResellerUserService', xml, { soapaction: '"urn:create"' });

  it('are judged by types as the contract has them today', () => {
    const types = (JSON.parse(readFileSync(CONTRACT_TYPES, 'utf8')) as ContractTypes).types;
    for (const [type, local] of [
      [DAT, 'User'],
      [DAT, 'Context'],
      [RRA, 'ResellerAdmin'],
    ] as const) {
      const short = Object.keys(contract.namespaces).find((key) => contract.namespaces[key] === type);
      const names = types[type]?.[local]?.fields.map((field) => field.name);
      expect(contract.types[`${short}:${local}`]?.fields.map((field) => field.name)).to.deep.equal(names);
    }
  });

  it('create answers the whole User in order', async () => {
    const answer = await post(sample('create', `${CTX}${ANNA}${AUTH}`));
    expect(answer.fault?.text).to.equal(undefined);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.match(/^text\/xml;\s*charset=utf-8$/i);
    const response = answer.body.children[0];
    expect([response?.namespace, response?.local]).to.deep.equal([SVC, 'createResponse']);
    const user = returnedOne(answer);
    expect(user.namespace).to.equal(SVC);
    expect(fieldsOf('dat:User')).to.have.length(136);
    expectLayout(user, 'dat:User');
    expect(texts(user, 'aliases')).to.deep.equal(['anna@example.org']);
    const { id, display_name, name, primaryEmail, password, image1ContentType, anniversary } = scalars(user);
    expect({ id, display_name, name, primaryEmail, password, image1ContentType, anniversary }).to.deep.equal({
      id: '3',
      display_name: 'Anna Berg',
      name: 'anna@example.org',
      primaryEmail: 'anna@example.org',
      password: null,
      image1ContentType: null,
      anniversary: null,
    });
    expect(attributeMap(user)).to.deep.equal({
      config: { ...everyUsersAttributes.config, 'com.example.flag': 'true' },
    });
  });

  it('createByModuleAccessName and createByModuleAccess answer under their own names', async () => {
    const ctx = { id: 10 };
    const byName = await world.users('createByModuleAccessName', {
      ctx,
      usrdata: userData('byname'),
      access_combination_name: 'webmail',
    });
    expect(byName.body.children[0]?.local).to.equal('createByModuleAccessNameResponse');
    expectLayout(returnedOne(byName), 'dat:User');
    const byAccess = await world.users('createByModuleAccess', {
      ctx,
      usrdata: userData('byaccess'),
      access: { webmail: true },
    });
    expect(byAccess.body.children[0]?.local).to.equal('createByModuleAccessResponse');
    expectLayout(returnedOne(byAccess), 'dat:User');
  });

  it('change answers an empty Body', async () => {
    const usrdata = `<svc:usrdata><dat:display_name>Anna Berg-Holm</dat:display_name><dat:id>3</dat:id>
        <dat:sur_name>Berg-Holm</dat:sur_name></svc:usrdata>`;
    const answer = await post(sample('change', `${CTX}${usrdata}${AUTH}`));
    expectDone(answer);
    expect(answer.body.children).to.have.length(0);
    expect(answer.headers.get('content-type')).to.match(/^text\/xml;\s*charset=utf-8$/i);
  });

  it('getData answers all 136 fields, nil ones written', async () => {
    const more = { birthday: '1990-05-17', aliases: ['anna@example.org', 'a.berg@example.org'] };
    expectDone(await world.users('change', { ctx: { id: 10 }, usrdata: { id: 3, ...more } }));
    const asked = '<svc:user><dat:name>anna@example.org</dat:name></svc:user>';
    const answer = await post(sample('getData', `${CTX}${asked}${AUTH}`));
    const response = answer.body.children[0];
    expect([response?.namespace, response?.local]).to.deep.equal([SVC, 'getDataResponse']);
    const user = returnedOne(answer);
    expectLayout(user, 'dat:User');
    const leaves = scalars(user);
    expect(texts(user, 'aliases')).to.have.members(['anna@example.org', 'a.berg@example.org']);
    expect(leaves).to.include({
      birthday: '1990-05-17Z',
      contextadmin: 'false',
      defaultSenderAddress: 'anna@example.org',
      display_name: 'Anna Berg-Holm',
      sur_name: 'Berg-Holm',
      given_name: 'Anna',
      id: '3',
      language: 'de_DE',
      mailenabled: 'true',
      maxQuota: '1024',
      password: null,
      password_expired: 'false',
      timezone: 'Europe/Berlin',
      usedQuota: '0',
      middle_name: null,
    });
    expect(leaves['passwordMech']).to.match(/^\{[A-Z0-9-]+\}$/);
    for (const kind of ['imap', 'smtp']) {
      const [schema, server, port] = ['Schema', 'Server', 'Port'].map((part) => leaves[`${kind}${part}`]);
      expect(schema).to.equal(`${kind}://`);
      expect(leaves[`${kind}ServerString`]).to.equal(`${schema}${server}:${port}`);
    }
    expect(attributeMap(user)).to.deep.equal({
      config: { ...everyUsersAttributes.config, 'com.example.flag': 'true' },
    });
  });

  it('NoSuchUserException has the two-storey detail', async () => {
    const answer = await world.users('getData', { ctx: { id: 10 }, user: { id: 42 } });
    expectFault(answer, 'NoSuchUserException', 'No such user 42 in context 10');
    expect(answer.headers.get('content-type')).to.match(/^text\/xml;\s*charset=utf-8$/i);
    const fault = answer.fault?.node as XmlNode;
    expect(fault.children.map((c) => `{${c.namespace}}${c.local}`)).to.deep.equal([
      '{}faultcode',
      '{}faultstring',
      '{}detail',
    ]);
    expect(answer.fault?.code).to.equal('soap:Server');
    expect(answer.xml).to.match(
      /<soap:Envelope[^>]* xmlns:soap="http:\/\/schemas.xmlsoap.org\/soap\/envelope\/"/,
    );
    const outer = child(fault, 'detail')?.children ?? [];
    expect(outer.map((c) => `{${c.namespace}}${c.local}`)).to.deep.equal([`{${SVC}}NoSuchUserException`]);
    const inner = outer[0]?.children ?? [];
    expect(inner.map((c) => `{${c.namespace}}${c.local}`)).to.deep.equal([`{${SVC}}NoSuchUserException`]);
    const bean = inner[0]?.children ?? [];
    expect(bean.map((c) => `{${c.namespace}}${c.local}|${c.nil}`)).to.deep.equal([`{${SVC}}Exception|true`]);
  });

  it('InvalidDataException carries a nil objectname in its own namespace', async () => {
    const usrdata = userData('short', { language: 'german' });
    const answer = await world.users('create', { ctx: { id: 10 }, usrdata });
    expectFault(answer, 'InvalidDataException', 'language must contain an underscore, e.g. en_US');
    const bean = child(answer.fault?.node, 'detail')?.children[0]?.children[0]?.children ?? [];
    expect(bean.map((c) => `{${c.namespace}}${c.local}|${c.nil}`)).to.deep.equal([
      `{${SVC}}Exception|true`,
      `{${EX}}objectname|true`,
    ]);
  });

  it('an empty list is a response element without return', async () => {
    const answer = await world.users('list', { ctx: { id: 10 }, search_pattern: 'nobody-like-this' });
    expect(returned(answer)).to.have.length(0);
    expect(answer.body.children[0]?.local).to.equal('listResponse');
    expect(answer.body.children[0]?.children).to.have.length(0);
  });

  it('delete answers an empty Body and the user is gone', async () => {
    const rest = `<svc:user><dat:id>3</dat:id></svc:user>${AUTH}<svc:reassign>0</svc:reassign>`;
    const answer = await post(sample('delete', `${CTX}${rest}`));
    expectDone(answer);
    expect(answer.body.children).to.have.length(0);
    const gone = await world.users('getData', { ctx: { id: 10 }, user: { id: 3 } });
    expectFault(gone, 'NoSuchUserException', 'No such user 3 in context 10');
  });

  it('a ResellerContext has the inherited fields first, each in its namespace', async () => {
    const answer = await world.contexts('getData', { ctx: { id: 10 } });
    const context = returnedOne(answer);
    expectLayout(context, 'dsr:ResellerContext');
    const leaves = scalars(context);
    expect(leaves).to.include({
      enabled: 'true',
      id: '10',
      maxQuota: '5000',
      name: 'reseller1_sample',
      customid: null,
      extensionError: null,
    });
    expect(Number(leaves['filestoreId'])).to.be.greaterThan(0);
    expect(texts(context, 'loginMappings')).to.deep.equal(['reseller1_sample']);
    const owner = child(context, 'owner');
    expectLayout(owner as XmlNode, 'rra:ResellerAdmin');
    expect(scalars(owner)).to.include({ name: 'reseller1', displayname: 'The reseller1', password: null });
  });
});

interface ContractTypes {
  types: Record<string, Record<string, { fields: { name: string }[] } | undefined> | undefined>;
}
