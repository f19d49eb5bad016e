import { expect } from 'chai';
import { AuditClient } from '../../support/audit.js';
import { ConsoleClient } from '../../support/console/console-client.js';
import { hostileName, startConsoleWorld, type ConsoleWorld } from '../../support/console/console-world.js';
import { expectDone } from '../../support/wire/raw-soap.js';
import { World, type Login } from '../fixtures.js';

const fast = { passwordMech: 'SHA-512' };
const child: Login = { login: 'child', password: 'child-secret' };

/** The request ids of the rows, from top to bottom. */
function requestsOn(text: string): string[] {
  return [...text.matchAll(/<a href="\/console\/changes\?requestId=([^"&]*)"/g)].map(([, id = '']) => id);
}

/** Where a link leads, as the browser would ask; null: there is no such link. */
function linkOn(text: string, name: string): string | null {
  const path = new RegExp(`<a\\s+href="/console([^"]*)"\\s*>${name}</a`).exec(text)?.[1];
  return path?.replaceAll('&amp;', '&') ?? null;
}

describe('wire: the console, changes', function () {
  this.timeout(120_000);
  let demo: ConsoleWorld;
  let audit: AuditClient;
  let owner: ConsoleClient;
  let master: ConsoleClient;
  let stranger: ConsoleClient;
  let childContextId: number;
  before(async () => {
    demo = await startConsoleWorld();
    const { world } = demo;
    const restrictions = [{ name: 'Subadmin.CanCreateSubadmin', value: 'true' }];
    expectDone(await world.resellers('change', { adm: { name: 'reseller1', restrictions } }));
    await world.newReseller(child, fast, world.reseller);
    childContextId = await world.newContext('child_one', { as: child });
    audit = new AuditClient(world.url);
    owner = await ConsoleClient.loggedIn(world.url, world.reseller);
    master = await ConsoleClient.loggedIn(world.url, world.master);
    stranger = await ConsoleClient.loggedIn(world.url, demo.stranger);
  });
  after(() => demo?.stop());

  const ofUser = (id: number) => `context=${demo.world.contextId}&object=${id}`;
  const read = async (client: ConsoleClient, query = ''): Promise<string> => {
    const { status, text } = await client.get(`/changes?${query}`);
    expect(status, query).to.equal(200);
    return text;
  };

  it('names who changed what, how and when, what it was and what it is', async () => {
    await demo.world.changed(demo.anna, { display_name: 'Anna Berger' });
    const [entry] = (await audit.entries(ofUser(demo.anna), demo.world.master)).entries;
    const text = await read(owner, `requestId=${entry?.requestId}`);
    expect(requestsOn(text)).to.deep.equal([entry?.requestId]);
    expect(text)
      .to.contain(entry?.at.slice(0, 19).replace('T', ' '))
      .and.contain('<bdi>reseller1</bdi> <span class="hint">reseller, 127.0.0.1</span>')
      .and.contain('change <span class="hint">OXResellerUserService</span>')
      .and.contain(`<a href="/console/contexts/${demo.world.contextId}/users/${demo.anna}">user ${demo.anna}`)
      .and.contain('<li>displayName: <bdi>&quot;Anna Berg&quot;</bdi></li>')
      .and.contain('<li>displayName: <bdi>&quot;Anna Berger&quot;</bdi></li>');
  });

  it('has what was changed here, and no passwords', async () => {
    const path = `/contexts/${demo.world.contextId}/users/${demo.ben}`;
    await owner.get(path);
    expect((await owner.post(`${path}/both`, { both: '7 GB' })).status).to.equal(303);
    await demo.world.changed(demo.ben, { password: 'a-new-password' });
    const text = await read(owner, ofUser(demo.ben));
    expect(text)
      .to.contain('<span class="hint">console</span>')
      .and.contain('<li>maxQuotaMb: <bdi>7168</bdi></li>')
      .and.contain('<li>password: <bdi>&quot;changed&quot;</bdi></li>')
      .and.not.contain('a-new-password');
  });

  it('shows everybody exactly what REST answers', async () => {
    const { world } = demo;
    const people: readonly (readonly [ConsoleClient, Login])[] = [
      [master, world.master],
      [owner, world.reseller],
      [stranger, demo.stranger],
      [await ConsoleClient.loggedIn(world.url, child), child],
    ];
    for (const [client, login] of people)
      for (const query of [
        '',
        ofUser(demo.anna),
        `context=${demo.strangerContextId}`,
        `context=${childContextId}&operation=create`,
        'login=reseller1',
        'login=reseller2&operation=create',
        'since=2020-01-01',
        'until=2020-01-01',
        'operation=getData',
      ]) {
        const { entries } = await audit.entries(`${query}&limit=50`.replace(/^&/, ''), login);
        const expected = entries.map(({ requestId }) => requestId);
        expect(requestsOn(await read(client, query)), `${login.login} ${query}`).to.deep.equal(expected);
      }
  });

  it('a reseller sees nothing of another one, not even that there is something', async () => {
    const { world, strangerContextId, anna } = demo;
    expect(await read(stranger)).to.not.match(/reseller1|anna|child/i);
    expect(await read(owner)).to.not.match(/reseller2|farm/);
    expect(await read(owner)).to.contain('child_one');
    expect(await read(master))
      .to.contain('reseller2_farm')
      .and.contain('reseller1_acme');
    const [entry] = (await audit.entries(ofUser(anna), world.reseller)).entries;
    expect(await read(stranger, `requestId=${entry?.requestId}`)).to.contain('None found.');
    const sent = (id: number) => new RegExp(`"${id}"|context=${id}\\b`, 'g');
    const there = await read(stranger, `context=${world.contextId}`);
    const absent = await read(stranger, 'context=4711');
    expect(there.replaceAll(sent(world.contextId), '')).to.equal(absent.replaceAll(sent(4711), ''));
    expect(requestsOn(await read(stranger, `context=${strangerContextId}`))).to.not.have.length(0);
  });

  it('the pages of a user and of a context lead to their own changes', async () => {
    const { contextId } = demo.world;
    const userPage = (await owner.get(`/contexts/${contextId}/users/${demo.anna}`)).text;
    expect(linkOn(userPage, 'Changes of this user')).to.equal(`/changes?${ofUser(demo.anna)}`);
    const contextPage = (await owner.get(`/contexts/${contextId}`)).text;
    expect(linkOn(contextPage, 'Changes in this context')).to.equal(`/changes?context=${contextId}`);
    expect(linkOn(contextPage, 'Changes')).to.equal('/changes');
    const changes = await read(owner, ofUser(demo.anna));
    expect(changes).to.contain(`>user ${demo.anna}<`).and.not.contain(`>user ${demo.ben}<`);
  });

  it('what is gone leads to what became of it', async () => {
    const { world } = demo;
    const contextId = await world.newContext('reseller1_gone');
    const userId = await world.newUser('goner', fast, contextId);
    expectDone(await world.users('delete', { ctx: { id: contextId }, user: { id: userId } }));
    expectDone(await world.contexts('delete', { ctx: { id: contextId } }));
    const text = await read(owner, `context=${contextId}&operation=delete`);
    expect(linkOn(text, `user ${userId}`)).to.equal(`/changes?context=${contextId}&object=${userId}`);
    expect(linkOn(text, `context ${contextId}`)).to.equal(`/changes?context=${contextId}`);
    expect(await read(owner, `context=${contextId}&object=${userId}`)).to.contain('goner@example.org');
  });

  it('comes in pages, with the filters, and nothing twice', async () => {
    const { world } = demo;
    const id = await world.newUser('paged', fast);
    for (let quotaMb = 1; quotaMb <= 55; quotaMb += 1) await world.setMailQuota(id, quotaMb);
    const query = `${ofUser(id)}&operation=setMailQuota`;
    const first = await read(owner, query);
    expect(linkOn(first, 'Newest')).to.equal(null);
    const second = await owner.get(linkOn(first, 'Older') ?? 'no link');
    expect(linkOn(second.text, 'Older')).to.equal(null);
    expect(linkOn(second.text, 'Newest')).to.equal(`/changes?${query}`);
    expect(second.text).to.contain('value="setMailQuota"');
    const seen = [...requestsOn(first), ...requestsOn(second.text)];
    expect(requestsOn(first)).to.have.length(50);
    expect(new Set(seen).size).to.equal(55);
    const { entries } = await audit.entries(`${query}&limit=1000`, world.reseller);
    expect(seen).to.deep.equal(entries.map(({ requestId }) => requestId));
    expect(requestsOn(await read(owner, `${query}&before=x`))).to.deep.equal(requestsOn(first));
  });

  it('times are in UTC, wherever the service runs', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      await demo.world.changed(demo.eve, { given_name: 'Timed' });
      const hour = (shift: number) => new Date(Date.now() + shift * 3_600_000).toISOString().slice(0, 16);
      const rows = async (from: string, to: string) => {
        const times = new URLSearchParams({ since: from, until: to }).toString();
        return requestsOn(await read(owner, `${ofUser(demo.eve)}&${times}`)).length;
      };
      expect(await rows(hour(-1), hour(1))).to.be.greaterThan(0);
      expect(await rows(hour(-1).replace('T', ' '), `${hour(1)}Z`)).to.be.greaterThan(0);
      expect(await rows(hour(-3), hour(-1))).to.equal(0);
      expect(await rows(hour(1), hour(3))).to.equal(0);
      expect(await rows(`${hour(1)}+02:00`, hour(1))).to.be.greaterThan(0);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('empty fields mean nothing; what cannot be meant is refused as REST refuses it, beside what was typed', async () => {
    const empty = await read(owner, 'context=&object=&login=&operation=create&requestId=&since=&until=');
    expect(requestsOn(empty)).to.deep.equal(requestsOn(await read(owner, 'operation=create')));
    for (const [query, said] of [
      ['context=acme', 'context: must be an id'],
      ['context=-1', 'context: must be an id'],
      ['context=1&object=x', 'object: must be an id'],
      ['object=3', 'object: needs context'],
      ['since=yesterday', 'since: must be a time'],
      ['until=2026-13-01 08:00', 'until: must be a time'],
    ] as const) {
      const { status, text } = await owner.get(`/changes?${query}&login=typed`);
      expect(status, query).to.equal(400);
      expect(text).to.contain(said).and.contain('value="typed"').and.not.contain('<table');
    }
  });

  it('escapes what things are called, what was changed and what is looked for', async () => {
    const evil = `"><script>alert(3)</script>${'x'.repeat(2_000)}`;
    const attributes = { userAttributes: { config: { [`a"><script>`]: hostileName } } };
    await demo.world.changed(demo.eve, { given_name: hostileName, ...attributes });
    for (const query of [
      ofUser(demo.eve),
      `login=${encodeURIComponent(evil)}`,
      `requestId=${encodeURIComponent(evil)}&before=${encodeURIComponent(evil)}`,
      'login=a&login=%3Cscript%3E&__proto__=1',
    ])
      expect(await read(owner, query), query).to.not.match(/<script|<img/i);
    const refused = await owner.get(`/changes?context=${encodeURIComponent(evil)}`);
    expect(refused.status).to.equal(400);
    expect(refused.text).to.not.match(/<script|<img/i);
    expect(await read(owner, ofUser(demo.eve))).to.contain(
      '<li>givenName: <bdi>&quot;&lt;script&gt;alert(1)&lt;/script&gt;\\&quot;',
    );
  });

  it('what is very long is cut', async () => {
    const id = await demo.world.newUser('aliased', {
      ...fast,
      aliases: ['aliased@example.org', ...Array.from({ length: 300 }, (_, n) => `alias${n}@example.org`)],
    });
    const text = await read(owner, ofUser(id));
    expect(text).to.match(/<li>aliases: <bdi>[^<]*…<\/bdi><\/li>/);
    expect(text.length).to.be.lessThan(12_000);
  });
});

describe('wire: the console, changes, AUDIT_RETENTION', function () {
  this.timeout(60_000);

  it('says for how long they are kept, and that they are not', async () => {
    for (const [days, said] of [
      ['30', 'Kept for 30 days.'],
      ['0', 'AUDIT_RETENTION=0'],
    ] as const) {
      const world = await World.start({ AUDIT_RETENTION: days });
      try {
        const { status, text } = await (
          await ConsoleClient.loggedIn(world.url, world.reseller)
        ).get('/changes');
        expect(status).to.equal(200);
        expect(text).to.contain(said);
        expect(requestsOn(text).length > 0, days).to.equal(days !== '0');
      } finally {
        await world.stop();
      }
    }
  });
});
