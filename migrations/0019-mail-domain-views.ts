import type { Knex } from 'knex';
import { mailViews } from './0007-mail-views.js';
import { domainPart } from './0017-mail-domains.js';
import { createView } from './support/create-view.js';

/**
 * What mail servers look up keeps to domains that are active, and to contexts that may use them; the domains are a view of their own. A
 * redirection counts only while nobody else has a mailbox of that address.
 */
export const mailDomainViews: Knex.Migration = {
  async up(knex) {
    // SQLite cannot replace a view.
    for (const view of ['mail_redirections', 'mail_recipients'])
      await knex.raw(`DROP VIEW IF EXISTS ${view}`);
    await createView(knex, 'mail_domains', "SELECT domain FROM domains WHERE state = 'active'");
    await createView(knex, 'mail_recipients', recipients(knex));
    await createView(knex, 'mail_redirections', redirections);
  },
  async down(knex) {
    for (const view of ['mail_redirections', 'mail_recipients', 'mail_domains'])
      await knex.raw(`DROP VIEW IF EXISTS ${view}`);
    await mailViews.up(knex);
  },
};

/** The domain is in mail, and is the holder's to use. */
const usable = (domain: string, holder: string) => `
  JOIN domain_contexts m ON m.domain = ${domain} AND m.context_id = ${holder}.context_id
  JOIN domains d ON d.domain = m.domain AND d.state = 'active'`;

const mailboxOfReceiver = (holder: string) => `
  JOIN users u ON u.context_id = ${holder}.context_id AND u.id = ${holder}.user_id AND u.mailbox <> ''
  LEFT JOIN mailbox_permissions p ON p.context_id = u.context_id AND p.user_id = u.id`;

function recipients(knex: Knex): string {
  return `SELECT n.value AS address, u.mailbox AS destination
    FROM unique_names n ${mailboxOfReceiver('n')} ${usable(domainPart(knex, 'n.value'), 'n')}
    WHERE n.kind = 'mail' AND n.holder = 'user' AND COALESCE(p.may_receive, 1) = 1
    UNION ALL
    SELECT c.address AS address, u.mailbox AS destination
    FROM domain_catchalls c ${mailboxOfReceiver('c')} ${usable('c.domain', 'c')}
    WHERE COALESCE(p.may_receive, 1) = 1`;
}

const redirections = `SELECT t.alias AS address, t.target AS destination
  FROM mail_forward_targets t JOIN mail_forwards f ON f.alias = t.alias ${usable('f.domain', 'f')}
  WHERE NOT EXISTS (
    SELECT 1 FROM unique_names n JOIN users u ON u.context_id = n.context_id AND u.id = n.user_id AND u.mailbox <> ''
    WHERE n.value = f.alias AND n.kind = 'mail' AND n.context_id <> f.context_id)`;
