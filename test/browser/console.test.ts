import { expect } from 'chai';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { requireBrowser } from '../support/console/browser.js';
import { hostileName, startConsoleWorld, type ConsoleWorld } from '../support/console/console-world.js';
import { expectDone, expectFault, returnedOne } from '../support/wire/raw-soap.js';
import { scalars } from '../support/wire/xml-tree.js';
import type { Login } from '../wire/fixtures.js';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A page, and what went wrong on it. */
interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

describe('browser: the console', function () {
  // Two slow cores that others use, too.
  this.timeout(300_000);
  let demo: ConsoleWorld;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  before(async function () {
    const launch = requireBrowser(this);
    demo = await startConsoleWorld();
    browser = await launch();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const open = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Watched> => {
    const context = await browser.newContext(options);
    contexts.push(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(demo.world.url)) complaints.push(`asked ${request.url()}`);
    });
    return { page, complaints };
  };
  const logIn = async (page: Page, { login, password }: Login): Promise<void> => {
    await page.goto(`${demo.world.url}/console/login`);
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const loggedIn = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Watched> => {
    const watched = await open(options);
    await logIn(watched.page, demo.world.reseller);
    await watched.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    return watched;
  };
  const userUrl = (id: number) => `${demo.world.url}/console/contexts/${demo.world.contextId}/users/${id}`;
  const changesUrl = (id: number) =>
    `${demo.world.url}/console/changes?context=${demo.world.contextId}&object=${id}`;
  const everyPage = () => [
    `${demo.world.url}/console/`,
    `${demo.world.url}/console/resellers`,
    `${demo.world.url}/console/contexts`,
    `${demo.world.url}/console/domains`,
    `${demo.world.url}/console/users?q=example`,
    `${demo.world.url}/console/users?q=an`,
    `${demo.world.url}/console/requests`,
    `${demo.world.url}/console/changes`,
    changesUrl(demo.eve),
    `${demo.world.url}/console/contexts/${demo.world.contextId}`,
    userUrl(demo.anna),
    userUrl(demo.ben),
    userUrl(demo.eve),
    `${userUrl(demo.anna)}?saved=1`,
    userUrl(2),
  ];

  it('a wrong login is told, and a right one leads where one wanted to go', async () => {
    const { page } = await open();
    await page.goto(userUrl(demo.anna));
    await page.getByLabel('Login').fill('reseller1');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    expect(await page.getByRole('alert').innerText()).to.contain('Wrong login or password');
    expect(await page.getByLabel('Login').inputValue()).to.equal('reseller1');
    await page.getByLabel('Password').fill('secret');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'anna', level: 1 }).waitFor();
    expect(page.url()).to.equal(userUrl(demo.anna));
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.goto(userUrl(demo.anna));
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
  });

  for (const javaScriptEnabled of [true, false])
    it(`changes a quota and the switch as SOAP does, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const { page, complaints } = await loggedIn({ javaScriptEnabled });
      const { world, ben } = demo;
      await page.getByRole('link', { name: 'ben', exact: true }).first().click();
      await page.getByLabel('One limit for both').fill('3 GB');
      await page.getByRole('button', { name: 'Save one limit' }).click();
      expect(await page.getByRole('status').innerText()).to.equal('Saved.');
      expect(scalars(await world.getUser(ben))['maxQuota']).to.equal('3072');
      await page.getByLabel('Unified quota').selectOption('on');
      await page.getByRole('button', { name: 'Save unified quota' }).click();
      await page.getByRole('heading', { name: 'Quota unified' }).waitFor();
      const gone = await world.users('delete', { ctx: world.ctx, user: { id: ben } });
      expectFault(gone, 'StorageException', /unified quota/i);
      await page.getByLabel('Mail, in MB').fill('2048');
      await page.getByRole('button', { name: 'Save two limits' }).click();
      await page.getByText('the two limits differ').waitFor();
      const quota = await world.oxaas('getMailQuota', { ctxid: world.contextId, usrid: ben });
      expect(returnedOne(quota).text).to.equal('2048');
      await page.getByLabel('Files, in MB').fill('lots');
      await page.getByRole('button', { name: 'Save two limits' }).click();
      expect(await page.getByRole('alert').innerText()).to.contain('The file limit is not valid');
      expect(await page.getByLabel('Files, in MB').inputValue()).to.equal('lots');
      await page.getByLabel('Unified quota').selectOption('off');
      await page.getByRole('button', { name: 'Save unified quota' }).click();
      await page.getByRole('heading', { name: 'Quota default' }).waitFor();
      expectDone(await world.change(ben, { maxQuota: 2048 }));
      expectDone(await world.oxaas('setMailQuota', { ctxid: world.contextId, usrid: ben, quota: 1024 }));
      // The refused form is answered with 400, which browsers tell, too.
      expect(complaints.filter((text) => !text.includes('400'))).to.deep.equal([]);
    });

  it('can be used with the keyboard alone', async () => {
    const { page } = await open();
    await page.goto(`${demo.world.url}/console/`);
    await tabTo(page, /^Login$/);
    await page.keyboard.type('reseller1');
    await tabTo(page, /^Password$/);
    await page.keyboard.type('secret');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await tabTo(page, /^Skip to content$/);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).to.equal('main');
    await tabTo(page, /^anna$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'anna', level: 1 }).waitFor();
    await tabTo(page, /^One limit for both/);
    await page.keyboard.type('9 GB');
    await page.keyboard.press('Enter');
    await page.getByText('Saved.').waitFor();
    expect(scalars(await demo.world.getUser(demo.anna))['maxQuota']).to.equal('9216');
  });

  it('finds changes with the keyboard alone', async () => {
    const { page } = await loggedIn();
    await tabTo(page, /^Changes$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Changes', level: 1 }).waitFor();
    await tabTo(page, /^Operation$/);
    await page.keyboard.type('create');
    await page.keyboard.press('Enter');
    await page.waitForURL('**operation=create**');
    const table = page.getByRole('region', { name: 'Changes, newest first' });
    await tabTo(page, /^\d+ fields$/);
    await page.keyboard.press('Enter');
    await table.getByText('givenName:').first().waitFor();
    await tabTo(page, /^user \d+$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Change the quota' }).waitFor();
  });

  it('approves a mail domain with the keyboard alone', async () => {
    const { page } = await loggedIn();
    await tabTo(page, /^Domains$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Mail domains', level: 1 }).waitFor();
    await tabTo(page, /^Domain$/);
    await page.keyboard.type('keys.example');
    await page.keyboard.press('Enter');
    await page.getByText('Saved.').waitFor();
    await tabTo(page, /^Suspend keys\.example$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Approve keys.example' }).waitFor();
  });

  it('finds changes without script', async () => {
    const { page, complaints } = await loggedIn({ javaScriptEnabled: false });
    const { world, eve } = demo;
    for (let quotaMb = 1; quotaMb <= 51; quotaMb += 1) await world.setMailQuota(eve, quotaMb);
    await page.goto(userUrl(eve));
    await page.getByRole('link', { name: 'Changes of this user' }).click();
    await page.getByText('mailQuotaMb: 51').first().waitFor();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('mailQuotaMb: null').waitFor();
    const details = page.getByText(/^\d+ fields$/).first();
    await details.click();
    expect(await page.getByText('displayName:').first().innerText()).to.contain('<script>alert(1)</script>');
    await page.getByLabel('Operation').fill('create');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**operation=create**');
    expect(await page.locator('tbody tr').count()).to.equal(1);
    await page.getByLabel('Context').fill('');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.getByRole('alert').innerText()).to.contain('object: needs context');
    expect(await page.getByLabel('Object').inputValue()).to.equal(String(eve));
    expect(complaints.filter((text) => !text.includes('400'))).to.deep.equal([]);
  });

  // Only colours differ in the dark.
  for (const [colorScheme, rules] of [
    ['light', { type: 'tag', values: tags }],
    ['dark', { type: 'rule', values: ['color-contrast'] }],
  ] as const)
    it(`axe finds nothing on any page, ${colorScheme}`, async () => {
      const { page, complaints } = await loggedIn({ colorScheme, bypassCSP: true });
      const found: string[] = [];
      const look = async () => found.push(...(await violations(page, rules)));
      for (const url of [...everyPage(), `${demo.world.url}/console/login`]) {
        await page.goto(url);
        for (const summary of await page.locator('summary').all()) await summary.click();
        await look();
      }
      await page.goto(userUrl(demo.eve));
      await page.getByLabel('Mail, in MB').fill('x');
      await page.getByRole('button', { name: 'Save two limits' }).click();
      await page.getByRole('alert').waitFor();
      await look();
      for (const path of ['nowhere', 'changes?object=3']) {
        await page.goto(`${demo.world.url}/console/${path}`);
        await look();
      }
      expect(found).to.deep.equal([]);
      expect(complaints.filter((text) => !/40[04]/.test(text))).to.deep.equal([]);
    });

  it('fits into 360 pixels, and into 320', async () => {
    for (const width of [360, 320]) {
      const { page } = await loggedIn({ viewport: { width, height: 700 } });
      for (const url of [...everyPage(), `${demo.world.url}/console/login`]) {
        await page.goto(url);
        const wide = await page.evaluate<number>('document.scrollingElement.scrollWidth');
        expect(wide, url).to.be.at.most(width);
      }
    }
  });

  it('breaks none of its own policy, runs nothing that a name holds, and asks nobody else', async () => {
    const { page, complaints } = await loggedIn();
    for (const url of everyPage()) {
      const answer = await page.goto(url);
      expect(answer?.headers()['content-security-policy']).to.contain("default-src 'none'");
      await page.waitForLoadState('networkidle');
      expect(await page.locator('[style], main script, main img').count(), url).to.equal(0);
    }
    await page.goto(userUrl(demo.eve));
    expect(await page.locator('.lead bdi').first().textContent()).to.equal(hostileName);
    expect(complaints).to.deep.equal([]);
  });

  it('shows requests as they come, once that is wanted', async () => {
    const { page, complaints } = await loggedIn();
    await page.goto(`${demo.world.url}/console/requests`);
    await page.getByRole('button', { name: 'Refresh every 5 seconds' }).click();
    expect(await page.getByText('listAll').count()).to.equal(0);
    await demo.world.users('listAll', { ctx: demo.world.ctx });
    await page.getByText('listAll').first().waitFor({ timeout: 15_000 });
    expect(complaints).to.deep.equal([]);
  });
});

/** Presses Tab until something of that name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate<string>(
      '(({ labels, textContent }) => labels?.[0]?.textContent ?? textContent ?? "")(document.activeElement)',
    );
    if (name.test(text.trim())) return;
  }
  throw new Error(`${String(name)} is not reached`);
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function violations(page: Page, runOnly: object): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const result = await page.evaluate<AxeResult>(`axe.run(document, ${options})`);
  const ids = await page.evaluate<string[]>('[...document.querySelectorAll("[id]")].map(({ id }) => id)');
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return [
    ...result.violations.map(({ id, nodes }) => `${page.url()}: ${id}: ${nodes[0]?.html ?? ''}`),
    ...twice.map((id) => `${page.url()}: the id ${id} twice`),
  ];
}
