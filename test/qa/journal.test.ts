import { expect } from 'chai';
import type { JournalEntry } from '../../src/qa/recording/journal.js';
import { SecretHider } from '../../src/qa/recording/secret-hider.js';
import { callRest } from '../support/rest/rest-client.js';
import { userData, World } from '../wire/fixtures.js';
import { control, controlToken } from './control-client.js';

describe('qa: the journal of the control API', function () {
  this.timeout(60_000);
  let world: World;
  before(async () => {
    world = await World.start({ CONTROL_TOKEN: controlToken });
  });
  after(() => world?.stop());

  const find = async (query: string): Promise<JournalEntry[]> => {
    const { status, text, body } = await control(world.url, 'GET', `journal?${query}`);
    expect(status, text).to.equal(200);
    return (body as { entries: JournalEntry[] }).entries;
  };

  it('holds requests and answers, and finds them', async () => {
    const id = await world.newUser('jana');
    const [created] = await find('service=OXResellerUserService&operation=create&text=jana');
    expect(created).to.include({
      principal: 'reseller1',
      contextId: world.contextId,
      outcome: 'ok',
      httpStatus: 200,
    });
    expect(created?.answer).to.include(`${id}</`);
    expect(world.log(), 'the same id as in the log').to.include(created?.requestId ?? '-');
    await world.users('getData', { ctx: world.ctx, user: { id: 999 } });
    const [refused] = await find('outcome=NoSuchUserException');
    expect(refused?.faultText).to.match(/999/);
    expect(await find(`since=${refused?.id}`)).to.deep.equal([]);
    expect(await find('limit=1')).to.have.length(1);
    expect(await find(`principal=nobody`)).to.deep.equal([]);
  });

  it('says which rule was applied, and that the connection was cut', async () => {
    const { body } = await control(world.url, 'POST', 'rules', {
      operation: 'exists',
      reset: true,
      count: 1,
    });
    await world.exists({ name: 'x' }).catch(() => undefined);
    const [cut] = await find('operation=exists&limit=1');
    expect(cut).to.include({ ruleId: (body as { id: number }).id, httpStatus: 0, answer: null });
  });

  it('shows no password, whatever its form and wherever it stands', async () => {
    const secrets = ['sesame-open-1', 'sesame & open-2', 'secret-of-reseller-9', 'no-end-tag-secret-7'];
    await world.newReseller({ login: 'other', password: secrets[2] ?? '' });
    await world.users('create', {
      ctx: world.ctx,
      usrdata: userData('tom', { password: secrets[0], note: `is ${secrets[0]}` }),
    });
    await world.users('create', { ctx: world.ctx, usrdata: userData('tim', { password: secrets[1] }) });
    await world.soap
      .post('OXResellerUserService', `<e:Envelope><password>${secrets[3]}`)
      .catch(() => undefined);
    const { text } = await control(world.url, 'GET', 'journal?limit=1000');
    for (const secret of [...secrets, 'sesame &amp; open-2', 'admin-secret', world.master.password])
      expect(text, secret).not.to.include(secret);
    expect(text).to.include('{{secret');
    const recording = await control(world.url, 'GET', 'recording');
    for (const secret of secrets) expect(recording.text).not.to.include(secret);
  });

  it('holds REST calls, too, without passwords, and keeps them out of recordings', async () => {
    const password = 'rest "sesame" 8';
    const users = `/provisioning/v1/contexts/${world.contextId}/users`;
    const rest = (method: string, path: string, body?: unknown) =>
      callRest(`${world.url}${path}`, method, world.reseller, body);
    const member = { name: 'rita', givenName: 'Rita', surName: password, displayName: 'Rita', password };
    await rest('POST', users, { ...member, primaryEmail: 'rita@example.org', passwordMech: 'SHA-512' });
    const [created] = await find('service=provisioning/v1&text=rita');
    expect(created).to.include({
      operation: 'post /contexts/:contextId/users',
      method: 'POST',
      path: users,
      principal: 'reseller1',
      contextId: world.contextId,
      outcome: 'ok',
      httpStatus: 201,
    });
    const sent = JSON.parse(created?.request ?? '') as Record<string, string>;
    expect(sent).to.include({ name: 'rita', passwordMech: 'SHA-512' });
    expect(sent['password']).to.match(/^\{\{secret-[0-9a-f]{16}\}\}$/);
    expect(sent['surName']).to.equal(sent['password']);
    expect(JSON.parse(created?.answer ?? '')).to.include({ name: 'rita', surName: sent['password'] });
    await rest('GET', `${users}/999?password=sesame-in-a-query&limit=1`);
    const [missed] = await find('outcome=HTTP 404&service=provisioning/v1');
    expect(missed).to.include({ method: 'GET', request: null, httpStatus: 404 });
    expect(missed?.path).to.equal(`${users}/999?password={{secret}}&limit=1`);
    expect(missed?.answer).to.match(/"status":404/);
    await callRest(`${world.url}/oxaas/v1/admin/announcements`, 'GET', null);
    expect((await find('service=oxaas/v1'))[0]).to.include({ principal: null, outcome: 'HTTP 401' });
    const { text } = await control(world.url, 'GET', 'journal?limit=1000');
    expect(text).not.to.include('sesame');
    expect((await control(world.url, 'GET', 'recording')).text).not.to.include('provisioning/v1');
  });

  const forms: [what: string, xml: string][] = [
    ['CDATA', '<a:password><![CDATA[hush-hush-1]]></a:password>'],
    ['character references', '<password>&#104;ush-hush-1</password>'],
    ['an attribute that looks like an end', '<password x="/>" y=\'>\'>hush-hush-1</password >'],
    ['no end', '<password>hush-hush-1'],
    ['a comment inside', '<password>hush<!-- -->-hush-1</password>'],
    ['another name', '<masterPassword>hush-hush-1</masterPassword>'],
  ];
  for (const [what, xml] of forms) {
    it(`hides ${what}`, () => {
      const hidden = new SecretHider().hide(`<e>${xml}</e>`, { password: 'hush-hush-1' });
      expect(hidden)
        .to.match(/\{\{secret-[0-9a-f]{16}\}\}/)
        .and.not.match(/hush-1|&#104/);
    });
  }

  it('gives one secret one placeholder, and leaves alone how it is hashed and who may change it', () => {
    const hider = new SecretHider();
    const xml =
      '<passwordMech>SHA-512</passwordMech><password_expired>false</password_expired><password/><a>x</a>' +
      '<editPassword>true</editPassword>';
    expect(hider.hide(xml, { editPassword: 'true' })).to.equal(xml);
    const both = hider.hide('<password>one-two-3</password><password><![CDATA[one-two-3]]></password>', {});
    expect(new Set(both.match(/\{\{[^}]+\}\}/g)).size).to.equal(1);
  });

  it('finds its placeholders again, whatever the password is made of', () => {
    const hider = new SecretHider();
    const hidden = hider.hide('<password>{{secret-</password><name>secret-0</name>', {
      password: 'secret-0',
    });
    expect(hidden).to.match(
      /^<password>\{\{secret-[0-9a-f]{16}\}\}<\/password><name>\{\{secret-[0-9a-f]{16}\}\}<\/name>$/,
    );
  });

  it('is emptied on demand, and refuses what is no search', async () => {
    for (const query of ['colour=red', 'limit=many', 'text=a&text=b'])
      expect((await control(world.url, 'GET', `journal?${query}`)).status, query).to.equal(400);
    expect((await control(world.url, 'DELETE', 'journal')).status).to.equal(204);
    expect(await find('')).to.deep.equal([]);
  });
});
