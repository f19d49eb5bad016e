import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConsoleClient } from '../support/console/console-client.js';
import { differences, dumpDatabase } from '../support/database/dump-database.js';
import { mountedRoutes, type MountedRoute } from '../support/rest/mounted-routes.js';
import { basic, callRest } from '../support/rest/rest-client.js';
import { World } from '../wire/fixtures.js';

type Headers = Readonly<Record<string, string>>;

const evil = 'https://evil.example';
const portal = 'https://portal.example';
const controlToken = 'control-token-of-this-suite';

/** What browsers send with a request of a page of another site. */
const foreign: Readonly<Record<string, Headers>> = {
  'cross-site': { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', origin: evil },
  'cross-site without Origin': { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  'same-site': { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  'a form of another site': {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  },
  'Origin alone': { origin: evil },
  'Origin null': { origin: 'null' },
  'two Origins': { origin: `${evil}, ${evil}` },
  'an unknown site': { 'sec-fetch-site': 'same-origin, cross-site' },
};

/** What everybody may know, and links to pages for people. A new route is in neither, and so must be closed. */
const readByAll =
  /^(GET|HEAD) \/(openapi(\.json|\/(style\.css|script\.js))?|(webservices|servlet\/axis2\/services)(\/:service(\/\*below)?|\/_assets\/service-page\.js)?)?$/;
const harmless = /^GET \/(health\/(live|ready)|metrics|console\/(style|live|icon)-\w+\.\w+)$/;

describe('security: pages of other sites', function () {
  this.timeout(120_000);
  let directory: string;
  let databaseUrl: string;
  let started: World | undefined;
  let world: World;
  let routes: readonly MountedRoute[];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-cross-site-'));
    databaseUrl = `sqlite:${join(directory, 'oxbow.db')}`;
    const env = {
      CONTROL_TOKEN: controlToken,
      CORS_ORIGINS: `${portal},https://other.example:8443`,
      DEFAULT_PASSWORD_MECHANISM: 'SHA-512',
    };
    world = started = await World.start(env, databaseUrl);
    const sent = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    routes = (await mountedRoutes(world.url)).filter(({ method }) => sent.includes(method));
  });
  after(async () => {
    await started?.stop();
    if (directory) await rm(directory, { recursive: true });
  });

  const send = ({ method, path }: MountedRoute, headers: Headers) => {
    const authorization = path.startsWith('/control/') ? `Bearer ${controlToken}` : basic(world.master);
    const filled = path.replaceAll(/:\w+/g, '1');
    const body = method === 'GET' || method === 'DELETE' ? '' : '{}';
    return rawRequest(`${world.url}${filled}`, method, { authorization, ...headers }, body);
  };

  for (const [name, headers] of Object.entries(foreign))
    it(`${name}: every route that is mounted refuses it with 403`, async () => {
      expect(routes.length).to.be.greaterThan(120);
      const session = await ConsoleClient.loggedIn(world.url, world.master);
      const before = dumpDatabase(databaseUrl);
      const found: string[] = [];
      for (const route of routes) {
        const said = `${route.method} ${route.path}`;
        if (readByAll.test(said) || harmless.test(said)) continue;
        const isLink = headers['sec-fetch-mode'] === 'navigate' && route.method === 'GET';
        if (isLink && route.path.startsWith('/console')) continue;
        const answer = await send(route, { cookie: session.cookie, ...headers });
        const isProblem = /^application\/problem\+json/.test(answer.headers['content-type'] ?? '');
        if (answer.status !== 403 || isProblem === route.path.startsWith('/console'))
          found.push(`${said}: ${answer.status} ${answer.text.slice(0, 100)}`);
        if (answer.headers['access-control-allow-origin'] !== undefined)
          found.push(`${said}: lets its page read`);
      }
      expect(found.join('\n')).to.equal('');
      expect(differences(before, dumpDatabase(databaseUrl))).to.deep.equal([]);
    });

  it('is refused before the body and the password are looked at, and leaves a log line', async () => {
    const path = `${world.url}/provisioning/v1/contexts?x=%zz`;
    const nobody = { login: 'nobody', password: 'x' };
    const answer = await callRest(path, 'POST', nobody, '{', foreign['cross-site']);
    expect(answer.status).to.equal(403);
    expect(answer.json).to.include({ type: 'about:blank', status: 403 });
    expect(answer.json['detail']).to.match(/another site/);
    expect(world.log()).to.match(/request of another site refused.*evil\.example/);
    expect(world.log()).not.to.match(/login failed.*nobody/);
  });

  it('what is for everybody is answered, and only read', async () => {
    const link = { ...foreign['a form of another site'] };
    const pages = ['/', '/webservices/', '/webservices/OXaaSService?wsdl', '/openapi/', '/openapi.json'];
    for (const path of [...pages, '/health/live', '/metrics'])
      expect((await send({ method: 'GET', path }, link)).status, path).to.equal(200);
    expect((await send({ method: 'GET', path: '/console/login' }, link)).status).to.equal(200);
    for (const path of pages) expect((await send({ method: 'POST', path }, link)).status, path).to.equal(403);
  });

  it('a path that nobody has decided on is closed', async () => {
    for (const path of ['/', '/nothing', '//webservices/OXaaSService', '/Webservices-2/x', '/x/console/'])
      expect((await send({ method: 'POST', path }, { origin: evil })).status, path).to.equal(403);
  });

  describe('the service’s own pages and programs', () => {
    const list = { method: 'GET', path: '/provisioning/v1/contexts' };
    const status = async (headers: Headers) => (await send(list, headers)).status;

    it('programs send nothing of it, or only Sec-Fetch-Mode', async () => {
      expect(await status({})).to.equal(200);
      expect(await status({ 'sec-fetch-mode': 'cors' })).to.equal(200);
      // An address that somebody types.
      expect(await status({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).to.equal(200);
    });

    it('the origin is that by which the service was reached', async () => {
      expect(await status({ origin: world.url })).to.equal(200);
      expect(await status({ 'sec-fetch-site': 'same-origin', origin: world.url })).to.equal(200);
      expect(await status({ 'sec-fetch-site': 'none', origin: evil })).to.equal(403);
      expect(await status({ origin: world.url.replace('http:', 'https:') })).to.equal(403);
      expect(await status({ origin: `${world.url}0` })).to.equal(403);
      // Nobody trusts a proxy here.
      expect(await status({ origin: evil, 'x-forwarded-host': 'evil.example' })).to.equal(403);
    });

    it('behind a trusted proxy it is that of the proxy, and PUBLIC_URL counts too', async () => {
      const env = { TRUST_PROXY: 'loopback', PUBLIC_URL: 'https://public.example/ox' };
      const proxied = await World.start(env);
      try {
        const ask = (headers: Headers) =>
          callRest(`${proxied.url}/provisioning/v1/contexts`, 'GET', proxied.master, undefined, headers);
        const forwarded = { 'x-forwarded-host': 'ox.example', 'x-forwarded-proto': 'https' };
        expect((await ask({ ...forwarded, origin: 'https://ox.example' })).status).to.equal(200);
        expect((await ask({ ...forwarded, origin: 'https://public.example' })).status).to.equal(200);
        expect((await ask({ ...forwarded, origin: 'http://ox.example' })).status).to.equal(403);
        expect((await ask({ ...forwarded, origin: evil })).status).to.equal(403);
        expect((await ask({ origin: portal })).status, 'no list').to.equal(403);
      } finally {
        await proxied.stop();
      }
    });

    it('what is no JSON is taken for JSON from programs only', async () => {
      const path = `${world.url}/provisioning/v1/resellers`;
      const types = [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        '',
      ];
      let made = 0;
      const body = () => JSON.stringify({ name: `r${(made += 1)}`, displayName: `R${made}`, password: 'x' });
      for (const type of types) {
        for (const headers of [
          { origin: world.url },
          { 'sec-fetch-site': 'same-origin' },
          { origin: portal },
        ]) {
          const answer = await callRest(path, 'POST', world.master, body(), {
            ...headers,
            'content-type': type,
          });
          expect(answer.status, `${type} ${answer.text}`).to.equal(415);
          expect(answer.json['detail']).to.match(/application\/json/);
        }
        const program = await callRest(path, 'POST', world.master, body(), { 'content-type': type });
        expect(program.status, `${type} ${program.text}`).to.equal(201);
      }
      for (const type of [
        'application/json',
        'Application/JSON; charset=utf-8',
        'application/merge-patch+json',
      ]) {
        const headers = { origin: world.url, 'content-type': type };
        expect((await callRest(path, 'POST', world.master, body(), headers)).status, type).to.equal(201);
      }
    });
  });

  describe('CORS_ORIGINS', () => {
    const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', origin: portal };
    const preflight = {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization',
    };
    const options = (path: string, headers: Headers) =>
      fetch(`${world.url}${path}`, { method: 'OPTIONS', headers });

    it('answers the preflights of a portal, without a login', async () => {
      for (const path of [
        '/provisioning/v1/contexts/1',
        '/quota/v1/contexts/1/usage',
        '/api/oxaas/v1/x',
        '/audit/v1/entries',
      ]) {
        const answer = await options(path, { ...crossSite, ...preflight });
        expect(answer.status, path).to.equal(204);
        expect(await answer.text()).to.equal('');
        const { headers } = answer;
        expect(headers.get('access-control-allow-origin')).to.equal(portal);
        expect(headers.get('access-control-allow-credentials')).to.equal('true');
        expect(headers.get('access-control-allow-methods')).to.include('PATCH');
        expect(headers.get('access-control-allow-headers')).to.match(
          /Authorization, Content-Type, Idempotency-Key/,
        );
        expect(headers.get('vary')).to.match(/Origin/);
      }
    });

    it('lets a portal read answers and problems', async () => {
      const contexts = `${world.url}/provisioning/v1/contexts`;
      for (const [path, as, expected] of [
        [contexts, world.master, 200],
        [`${contexts}/4711`, world.master, 404],
        [contexts, { login: 'nobody', password: 'x' }, 401],
        [contexts, null, 401],
        [`${world.url}/provisioning/v1/%zz`, world.master, 400],
        [`${world.url}/openapi.json`, null, 200],
      ] as const) {
        const answer = await callRest(path, 'GET', as, undefined, crossSite);
        expect(answer.status, path).to.equal(expected);
        expect(answer.headers.get('access-control-allow-origin'), path).to.equal(portal);
        expect(answer.headers.get('access-control-expose-headers')).to.match(/Location/);
        expect(answer.headers.get('vary')).to.match(/Origin/);
      }
      const program = await callRest(contexts, 'GET', world.master);
      expect(program.headers.get('vary')).to.match(/Origin/);
      expect(program.headers.has('access-control-allow-origin')).to.equal(false);
    });

    it('is a list of whole origins, and opens nothing but REST', async () => {
      for (const origin of [
        evil,
        'http://portal.example',
        'https://portal.example.evil.example',
        'https://other.example',
        'null',
        '',
      ])
        expect(
          (await options('/provisioning/v1/contexts', { ...crossSite, ...preflight, origin })).status,
          origin,
        ).to.equal(403);
      for (const path of ['/console/login', '/control/v1/journal', '/webservices/OXaaSService', '/nothing'])
        expect((await options(path, { ...crossSite, ...preflight })).status, path).to.equal(403);
      for (const path of ['/webservices/OXResellerService', '/control/v1/reset', '/console/login'])
        expect((await send({ method: 'POST', path }, crossSite)).status, path).to.equal(403);
    });
  });
});

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** As browsers can, unlike fetch, this says what it is for. */
function rawRequest(url: string, method: string, headers: Headers, body: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      text(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: read }),
        reject,
      );
    });
    sent.on('error', reject).end(body);
  });
}
