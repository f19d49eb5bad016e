/**
 * How far parallel deliveries pass a limit, with and without lmtp_user_concurrency_limit = 1, on both generations of Dovecot; and
 * how far deliveries and file reservations pass one limit together. Needs what the end-to-end suite needs (root, Dovecot):
 *
 *   node --import=tsx bench/quota-overshoot.ts [rounds]
 */
import { eventually, MailWorld, type MailUser } from '../test/e2e/mail-world.js';
import { dovecotVersions } from '../test/support/mail/dovecot.js';
import { deliver } from '../test/support/mail/mail-clients.js';
import { unifiedQuota } from '../test/wire/fixtures.js';

const MB = 1024 * 1024;
const rounds = Number(process.argv[2] ?? 5);
const limitMb = 20;
const deliveries = 12;
const messageBytes = 8 * MB;

interface Round {
  readonly accepted: number;
  readonly deferred: number;
  readonly totalBytes: number;
}

const unlimited = { '2.3': '0', '2.4': 'unlimited' };
const many = (version: '2.3' | '2.4') =>
  `protocol lmtp {\n  lmtp_user_concurrency_limit = ${unlimited[version]}\n}`;

for (const version of dovecotVersions.filter((each) => each.isInstalled())) {
  for (const [title, config] of Object.entries({
    'one at a time': '',
    'any number at once': many(version.name),
  })) {
    const mail = await MailWorld.start(version, 'MariaDB', config);
    try {
      await measure(mail, `Dovecot ${version.name}, ${title}, mail only`, 'mail');
      await measure(mail, `Dovecot ${version.name}, ${title}, mail and files`, 'both');
    } finally {
      await mail.stop();
    }
  }
}
process.exit(0);

async function measure(mail: MailWorld, title: string, what: 'mail' | 'both'): Promise<void> {
  const all: Round[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await race(mail, what, round));
  const worst = Math.max(...all.map(({ totalBytes }) => totalBytes));
  const range = (of: (round: Round) => number) =>
    `${Math.min(...all.map(of))} to ${Math.max(...all.map(of))}`;
  process.stdout.write(
    `${title}: accepted ${range((one) => one.accepted)} of ${deliveries}, the others 552 (451 before that ${range((one) => one.deferred)} times); ` +
      `most stored ${(worst / MB).toFixed(2)} MB of ${limitMb} MB, ` +
      `overshoot ${(Math.max(0, worst - limitMb * MB) / MB).toFixed(2)} MB\n`,
  );
}

/** Many deliveries at once into one mailbox, beside them (both) as many files of 1 MB as there is room for. */
async function race(mail: MailWorld, what: 'mail' | 'both', round: number): Promise<Round> {
  const fields = what === 'both' ? { maxQuota: limitMb, ...unifiedQuota('true') } : {};
  const user = await mail.newUser(`${what}${round}`, fields, limitMb);
  const files = what === 'both' ? fillWithFiles(mail, user) : Promise.resolve();
  const answers = await Promise.all(Array.from({ length: deliveries }, () => deliverAtLast(mail, user)));
  await files;
  const accepted = answers.filter(({ code }) => code === 250).length;
  await eventually('written', async () => (await mail.mailUsage(user.id)).messages === accepted, 15_000);
  const { totalBytes } = (await mail.quotaState(user.id)).usage;
  const deferred = answers.reduce((sum, answer) => sum + answer.deferred, 0);
  return { accepted, deferred, totalBytes };
}

/** As an MTA: what is deferred is tried again until it is stored or refused. */
async function deliverAtLast(mail: MailWorld, user: MailUser): Promise<{ code: number; deferred: number }> {
  for (let deferred = 0; ; deferred += 1) {
    const { code } = await deliver(mail.dovecot, user.address, messageBytes);
    if (code !== 451) return { code, deferred };
    await new Promise((resolve) => setTimeout(resolve, 100 * Math.random() + 50));
  }
}

/** Stores until there is no room for another MB. */
async function fillWithFiles(mail: MailWorld, user: MailUser): Promise<void> {
  for (let stored = 0; stored < limitMb; stored += 1) {
    const isStored = await mail.storeFile(user, MB).then(
      () => true,
      () => false,
    );
    if (!isStored) return;
  }
}
