import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { requireBrowser } from '../support/console/browser.js';
import { World } from '../wire/fixtures.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('browser: the page of the REST calls', function () {
  this.timeout(180_000);
  let started: World | undefined;
  let browser: Browser | undefined;
  let world: World;
  before(async function () {
    const launch = requireBrowser(this);
    world = started = await World.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await started?.stop();
  });

  interface Look {
    readonly colorScheme?: 'light' | 'dark';
    readonly width?: number;
    readonly javaScriptEnabled?: boolean;
  }
  const opened = async (run: (page: Page, complaints: string[]) => Promise<void>, look: Look = {}) => {
    const { width = 1200, ...rest } = look;
    if (browser === undefined) throw new Error('no browser');
    // Only what the test itself brings in, axe, comes past the policy of the page.
    const context = await browser.newContext({ viewport: { width, height: 800 }, ...rest });
    try {
      context.setDefaultTimeout(120_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(world.url)) complaints.push(`asks for ${request.url()}`);
      });
      await page.goto(`${world.url}/openapi`);
      await run(page, complaints);
    } finally {
      await context.close();
    }
  };

  it('sends a call from its form and shows the answer', () =>
    opened(async (page, complaints) => {
      expect(page.url()).to.equal(`${world.url}/openapi/`);
      expect(complaints).to.deep.equal([]);
      await page.locator('#login').fill(world.reseller.login);
      await page.locator('#password').fill(world.reseller.password);
      const card = page.locator('details#getContext');
      await card.locator('summary').click();
      await card.getByLabel('contextId').fill(String(world.contextId));
      await card.getByRole('button', { name: 'Send' }).click();
      const output = card.locator('output');
      await output.getByText('"reseller1_acme"').waitFor();
      expect(await output.textContent()).to.match(/^200 OK/);
      await page.locator('#password').fill('wrong');
      await card.getByRole('button', { name: 'Send' }).click();
      await output.getByText(/^401/).waitFor();
      expect(await output.textContent()).to.include('requestId');
    }));

  it('creates something with the example of its body', () =>
    opened(async (page) => {
      await page.locator('#login').fill(world.reseller.login);
      await page.locator('#password').fill(world.reseller.password);
      await page.goto(`${world.url}/openapi/#createGroup`);
      const card = page.locator('details#createGroup');
      await card.getByLabel('contextId').fill(String(world.contextId));
      await card.locator('textarea').fill('{"name":"page","displayName":"By the page"}');
      await card.getByRole('button', { name: 'Send' }).click();
      await card
        .locator('output')
        .getByText(/^201 Created/)
        .waitFor();
    }));

  it('can be read without its script, which then offers nothing', () =>
    opened(
      async (page) => {
        expect(await page.locator('details.card').count()).to.be.greaterThan(80);
        expect(await page.locator('form:visible').count()).to.equal(0);
        await page.locator('details#setQuota summary').click();
        expect(await page.locator('#curl-setQuota').textContent()).to.match(
          /^curl -u "\$LOGIN:\$PASSWORD" -X PUT -H 'Content-Type: application\/json' -d '\{"maxQuotaMb":1024.*users\/3\/quota'$/,
        );
      },
      { javaScriptEnabled: false },
    ));

  it('every link of the page leads somewhere', () =>
    opened(async (page) => {
      const dead = await page.evaluate<string[]>(`[...document.querySelectorAll('a[href^="#"]')]
        .map((link) => link.hash.slice(1))
        .filter((id) => document.getElementById(id) === null)`);
      expect(dead).to.deep.equal([]);
      for (const type of ['invalid-request', 'taken', 'quota-exceeded'])
        expect(await page.locator(`#${type}`).count(), type).to.equal(1);
    }));

  for (const look of [
    { colorScheme: 'light', width: 1200 },
    { colorScheme: 'dark', width: 360 },
  ] as const)
    it(`axe finds nothing, ${look.colorScheme} and ${look.width} px wide`, () =>
      opened(async (page) => {
        for (const id of ['createUser', 'listUsers', 'schema-User'])
          await page.locator(`details[id="${id}"] > summary`).click();
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        expect(wide, 'too wide').to.be.at.most(0);
        await page.evaluate(axe);
        // All cards are alike, and there are many.
        const part = ['h1', 'nav', 'form', '#createUser', '#listUsers', '#schema-User', '#problems'];
        const found = await page.evaluate<string[]>(`(async () => {
          const include = ${JSON.stringify(part)}.map((selector) => document.querySelector(selector));
          const { violations } = await axe.run({ include });
          return violations.map(({ id, nodes }) => id + ': ' + nodes[0].html);
        })()`);
        expect(found).to.deep.equal([]);
      }, look));
});
