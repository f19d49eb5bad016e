import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { exampleValues } from '../../src/http/service-pages/example-values.js';
import { exampleRequest } from '../../src/soap/contract/example-request.js';
import { loadContract } from '../../src/soap/contract/load-contract.js';
import { requireBrowser } from '../support/console/browser.js';
import { contract } from '../support/wire/contract-snapshot.js';
import { RawSoap } from '../support/wire/raw-soap.js';
import { validateAnswer } from '../support/wire/validate-answer.js';
import { World } from '../wire/fixtures.js';

const wsdlDirectory = new URL('../../wsdl/', import.meta.url);
const html = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('qa: the page of a service', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  const page = async (service: string, headers: Record<string, string> = html): Promise<Response> =>
    fetch(`${world.url}/webservices/${service}`, { headers });

  it('is for browsers; other clients get the line of text that they know', async () => {
    const answer = await page('OXResellerUserService');
    expect(answer.headers.get('content-type')).to.match(/^text\/html/);
    expect(answer.headers.get('content-security-policy'))
      .to.include("script-src 'self'")
      .and.not.include('unsafe');
    for (const headers of [{}, { accept: '*/*' }, { accept: 'text/xml' }, { accept: 'text/plain' }]) {
      const plain = await page('OXResellerUserService', headers);
      expect(await plain.text()).to.match(/^OXResellerUserService takes SOAP 1\.1 by POST/);
    }
  });

  it('runs no script but our own file, which is found from every path', async () => {
    for (const path of [
      '/webservices/OXaaSService',
      '/webservices/OXaaSService/',
      '/servlet/axis2/services/OXaaSService',
    ]) {
      const text = await (await fetch(world.url + path, { headers: html })).text();
      const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      expect(scripts, path).to.have.length(1);
      expect(text).not.to.match(/\son\w+=|\sstyle=|<script(?![^>]*src=)/i);
      const source = /src="([^"]+)"/.exec(scripts[0] ?? '')?.[1] ?? '';
      const script = await fetch(new URL(source, world.url + path));
      expect(script.status, path).to.equal(200);
      expect(script.headers.get('content-type')).to.match(/^text\/javascript/);
    }
  });

  for (const [service, { operations }] of Object.entries(contract.services)) {
    it(`shows for each operation of ${service} a request that is valid and understood`, async () => {
      const text = await (await page(service)).text();
      const read = loadContract(wsdlDirectory, service);
      const soap = new RawSoap(world.url);
      for (const name of Object.keys(operations)) {
        const operation = read.operations.get(name);
        if (!operation) throw new Error(`${service} has no ${name}`);
        expect(text).to.include(`<details id="${name}">`);
        const example = shownExample(text, name);
        expect(example).to.equal(exampleRequest(operation, exampleValues(name)));
        await validateAnswer(`${world.url}/webservices/${service}`, service, example);
        const { fault } = await soap.post(service, example);
        expect(fault?.code ?? 'answered', `${service}.${name}: ${fault?.text}`).not.to.match(/Client/);
        expect(fault?.text ?? '').not.to.match(/^Internal error/);
      }
    });
  }

  describe('in a browser', function () {
    let browser: Browser;
    before(async function () {
      const launch = requireBrowser(this);
      browser = await launch();
    });
    after(() => browser.close());

    const open = async (options: object = {}): Promise<Page> => {
      const context = await browser.newContext(options);
      const opened = await context.newPage();
      await opened.goto(`${world.url}/webservices/OXResellerContextService#list`);
      return opened;
    };

    it('sends the request with the credentials that were typed in, and shows the answer', async () => {
      const opened = await open();
      const errors: string[] = [];
      opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await opened.fill('#login', world.master.login);
      await opened.fill('#password', world.master.password);
      const part = opened.locator('#list');
      await part.getByRole('button', { name: 'Try it' }).click();
      await part.locator('output', { hasText: 'HTTP' }).waitFor();
      expect(await part.locator('output').innerText())
        .to.match(/^HTTP 200\n<soap:Envelope/)
        .and.match(/\n +<ns\d:name>reseller1_acme<\/ns\d:name>\n/);
      await opened.fill('#password', 'wrong & <bad>');
      await part.getByRole('button', { name: 'Try it' }).click();
      await part.locator('output', { hasText: 'HTTP 500' }).waitFor();
      expect(await part.locator('output').innerText()).to.include('InvalidCredentialsException');
      expect(errors.filter((text) => /policy|refused to/i.test(text))).to.deep.equal([]);
      await opened.context().close();
    });

    it('shows everything without script, and says what is missing', async () => {
      const opened = await open({ javaScriptEnabled: false });
      expect(await opened.locator('noscript').count()).to.equal(1);
      expect(await opened.locator('textarea').count()).to.be.above(20);
      expect(await opened.getByRole('button').count()).to.equal(0);
      await opened.context().close();
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      it(`can be read by everybody in ${colorScheme} colours, and on 360 pixels`, async () => {
        const opened = await open({ colorScheme, viewport: { width: 360, height: 700 }, bypassCSP: true });
        const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
        const violations: unknown = await opened.evaluate(
          `${axe}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
        );
        expect(violations).to.deep.equal([]);
        const width: unknown = await opened.evaluate('document.documentElement.scrollWidth');
        expect(width).to.be.at.most(360);
        await opened.context().close();
      });
    }
  });
});

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** What stands in the text area of an operation. */
function shownExample(text: string, operation: string): string {
  const [, area = ''] =
    new RegExp(`<textarea id="${operation}-request"[^>]*>\n([\\s\\S]*?)</textarea>`).exec(text) ?? [];
  return area.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? '');
}
