import { expect } from 'chai';
import { createConnection } from 'mysql2/promise';
import { readFileSync } from 'node:fs';
import type { User, QuotaInput } from '../../../src/provisioning/model/model.js';
import { quotaState } from '../../../src/provisioning/quota/quota-state.js';
import { mariadbServer } from '../../support/database/databases.js';
import { mariadb } from '../../support/database/mariadb.js';
import { holdFiles } from '../../support/processes/hold-files.js';
import { describeStore, type OpenedStore } from '../describe-store.js';
import { aContext, createUser, giveDomain, insertContext } from '../fixtures.js';

const contextId = 1;
const bytesPerMb = 1024 * 1024;
const maxQuotaMb = 8_796_093_022_207;

interface AccountRow {
  readonly username: string;
  readonly password: string;
  readonly quota_rule: string;
  readonly quota_storage_size: string;
  readonly limit_bytes: number | string | null;
  readonly is_unified: number;
  readonly login_allowed: number;
  readonly receive_allowed: number;
  readonly send_allowed: number;
}

/** What a row of the table says beside the quotas of a unified user with 10 MB. */
interface Case extends Partial<QuotaInput> {
  readonly title: string;
  readonly reservedBytes?: number;
  readonly room: number | null;
}

const tenMb = 10 * bytesPerMb;
const largest = Number(BigInt(maxQuotaMb) * BigInt(bytesPerMb));
const cases: readonly Case[] = [
  { title: 'unified, empty', room: tenMb },
  { title: 'unified, with mail', mailBytes: 5, room: tenMb },
  { title: 'unified, with files', fileBytes: 4096, room: tenMb - 4096 },
  { title: 'unified, with files and a reservation', fileBytes: 1, reservedBytes: 2, room: tenMb - 3 },
  { title: 'one byte left', fileBytes: tenMb - 1, room: 1 },
  { title: 'nothing left', fileBytes: tenMb, room: 1 },
  { title: 'over quota', fileBytes: 3 * tenMb, room: 1 },
  { title: 'over quota by a reservation', fileBytes: tenMb, reservedBytes: 7, room: 1 },
  { title: 'the numbers differ', mailQuotaMb: 3, fileBytes: 99, room: 3 * bytesPerMb },
  { title: 'no mail quota', mailQuotaMb: null, fileBytes: 99, room: null },
  { title: 'mail unlimited', mailQuotaMb: 0, fileBytes: 99, room: null },
  { title: 'files unlimited', maxQuotaMb: -1, room: tenMb },
  { title: 'both zero', maxQuotaMb: 0, mailQuotaMb: 0, room: null },
  { title: 'both unlimited', maxQuotaMb: -1, mailQuotaMb: 0, room: null },
  { title: 'not switched on', unifiedEnabled: false, fileBytes: 99, room: tenMb },
  { title: 'no own file storage', ownsFilestore: false, room: tenMb },
  { title: 'the largest quota', maxQuotaMb, mailQuotaMb: maxQuotaMb, room: largest },
  { title: 'the largest mail quota alone', mailQuotaMb: maxQuotaMb, room: largest },
  {
    title: 'more files than a number can be exact about',
    maxQuotaMb,
    mailQuotaMb: maxQuotaMb,
    fileBytes: Number.MAX_SAFE_INTEGER,
    room: largest - Number.MAX_SAFE_INTEGER,
  },
];

describeStore('mail views', (opened) => {
  beforeEach(async () => {
    await insertContext(opened().store, aContext(contextId));
    await opened().store.transaction(async (tx) => {
      for (const domain of ['example.org', 'xn--mnchen-3ya.de']) await giveDomain(tx, domain, contextId);
    });
  });
  afterEach(async () => {
    await opened().store.transaction(({ contexts }) => contexts.delete(contextId));
    await opened().knex('mail_usage').delete();
  });

  let number = 0;
  const nextLogin = () => `viewed-${++number}`;
  const account = async (login: string): Promise<AccountRow | undefined> =>
    rowsOf<AccountRow>(
      await opened().knex.raw(`SELECT * FROM mail_accounts WHERE username = ?`, [`${login}@example.org`]),
    )[0];

  describe('the room for mail is what quotaState makes of the same facts', () => {
    for (const { title, room, reservedBytes = 0, ...facts } of cases) {
      it(title, async () => {
        const input = { ...unified, ...facts };
        const login = nextLogin();
        await insertWith(opened(), login, input, reservedBytes);
        const state = quotaState(input);
        const left = (limit: number | null) =>
          limit === null
            ? null
            : Math.max(1, limit - (state.mode === 'unified' ? input.fileBytes + reservedBytes : 0));
        expect(left(state.limits.mailBytes), 'quotaState').to.equal(room);
        const row = await account(login);
        expect(row?.is_unified === 1 ? 'unified' : 'default').to.equal(state.mode);
        expect(row?.limit_bytes === null ? null : Number(row?.limit_bytes), 'view').to.equal(room);
        const exact = /^\*:bytes=(\d+)$/.exec(row?.quota_rule ?? '')?.[1];
        if (room === null) {
          expect(row?.quota_rule).to.equal('*:storage=0');
          expect(row?.quota_storage_size).to.equal('unlimited');
        } else {
          expect(Number(exact)).to.equal(room);
          expect(BigInt(exact ?? 0) < 2n ** 63n).to.equal(true);
          expect(row?.quota_storage_size).to.equal(`${exact}B`);
        }
      });
    }
  });

  it('a user of a master file storage is not unified', async () => {
    const { store, knex } = opened();
    const login = nextLogin();
    await store.transaction(async (tx) => {
      const masterId = await createUser(tx, contextId, nextLogin(), { filestoreId: 1, maxQuotaMb: 10 });
      const sharing = { filestoreId: 1, filestoreOwnerId: masterId, maxQuotaMb: 10, mailQuotaMb: 10 };
      await createUser(tx, contextId, login, sharing);
    });
    await knex('users').update({ unified_enabled: 1 });
    expect(await account(login)).to.include({ is_unified: 0, quota_rule: `*:bytes=${tenMb}` });
  });

  it('the password as it is stored, under the lower-cased primary address, and no context admin', async () => {
    await opened().store.transaction((tx) =>
      createUser(tx, contextId, 'Upper', { primaryEmail: 'UPPER@Example.ORG' }),
    );
    expect(await account('upper')).to.include({
      username: 'upper@example.org',
      password: '{CRYPT}$2b$Upper',
    });
    expect(await account('admin')).to.equal(undefined);
  });

  describe('permissions', () => {
    const all = { login_allowed: 1, receive_allowed: 1, send_allowed: 1 };
    const rows: [title: string, set: (id: number) => Promise<void>, expected: typeof all][] = [
      ['a new user may everything', () => Promise.resolve(), all],
      ['disabled', (id) => change(id, { enabled: false }), { ...all, login_allowed: 0, send_allowed: 0 }],
      ['disabled context', () => enableContext(false), { ...all, login_allowed: 0, send_allowed: 0 }],
      ['no mail login', (id) => permit(id, { maillogin: false }), { ...all, login_allowed: 0 }],
      ['no sending', (id) => permit(id, { send: false }), { ...all, send_allowed: 0 }],
      ['no receiving', (id) => permit(id, { receive: false }), { ...all, receive_allowed: 0 }],
    ];
    const change = (id: number, changes: Partial<Pick<User, 'enabled'>>) =>
      opened().store.transaction(({ users }) => users.update(contextId, id, changes));
    const enableContext = (enabled: boolean) =>
      opened().store.transaction(({ contexts }) => contexts.update(contextId, { enabled }));
    const permit = (id: number, permissions: { send?: boolean; receive?: boolean; maillogin?: boolean }) =>
      opened().store.transaction(({ mailboxPermissions }) =>
        mailboxPermissions.update(contextId, id, permissions),
      );
    for (const [title, set, expected] of rows) {
      it(title, async () => {
        const login = nextLogin();
        const id = await opened().store.transaction((tx) => createUser(tx, contextId, login));
        await set(id);
        expect(await account(login)).to.include(expected);
      });
    }
  });

  describe('recipients', () => {
    const destinations = async (address: string) =>
      rowsOf<{ destination: string }>(
        await opened().knex.raw('SELECT destination FROM mail_recipients WHERE address = ?', [address]),
      )
        .map(({ destination }) => destination)
        .sort();

    it('primary address, aliases and catch-all lead to the mailbox, unless it may not receive', async () => {
      const { store } = opened();
      const mail = ['ann@example.org', 'alias@example.org', 'other@xn--mnchen-3ya.de'];
      const claims = { displayName: null, mail: mail.map((address) => ({ scopeContextId: 0, address })) };
      const [ann, bob] = await store.transaction(async (tx) => {
        const created = [
          await createUser(tx, contextId, 'Ann', { primaryEmail: 'Ann@example.org' }, claims),
          await createUser(tx, contextId, 'bob'),
        ] as const;
        for (const userId of created)
          await tx.mailDomains.insertCatchall({ domain: 'example.org', contextId, userId });
        return created;
      });
      for (const address of mail) expect(await destinations(address)).to.deep.equal(['ann@example.org']);
      expect(await destinations('@example.org')).to.deep.equal(['ann@example.org', 'bob@example.org']);
      expect(await destinations('nobody@example.org')).to.deep.equal([]);
      await store.transaction(({ mailboxPermissions }) =>
        mailboxPermissions.update(contextId, ann, { receive: false }),
      );
      expect(await destinations('alias@example.org')).to.deep.equal([]);
      expect(await destinations('@example.org')).to.deep.equal(['bob@example.org']);
      await store.transaction(({ users }) => users.delete(contextId, [bob]));
      expect(await destinations('@example.org')).to.deep.equal([]);
    });

    it('redirections have a view of their own', async () => {
      const { store, knex } = opened();
      const targets = ['one@example.org', 'two@elsewhere.org'];
      await store.transaction(({ mailForwards }) =>
        mailForwards.put({ alias: 'info@example.org', contextId, targets }),
      );
      const rows = rowsOf<{ destination: string }>(
        await knex.raw('SELECT destination FROM mail_redirections WHERE address = ?', ['info@example.org']),
      );
      expect(rows.map(({ destination }) => destination).sort()).to.deep.equal(targets);
    });
  });

  describe('a usage that Dovecot writes when nobody has the mailbox any more', () => {
    const write = (bytes: number) =>
      opened().knex('mail_usage').insert({ username: 'late@example.org', bytes, messages: 1 });
    const mailBytes = async (id: number) =>
      (await opened().store.read.users.usage(contextId, [id])).get(id)?.mailBytes;
    const create = (login: string, address = `${login}@example.org`) =>
      opened().store.transaction((tx) => createUser(tx, contextId, login, { primaryEmail: address }));

    it('does not count for a later user of the address', async () => {
      const first = await create('late');
      await write(5);
      await opened().store.transaction(({ users }) => users.delete(contextId, [first]));
      expect(await opened().knex('mail_usage').select('*')).to.deep.equal([]);
      await write(5);
      expect(await mailBytes(await create('again', 'Late@example.org'))).to.equal(0);
    });

    it('nor for somebody who is renamed to it', async () => {
      const id = await create('early');
      await write(5);
      await opened().store.transaction(({ users }) =>
        users.update(contextId, id, { primaryEmail: 'late@example.org' }),
      );
      expect(await mailBytes(id)).to.equal(0);
    });

    it('but that of a mailbox which somebody else has stays', async () => {
      const first = await create('late');
      await write(5);
      const second = await create('shared', 'late@example.org');
      expect([await mailBytes(first), await mailBytes(second)]).to.deep.equal([5, 5]);
    });
  });
});

describeStore(
  'rights of the mail server (deploy/sql)',
  (opened) => {
    it('let Dovecot read accounts and write usage, Postfix read recipients, and nobody anything else', async () => {
      const { store, url } = opened();
      await insertContext(store, aContext(contextId));
      await store.transaction((tx) => createUser(tx, contextId, 'ann'));
      const { pathname, port } = new URL(url);
      const database = pathname.slice(1);
      const file = new URL('../../../deploy/sql/dovecot-grants.mariadb.sql', import.meta.url);
      const sql = readFileSync(file, 'utf8')
        .replaceAll(/^--.*$/gm, '')
        .replaceAll('oxbow.', `${database}.`)
        .replaceAll("'localhost'", "'127.0.0.1'");
      const server = await mariadb();
      await server.query('GRANT CREATE USER ON *.* TO oxbow@127.0.0.1');
      for (const statement of sql.split(';').filter((text) => text.trim() !== ''))
        await server.query(statement);
      const as = async (user: string, statement: string) => {
        const connection = await createConnection({
          host: '127.0.0.1',
          port: Number(port),
          user,
          password: 'CHANGE-ME',
          database,
        });
        try {
          await connection.query(statement);
          return 'done';
        } catch (error) {
          return (error as { code: string }).code;
        } finally {
          await connection.end();
        }
      };
      const upsert = `INSERT INTO mail_usage (bytes,messages,username) VALUES ('7','1','ann@example.org')
        ON DUPLICATE KEY UPDATE bytes='7',messages='1'`;
      const refused = 'ER_TABLEACCESS_DENIED_ERROR';
      const rows: [user: string, statement: string, outcome: string][] = [
        ['dovecot', 'SELECT username, password, quota_rule FROM mail_accounts', 'done'],
        ['dovecot', upsert, 'done'],
        ['dovecot', upsert, 'done'],
        ['dovecot', 'DELETE FROM mail_usage', refused],
        ['dovecot', 'SELECT * FROM users', refused],
        ['dovecot', 'UPDATE mail_accounts SET password = 1', refused],
        ['dovecot', 'SELECT * FROM mail_recipients', refused],
        ['postfix', 'SELECT domain FROM mail_domains', 'done'],
        ['postfix', 'SELECT * FROM domains', refused],
        ['dovecot', 'SELECT * FROM mail_domains', refused],
        ['postfix', 'SELECT address, destination FROM mail_recipients', 'done'],
        ['postfix', 'SELECT address, destination FROM mail_redirections', 'done'],
        ['postfix', 'SELECT * FROM mail_accounts', refused],
      ];
      for (const [user, statement, outcome] of rows)
        expect(await as(user, statement), `${user}: ${statement}`).to.equal(outcome);
      expect((await store.read.users.usage(contextId, [3])).get(3)?.mailBytes).to.equal(7);
    });
  },
  [mariadbServer],
);

const unified: QuotaInput = {
  maxQuotaMb: 10,
  ownsFilestore: true,
  mailQuotaMb: 10,
  unifiedEnabled: true,
  mailBytes: 0,
  fileBytes: 0,
};

async function insertWith(
  { store, knex }: OpenedStore,
  login: string,
  { maxQuotaMb, mailQuotaMb, ownsFilestore, unifiedEnabled, mailBytes, fileBytes }: QuotaInput,
  reservedBytes: number,
): Promise<void> {
  const userId = await store.transaction(async (tx) => {
    const filestoreId = ownsFilestore ? 1 : 0;
    const id = await createUser(tx, contextId, login, { maxQuotaMb, mailQuotaMb, filestoreId });
    await tx.unifiedFlags.set(contextId, id, unifiedEnabled);
    return id;
  });
  const held = { bytes: fileBytes, reserved_bytes: reservedBytes };
  if (ownsFilestore) await holdFiles(knex, contextId, userId, held);
  await knex('mail_usage').insert({ username: `${login}@example.org`, bytes: mailBytes });
}

/** What a raw query answers: rows on SQLite, rows and columns on MariaDB. */
function rowsOf<T>(answer: unknown): T[] {
  const [first] = answer as readonly unknown[];
  return (Array.isArray(first) ? first : answer) as T[];
}
