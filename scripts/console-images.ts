import { mkdir } from 'node:fs/promises';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath, launchOptions } from '../test/support/console/browser.js';
import { startConsoleWorld, use, type ConsoleWorld } from '../test/support/console/console-world.js';

const GB = 1024 ** 3;
const directory = process.argv[2] ?? 'docs/images';

/** Takes the pictures of docs/console.md: run it after the looks of the console changed. */
const demo = await startConsoleWorld();
try {
  await furnish(demo);
  await mkdir(directory, { recursive: true });
  const browser = await chromium.launch(launchOptions());
  try {
    const { world, anna } = demo;
    const user = `/console/contexts/${world.contextId}/users/${anna}`;
    for (const scheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        colorScheme: scheme,
        viewport: { width: 1080, height: 860 },
      });
      const page = await context.newPage();
      await logIn(page, demo);
      await picture(page, '/console/', `console-overview-${scheme}.png`, false);
      await picture(page, user, `console-user-${scheme}.png`);
      if (scheme === 'dark') await picture(page, '/console/requests', 'console-requests-dark.png', false);
      else await picture(page, '/console/changes', 'console-changes-light.png', false);
      await context.close();
    }
    const narrow = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await narrow.newPage();
    await logIn(page, demo);
    await picture(page, user, 'console-user-narrow.png', false);
  } finally {
    await browser.close();
  }
} finally {
  await demo.stop();
}
console.log(`taken with ${chromiumPath}, into ${directory}`);

async function picture(page: Page, path: string, file: string, isWhole = true): Promise<void> {
  await page.goto(`${demo.world.url}${path}`);
  await page.screenshot({ path: `${directory}/${file}`, fullPage: isWhole });
}

async function logIn(page: Page, { world }: ConsoleWorld): Promise<void> {
  await page.goto(`${world.url}/console/`);
  await page.getByLabel('Login').fill(world.master.login);
  await page.getByLabel('Password').fill(world.master.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/console/');
}

/** People with names, so that lists are not empty. */
async function furnish({ world, knex }: ConsoleWorld): Promise<void> {
  const people = ['Clara Diaz', 'David Okafor', 'Elif Kaya', 'Farid Nazari', 'Grace Lin', 'Hanna Weiss'];
  for (const [index, name] of people.entries()) {
    const login = name.toLowerCase().replace(' ', '.');
    const quotaMb = 1024 * (index + 2);
    const id = await world.newUser(login, {
      passwordMech: 'SHA-512',
      display_name: name,
      maxQuota: quotaMb,
      userAttributes: { config: { 'com.openexchange.unifiedquota.enabled': String(index % 2 === 0) } },
    });
    await world.setMailQuota(id, quotaMb);
    const held = { mail: quotaMb * 1024 ** 2 * (0.15 * index + 0.1), files: 0.1 * GB * index };
    await use(knex, world.contextId, id, `${login}@example.org`, held);
  }
  await world.getUser(3);
  await world.users('getData', { ctx: { id: 99 }, user: { id: 3 } });
  await world.change(3, { maxQuota: -5 });
}
