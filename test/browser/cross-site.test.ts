import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { requireBrowser } from '../support/console/browser.js';
import { eventually } from '../support/eventually.js';
import { basic, callRest } from '../support/rest/rest-client.js';
import { World } from '../wire/fixtures.js';

/** What a form of type text/plain sends as this JSON: its one field stands around the equals sign. */
const resellerField = {
  name: '{"name":"evil","displayName":"Evil","password":"pw","configuration":{"a":"',
  value: 'b"}}',
};
const reseller = `${resellerField.name}=${resellerField.value}`;

describe('browser: pages of other sites', function () {
  // Two slow cores that others use, too.
  this.timeout(300_000);
  const servers: Server[] = [];
  let started: World | undefined;
  let world: World;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** `127.0.0.1` is another site than `localhost`; another port of the first is the same site, and another origin. */
  let otherSite: string;
  let sameSite: string;
  let portal: string;

  before(async function () {
    const launch = requireBrowser(this);
    const [port, portalPort] = [await servePages(), await servePages()];
    otherSite = `http://localhost:${port}`;
    sameSite = `http://127.0.0.1:${port}`;
    portal = `http://localhost:${portalPort}`;
    world = started = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512', CORS_ORIGINS: portal });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await started?.stop();
    for (const server of servers) server.close();
  });

  /** A page without anything on it, at every path. */
  const servePages = async (): Promise<number> => {
    const server = createServer((_request, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Page</title>'),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    return (server.address() as AddressInfo).port;
  };

  beforeEach(async () => {
    context = await browser.newContext();
    context.setDefaultTimeout(120_000);
    page = await context.newPage();
    // Somebody opens an address of the API, and the browser keeps the password.
    const { login, password } = world.master;
    await page.goto(`${world.url.replace('//', `//${login}:${password}@`)}${path}`);
    expect(await page.textContent('body')).to.include('reseller1');
    await page.goto(`${world.url}${path}`);
    expect(await page.textContent('body'), 'the password is kept').to.include('reseller1');
  });
  afterEach(async () => {
    await context?.close();
    expect(await resellers()).to.deep.equal(['reseller1']);
  });

  const path = '/provisioning/v1/resellers';
  const resellers = async () => {
    const { json } = await callRest(`${world.url}${path}`, 'GET', world.master);
    return (json['items'] as { name: string }[]).map(({ name }) => name);
  };

  /** The status with which the service answers where a script leads a new page of a site. */
  const statusOf = async (site: string, script: string, method = 'POST'): Promise<number> => {
    const attacker = await context.newPage();
    await attacker.goto(site);
    const answered = attacker.waitForResponse(
      (response) => response.url().startsWith(world.url) && response.request().method() === method,
    );
    // What is evaluated must end before its page does.
    await attacker.evaluate(`void setTimeout(() => ${script})`);
    return (await answered).status();
  };
  /** Runs a script on a new page of a site until the service has refused a request; browsers hide the answer. */
  const isRefused = async (site: string, script: string, method: string, to: string): Promise<void> => {
    const line = new RegExp(`request of another site refused.*"method":"${method}","path":"${to}"`, 'g');
    const refusals = () => world.log().match(line)?.length ?? 0;
    const before = refusals();
    const attacker = await context.newPage();
    await attacker.goto(site);
    await attacker.evaluate(script);
    await eventually(() => expect(refusals()).to.equal(before + 1), 60_000);
  };

  const form = (action: string, enctype: string, { name, value } = resellerField) => `(() => {
    const form = document.body.appendChild(document.createElement('form'));
    Object.assign(form, ${JSON.stringify({ action, enctype, method: 'post' })});
    const field = form.appendChild(document.createElement('textarea'));
    Object.assign(field, ${JSON.stringify({ name, value })});
    form.submit();
  })()`;
  const simpleFetch = (url: string, init: object) =>
    `void fetch(${JSON.stringify(url)}, ${JSON.stringify({ mode: 'no-cors', credentials: 'include', ...init })}).catch(() => null)`;

  const eachSite = [
    ['another site', () => otherSite],
    ['another port of the same host', () => sameSite],
  ] as const;
  for (const [where, site] of eachSite) {
    it(`a form on ${where} changes nothing`, async () => {
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        expect(await statusOf(site(), form(`${world.url}${path}`, enctype)), enctype).to.equal(403);
      const envelope = { name: '<?xml version', value: '"1.0"?><x/>' };
      const soap = `${world.url}/webservices/OXResellerService`;
      expect(await statusOf(site(), form(soap, 'text/plain', envelope))).to.equal(403);
      expect(await statusOf(site(), form(`${world.url}/console/login`, 'text/plain'))).to.equal(403);
    });

    it(`a simple fetch, an image and a beacon on ${where} change nothing and read nothing`, async () => {
      const post = { method: 'POST', body: reseller, headers: { 'Content-Type': 'text/plain' } };
      await isRefused(site(), simpleFetch(`${world.url}${path}`, post), 'POST', path);
      const soap = '/servlet/axis2/services/OXaaSService';
      await isRefused(site(), simpleFetch(`${world.url}${soap}`, post), 'POST', soap);
      await isRefused(site(), simpleFetch(`${world.url}${path}`, {}), 'GET', path);
      const url = JSON.stringify(`${world.url}${path}`);
      await isRefused(site(), `void (new Image().src = ${url})`, 'GET', path);
      await isRefused(site(), `navigator.sendBeacon(${url}, ${JSON.stringify(reseller)})`, 'POST', path);
    });

    it(`a fetch with a password on ${where} does not come past its preflight`, async () => {
      await page.goto(site());
      expect(await page.evaluate(corsFetch(`${world.url}${path}`, world.master, 'GET'))).to.match(
        /TypeError: Failed to fetch/,
      );
    });
  }

  it('a link to the API is refused, and one to a page for people opens it', async () => {
    const follow = (to: string) =>
      statusOf(otherSite, `location.href = ${JSON.stringify(`${world.url}${to}`)}`, 'GET');
    expect(await follow(path)).to.equal(403);
    for (const to of ['/openapi/', '/webservices/', '/webservices/OXaaSService', '/'])
      expect(await follow(to), to).to.equal(200);
    expect(await follow('/console/'), 'asks to log in').to.equal(401);
  });

  it('the pages of the service itself use it', async () => {
    await page.goto(`${world.url}/openapi/`);
    expect(await page.evaluate(corsFetch(`${world.url}${path}`, world.master, 'GET'))).to.match(/^200 /);
  });

  it('a portal of CORS_ORIGINS changes and reads, problems too', async () => {
    await page.goto(portal);
    const groups = `${world.url}/provisioning/v1/contexts/${world.contextId}/groups`;
    const body = { name: `portal`, displayName: 'By the portal' };
    const made = await page.evaluate<string>(corsFetch(groups, world.reseller, 'POST', body));
    expect(made).to.match(/^201 groups\/\d+ .*"By the portal"/);
    const id = /groups\/(\d+)/.exec(made)?.[1];
    const changed = corsFetch(`${groups}/${id}`, world.reseller, 'PATCH', { displayName: 'Changed' });
    expect(await page.evaluate(changed)).to.match(/^200 .*"Changed"/);
    expect(await page.evaluate(corsFetch(`${groups}/4711`, world.reseller, 'GET'))).to.match(
      /^404 .*No such group/,
    );
    expect(await page.evaluate(corsFetch(groups, { login: 'nobody', password: 'x' }, 'GET'))).to.match(
      /^401 .*requestId/,
    );
    expect(await page.evaluate(corsFetch(`${groups}/${id}`, world.reseller, 'DELETE'))).to.match(/^204/);
    const soap = `${world.url}/webservices/OXResellerService`;
    expect(await page.evaluate(corsFetch(soap, world.reseller, 'POST', {}))).to.match(/Failed to fetch/);
  });
});

/** A script that answers status, Location and text, or the error. */
function corsFetch(
  url: string,
  as: { readonly login: string; readonly password: string },
  method: string,
  body?: object,
): string {
  const headers = { Authorization: basic(as), 'Content-Type': 'application/json', 'Idempotency-Key': url };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(
    async (answer) => [answer.status, answer.headers.get('location') ?? '', await answer.text()].join(' '),
    String,
  )`;
}
