import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../../src/settings/read-config.js';
import { mariadb, mariadbIsInstalled } from '../support/database/mariadb.js';
import { startTestApp } from '../support/processes/app.js';
import { ChildApp } from '../support/processes/child-app.js';
import { requirePart } from '../support/processes/require-part.js';
import { mountedRoutes, type MountedRoute } from '../support/rest/mounted-routes.js';
import { contract } from '../support/wire/contract-snapshot.js';
import { envelope, operationXml, type Credentials, type SoapParams } from '../support/wire/raw-soap.js';
import { userData } from '../wire/fixtures.js';
import { inParallel } from './in-parallel.js';
import { formsOf, leaksIn, type Written } from './secret-forms.js';
import { everyCall, unreadableRequests } from './secret-requests.js';

/** Characters that every way of escaping changes, where they are allowed; none is part of another. */
const secrets = {
  master: 'Zmaster&7ä<Qx"1?',
  reseller: 'Zreseller&8ö>Qy"2?',
  contextAdmin: 'Zctxadmin&9ü<Qz"3?',
  user: 'Zuser&1ß>Qa"4?',
  changed: 'Zchanged&2é<Qb"5?',
  wrong: 'Zwrong&3è>Qc"6?',
  filled: 'Zfilled&4à<Qd"7?',
  secondary: 'Zsecondary&5ô>Qe"8?',
  registered: 'Zregistered&6î<Qf"9?',
  doveadm: 'Zdoveadm&7û>Qg"0?',
  webhook: 'Zwebhook&8<Qh"1?xxxx',
  token: 'Ztoken+9/Qi=2~xxxxxxxx',
  wrongToken: 'Zwrongtoken+9/Qj=3~xxxx',
  database: 'Zdatabase&0ñ>Qk"4?',
};

const master = { login: 'oxadminmaster', password: secrets.master };
const reseller = { login: 'reseller1', password: secrets.reseller };
const basic = ({ login, password }: Credentials): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

/** Who asks every so-and-so-many-th call of some services and paths. */
type Asker = readonly [person: Credentials, every: number, where: RegExp];

/** A service at work, and all that it ever said. */
class Confidant {
  readonly written: Written[] = [];
  contextId = 0;
  userId = 0;

  constructor(
    readonly app: ChildApp,
    readonly url: string,
  ) {}

  async fetch(where: string, path: string, options: RequestInit = {}): Promise<string> {
    const answer = await fetch(this.url + path, options);
    const text = await answer.text();
    this.written.push({ where, text: `${JSON.stringify([...answer.headers])}\n${text}` });
    return text;
  }

  post(service: string, xml: string, where = service): Promise<string> {
    const headers = {
      'content-type': 'text/xml; charset=UTF-8',
      'idempotency-key': `${where}-${this.written.length}`,
    };
    return this.fetch(where, `/webservices/${service}`, { method: 'POST', headers, body: xml });
  }

  call(service: string, operation: string, params: SoapParams, as: Credentials): Promise<string> {
    return this.post(
      service,
      envelope(operationXml(service, operation, params, as)),
      `${service} ${operation}`,
    );
  }
}

const idIn = (xml: string): number => Number(/<(?:\w+:)?id>(\d+)</.exec(xml)?.[1] ?? NaN);

describe('secrets stay secret', function () {
  this.timeout(240_000);
  let directory: string;
  let listener: Server;
  let listenerUrl: string;
  let routes: readonly MountedRoute[];
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'oxbow-secrets-'));
    // Stands for doveadm and for the receiver of webhooks; it refuses everything and says back what it was told.
    listener = createServer((request, response) => {
      response.writeHead(500, 'Refused').end(JSON.stringify(request.headers));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    listenerUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const routed = await startTestApp();
    routes = await mountedRoutes(routed.url);
    await routed.stop();
  });
  after(() => {
    listener.close();
    rmSync(directory, { recursive: true });
  });

  const environment = (databaseUrl: string): Record<string, string> => ({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    MASTER_PASSWORD: secrets.master,
    LOG_LEVEL: 'debug',
    LOG_FORMAT: 'json',
    MAIL_SERVER: 'dovecot',
    DOVEADM_URL: listenerUrl,
    DOVEADM_API_KEY: secrets.doveadm,
    WEBHOOK_URL: `${listenerUrl}/hook`,
    WEBHOOK_SECRET: secrets.webhook,
    FILE_SERVICE_TOKEN: secrets.token,
    QUOTA_SCAN_INTERVAL: '1',
  });

  /** Puts every secret where it belongs. */
  async function furnish(world: Confidant): Promise<void> {
    const adm = { name: reseller.login, displayname: 'A reseller', password: secrets.reseller };
    await world.call('OXResellerService', 'create', { adm }, master);
    const admin = userData('ctxadmin', { password: secrets.contextAdmin });
    const context = { ctx: { name: 'reseller1_acme', maxQuota: 1_000 }, admin_user: admin };
    world.contextId = idIn(await world.call('OXResellerContextService', 'create', context, reseller));
    const ctx = { id: world.contextId };
    const usrdata = userData('anna', { password: secrets.user, passwordMech: 'SHA-512' });
    world.userId = idIn(await world.call('OXResellerUserService', 'create', { ctx, usrdata }, reseller));
    expect(world.contextId * world.userId, JSON.stringify(world.written)).to.be.greaterThan(0);
    const change = { ctx, usrdata: { id: world.userId, password: secrets.changed } };
    await world.call('OXResellerUserService', 'change', change, reseller);
    const account = {
      name: 'x',
      primaryAddress: 'x@example.org',
      login: 'l',
      mailServer: 'h',
      mailPort: 1,
      mailProtocol: 'imap',
    };
    const accountDataOnCreate = {
      ...account,
      password: secrets.secondary,
      transportPassword: secrets.secondary,
    };
    const users = [{ id: world.userId }];
    await world.call(
      'OXSecondaryAccountService',
      'create',
      { accountDataOnCreate, context: ctx, users },
      reseller,
    );
    await world.call(
      'OXUtilService',
      'registerDatabase',
      { db: { name: 'd', master: true, password: secrets.registered } },
      master,
    );
  }

  /** Every operation, with right and wrong credentials, and the REST calls, and all pages. */
  async function exercise(world: Confidant): Promise<void> {
    const { contextId, userId } = world;
    const filling = { password: secrets.filled, contextId, userId };
    // A login that fails, be it that it is of no use there, is slowed after a while: the others keep to where they may be.
    const everywhere = /./;
    const atHome = /User/i;
    const people: readonly Asker[] = [
      [{ login: 'ctxadmin', password: secrets.contextAdmin }, 2, atHome],
      [{ login: 'anna', password: secrets.changed }, 8, atHome],
      [reseller, 1, everywhere],
      [master, 1, everywhere],
      [{ login: 'reseller1', password: secrets.wrong }, 60, everywhere],
      [{ login: 'nobody', password: secrets.wrong }, 60, everywhere],
    ];
    for (const page of [
      '/',
      '/webservices/',
      '/health',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/none',
    ])
      await world.fetch(page, page);
    for (const service of Object.keys(contract.services))
      await world.fetch(`${service} WSDL`, `/webservices/${service}?wsdl`);
    for (const [person, every, where] of people) {
      const calls = everyCall(filling, person).filter(({ service }) => where.test(service));
      const asked = calls.filter((_call, index) => index % every === 0);
      const post = ({ service, operation, xml }: (typeof calls)[number]) =>
        world.post(service, xml, `${service} ${operation}`);
      // Those of a provider change what the next ones find; of the others most are refused, and that takes its time.
      if (every > 1) await inParallel(asked, post);
      else for (const call of asked) await post(call);
    }
    // Deletions last of all: who is gone with his context can only fail to log in.
    for (const isDeletion of [false, true]) await callRoutes(world, people, isDeletion);
    for (const token of [secrets.token, secrets.wrongToken])
      await inParallel(routes, ({ path, method }) => callRoute(world, method, path, `Bearer ${token}`));
    for (const xml of unreadableRequests(master, secrets.wrong))
      await world.post('OXResellerUserService', xml, 'an unreadable request');
    await world.fetch('/metrics', '/metrics');
  }

  async function callRoutes(world: Confidant, people: readonly Asker[], isDeletion: boolean): Promise<void> {
    for (const [person, every, where] of people) {
      const paths = routes
        .filter(({ path }) => where.test(path))
        .slice(0, every > 2 ? 3 : routes.length)
        .filter(({ method }) => (method === 'DELETE') === isDeletion);
      const route = ({ path, method }: MountedRoute) => callRoute(world, method, path, basic(person));
      if (every > 1) await inParallel(paths, route);
      else for (const each of paths) await route(each);
    }
  }

  async function callRoute(
    world: Confidant,
    method: string,
    path: string,
    authorization: string,
  ): Promise<void> {
    const concrete = path
      .replace(':contextId', String(world.contextId))
      .replace(':userId', String(world.userId))
      .replace(/\{|\}/g, '')
      .replace(/[:*]\w+/g, '1');
    const hasBody = ['POST', 'PUT'].includes(method);
    const body = hasBody ? { body: `{"spamlevel":"${secrets.filled}","password":"${secrets.filled}"}` } : {};
    const verb = /^(GET|PUT|POST|DELETE|HEAD|PATCH)$/.test(method) ? method : 'GET';
    await world.fetch(`${method} ${path}`, concrete, { method: verb, headers: { authorization }, ...body });
  }

  async function wholeStory(databaseUrl: string): Promise<Confidant> {
    const app = new ChildApp(environment(databaseUrl));
    try {
      const world = new Confidant(app, await app.ready());
      await furnish(world);
      await exercise(world);
      await app.stop();
      world.written.push({ where: 'output', text: app.output });
      return world;
    } finally {
      await app.stop();
    }
  }

  function expectSecrets(written: readonly Written[]): void {
    expect(leaksIn(written, secrets).slice(0, 20).join('\n')).to.equal('');
  }

  it('the search finds a secret in whatever form it stands', () => {
    const [login] = [basic({ login: 'somebody', password: secrets.master })];
    for (const text of [...formsOf(secrets.master), login, JSON.stringify({ a: `x${secrets.master}` })])
      expect(leaksIn([{ where: 'x', text }], secrets), text).to.have.length(1);
    expect(leaksIn([{ where: 'x', text: 'oxadminmaster, nothing else' }], secrets)).to.deep.equal([]);
  });

  it('in answers, pages, metrics, the debug log and the files of SQLite', async () => {
    const world = await wholeStory(`sqlite:${join(directory, 'secrets.db')}`);
    const files = readdirSync(directory).filter((file) => file.startsWith('secrets.db'));
    expect(files).to.include('secrets.db');
    const bytes = files.map((file) => ({
      where: file,
      text: readFileSync(join(directory, file)).toString('utf8'),
    }));
    expect(bytes.map(({ text }) => text).join(), 'the right files').to.include('reseller1');
    expect(world.written.length, 'answers').to.be.greaterThan(500);
    expectSecrets([...world.written, ...bytes]);
  });

  describe('with MariaDB', () => {
    before(function () {
      requirePart(this, 'mariadb-server', mariadbIsInstalled());
    });

    it('in answers, the log and every table', async () => {
      const server = await mariadb();
      const url = await server.createDatabase();
      const world = await wholeStory(url);
      const name = new URL(url).pathname.slice(1);
      const tables = (await server.query(
        `SHOW FULL TABLES FROM ${name} WHERE Table_type = 'BASE TABLE'`,
      )) as object[];
      const dumps = tables.map(async (row) => {
        const table = String(Object.values(row)[0]);
        return { where: table, text: JSON.stringify(await server.query(`SELECT * FROM ${name}.${table}`)) };
      });
      expectSecrets([...world.written, ...(await Promise.all(dumps))]);
      expect(world.app.output).not.to.include(new URL(url).password);
    });

    it('when the database refuses its password', async () => {
      const { port } = await mariadb();
      await expectStartFails({
        DATABASE_URL: `mysql://oxbow:${encodeURIComponent(secrets.database)}@127.0.0.1:${port}/x`,
      });
    });
  });

  async function expectStartFails(env: Record<string, string>, args: readonly string[] = []): Promise<void> {
    const app = new ChildApp({ ...environment(`sqlite:${join(directory, 'failing.db')}`), ...env }, args);
    expect(await app.exitCode(), app.output).not.to.equal(0);
    expect(app.output).not.to.equal('');
    expectSecrets([{ where: JSON.stringify(Object.keys(env)), text: app.output }]);
  }

  it('when the database cannot be reached', () =>
    expectStartFails({
      DATABASE_URL: `mysql://oxbow:${encodeURIComponent(secrets.database)}@127.0.0.1:1/x`,
    }));

  it('when a setting is wrong', () => expectStartFails({ MASTER_PASSWORD: `${secrets.master}\u0001` }));

  for (const [name, value] of [
    ['DATABASE_URL', `mysql://oxbow:${secrets.database}@:x/`],
    ['DATABASE_URL', `postgres://oxbow:${encodeURIComponent(secrets.database)}@127.0.0.1/x`],
    ['MASTER_PASSWORD', `${secrets.master}\u0001`],
    ['DOVEADM_URL', `http://u:${encodeURIComponent(secrets.doveadm)}@127.0.0.1/`],
    ['DOVEADM_API_KEY', `${secrets.doveadm}\u0001`],
    ['WEBHOOK_URL', `http://u:${encodeURIComponent(secrets.webhook)}@127.0.0.1/`],
    ['WEBHOOK_SECRET', `${secrets.webhook} \u0001`],
    ['FILE_SERVICE_TOKEN', `${secrets.token}&`],
    ['STALWART_TOKEN', `${secrets.token} \u0001`],
    ['REDIS_USAGE_URL', `redis://:${encodeURIComponent(secrets.token)}@:x`],
    ['OXBOW_MASTER_PASSWORD', secrets.master],
  ] as const) {
    it(`when ${name} is wrong (${value.slice(0, 8)}…)`, () => {
      // What the process prints of it is this message and nothing else; the case above has shown so.
      expect(() => readConfig({ ...environment('sqlite::memory:'), [name]: value }))
        .to.throw(ConfigError)
        .and.satisfy(({ message }: Error) => leaksIn([{ where: name, text: message }], secrets).length === 0);
    });
  }

  it('in --help', async () => {
    const app = new ChildApp(environment('sqlite::memory:'), ['--help']);
    expect(await app.exitCode()).to.equal(0);
    expectSecrets([{ where: '--help', text: app.output }]);
  });

  it('in an unknown argument', () => expectStartFails({}, ['serve', '--help-me']));

  for (const [what, thrown] of [
    [
      'an error that holds a URL',
      `new Error('mysql://oxbow:${encodeURIComponent(secrets.database)}@db/x is down')`,
    ],
    [
      'an error of a driver with all that it knows',
      'Object.assign(new Error(process.env.MASTER_PASSWORD), { code: "ER_X", sql: process.env.MASTER_PASSWORD, config: { ...process.env }, cause: process.env })',
    ],
  ] as const) {
    it(`when the process ends by ${what}`, async () => {
      const script = `setInterval(() => { if (process.listenerCount('uncaughtException')) throw ${thrown}; }, 300)`;
      const preload = `--import=data:text/javascript,${encodeURIComponent(script)}`;
      const app = new ChildApp(environment('sqlite::memory:'), [], [preload]);
      expect(await app.exitCode()).to.equal(1);
      expect(app.output).to.include('ended by an unexpected error');
      expect(app.output).not.to.match(/node_modules|\n\s+at /);
      expectSecrets([{ where: 'crash', text: app.output }]);
    });
  }
});
