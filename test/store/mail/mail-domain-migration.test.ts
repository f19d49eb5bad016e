import { expect } from 'chai';
import type { Knex } from 'knex';
import { migrations } from '../../../migrations/index.js';
import { connect } from '../../../src/store/database/connect.js';
import { parseDatabaseUrl } from '../../../src/store/database/database-url.js';
import { openStore } from '../../../src/store/open-store.js';
import { testDatabases, type TestDatabase } from '../../support/database/databases.js';
import { requirePart } from '../../support/processes/require-part.js';

const firstNewIndex = migrations.findIndex(({ name }) => name === '0017-mail-domains');

/** The schema of the release before. */
async function migrateHalfWay(knex: Knex): Promise<void> {
  for (const { migration } of migrations.slice(0, firstNewIndex)) await migration.up(knex);
}

const reseller = (id: number, parent_id: number | null) => {
  const lists = { restrictions: '[]', capabilities: '[]', taxonomies: '[]', configuration: '[]' };
  const name = `r${id}`;
  const password = { password_hash: 'x', password_mech: 'x' };
  return { id, name, name_lower: name, display_name: name, parent_id, ...password, ...lists };
};

const context = (id: number, owner_id: number | null) => {
  const quota = { max_quota_mb: -1, filestore_id: 1, average_size_mb: 1, restrictions: '[]' };
  const name = `c${id}`;
  return { id, name, name_lower: name, owner_id, admin_id: 2, enabled: 1, next_principal_id: 9, ...quota };
};

const user = (context_id: number, id: number, isAdmin: 0 | 1, address: string) => ({
  ...{ context_id, id, is_context_admin: isAdmin, enabled: 1, login: `u${id}`, login_lower: `u${id}` },
  ...{ password_hash: 'x', password_mech: 'x', password_expired: 0, display_name: `U${id}` },
  ...{
    display_name_lower: `u${id}`,
    given_name: 'G',
    sur_name: 'S',
    primary_email: address,
    email1: address,
  },
  ...{ default_sender_address: address, language: 'en_US', timezone: 'UTC', default_group_id: 1 },
  ...{ module_access: 0, max_quota_mb: -1, filestore_id: 0, filestore_owner_id: 0, profile: '{}' },
  ...{
    imap_schema: 'imap://',
    imap_host: 'h',
    imap_port: 1,
    smtp_schema: 'smtp://',
    smtp_host: 'h',
    smtp_port: 1,
  },
  mailbox: isAdmin === 1 ? null : address,
});

for (const database of testDatabases)
  describe(`store on ${database.name}: an update to mail domains`, function () {
    this.timeout(90_000);
    updating(database);
  });

function updating(database: TestDatabase): void {
  let knex: Knex;
  before(async function () {
    requirePart(this, database.part, database.isInstalled());
    knex = connect(parseDatabaseUrl(await database.url()));
  });
  after(() => knex?.destroy());

  it('keeps everything that is there working, and says whose it is', async () => {
    await migrateHalfWay(knex);
    for (const row of [reseller(1, null), reseller(2, 1), reseller(3, null)])
      await knex('resellers').insert(row);
    const owners = [1, 1, 2, 3, null];
    for (const [index, owner] of owners.entries())
      await knex('contexts').insert(context(index + 1, owner) as never);
    const domains = (contextId: number): string[] =>
      [
        [1, `only${contextId}.x`],
        [2, 'reseller.x', 1, 2],
        [3, 'family.x', 2, 3],
        [4, 'mixed.x', 1, 4],
      ].flatMap(([, domain, ...contexts]) =>
        contexts.length === 0 || contexts.includes(contextId) ? [String(domain)] : [],
      );
    for (let id = 1; id <= 5; id += 1) {
      await knex('users').insert(user(id, 2, 1, 'admin@admins.x') as never);
      await knex('users').insert(user(id, 3, 0, `a${id}@only${id}.x`) as never);
      for (const domain of domains(id)) {
        const owner = { context_id: id, user_id: 3 };
        const value = `a${id}@${domain}`;
        await knex('unique_names').insert({ kind: 'mail', scope_context_id: 0, value, ...owner } as never);
      }
    }
    await knex('user_aliases').insert({ context_id: 5, user_id: 3, position: 0, address: 'A@Alias.x' });
    await knex('domain_catchalls').insert({ domain: 'caught.x', context_id: 1, user_id: 3 });
    const forwards = ['f@forward.x', 'a1@only1.x'];
    for (const alias of forwards) {
      const domain = alias.slice(alias.indexOf('@') + 1);
      await knex('mail_forwards').insert({ alias, domain, context_id: 1 });
      await knex('mail_forward_targets').insert({ alias, position: 0, target: 't@far.x' });
    }
    await knex('shared_mail_domains').insert({ domain: 'shared.x', owner_id: 3 });
    // Whoever was killed after any of these steps begins with it again.
    for (const { migration } of migrations.slice(firstNewIndex).flatMap((step) => [step, step]))
      await migration.up(knex);

    const rows = (await knex('domains').orderBy('domain')).map((row) => [
      row.domain,
      row.owner_context_id,
      row.owner_reseller_id,
      row.is_shared,
      row.is_approved,
      row.state,
    ]);
    expect(rows).to.deep.equal([
      ['alias.x', 5, null, 0, 0, 'active'],
      ['caught.x', 1, null, 0, 0, 'active'],
      ['family.x', null, 1, 0, 0, 'active'],
      ['forward.x', 1, null, 0, 0, 'active'],
      ['mixed.x', null, null, 0, 0, 'active'],
      ...[1, 2, 3, 4, 5].map((id) => [`only${id}.x`, id, null, 0, 0, 'active']),
      ['reseller.x', null, 1, 0, 0, 'active'],
      ['shared.x', null, 3, 1, 1, 'active'],
    ]);
    const claims = await knex('unique_names').where({ holder: 'forward' });
    expect(claims.map(({ value, context_id, user_id }) => [value, context_id, user_id])).to.deep.equal([
      ['f@forward.x', 1, 2],
    ]);
    const recipients = (await knex('mail_recipients').orderBy('address').pluck('address')) as string[];
    expect(recipients).to.have.length(12);
    expect(recipients).to.include.members(['@caught.x', 'a1@mixed.x', 'a3@family.x', 'a4@mixed.x']);
    const redirected = (await knex('mail_redirections').orderBy('address').pluck('address')) as string[];
    expect(redirected).to.deep.equal(forwards.toSorted());
  });
}

describe('store: openStore after it', () => {
  it('finds nothing that a context uses without a right', async () => {
    const store = await openStore({ databaseUrl: 'sqlite::memory:' });
    expect(await store.read.mailDomains.usesWithoutRight(10)).to.deep.equal([]);
    await store.close();
  });
});
