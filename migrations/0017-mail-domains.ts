import type { Knex } from 'knex';
import { createTable, isMysql, type Table } from './support/create-table.js';

const tables: readonly Table[] = [
  {
    // Mail domains with whoever may say what they are for. Mail servers see the view mail_domains.
    name: 'domains',
    columns: [
      // Lower case, ASCII.
      'domain VARCHAR(640) NOT NULL',
      // The context, or else the reseller, that it belongs to; neither: it is the provider's.
      'owner_context_id BIGINT NULL',
      'owner_reseller_id BIGINT NULL',
      // Whether every context of the platform may use it.
      'is_shared SMALLINT NOT NULL DEFAULT 0',
      // Whether the master admin or a reseller approved it; else it came with an update, or a context took it.
      'is_approved SMALLINT NOT NULL DEFAULT 0',
      // active, suspended or waiting
      'state VARCHAR(16) NOT NULL',
      // Grows with every decision about it, so that two nodes of a cluster do not make two at once.
      'version BIGINT NOT NULL DEFAULT 1',
      'PRIMARY KEY (domain)',
      'CONSTRAINT domains_owner_context FOREIGN KEY (owner_context_id) REFERENCES contexts (id) ON DELETE SET NULL',
      'CONSTRAINT domains_owner_reseller FOREIGN KEY (owner_reseller_id) REFERENCES resellers (id) ON DELETE SET NULL',
    ],
    indexes: { domains_owner_context_id: 'owner_context_id', domains_owner_reseller_id: 'owner_reseller_id' },
  },
  {
    // The contexts that may have addresses of a domain. What has no row here gets no mail.
    name: 'domain_contexts',
    columns: [
      'domain VARCHAR(640) NOT NULL',
      'context_id BIGINT NOT NULL',
      'PRIMARY KEY (domain, context_id)',
      'CONSTRAINT domain_contexts_domain FOREIGN KEY (domain) REFERENCES domains (domain) ON DELETE CASCADE',
      'CONSTRAINT domain_contexts_context FOREIGN KEY (context_id) REFERENCES contexts (id) ON DELETE CASCADE',
    ],
    indexes: { domain_contexts_context_id: 'context_id' },
  },
];

/**
 * Mail domains become objects, the shared ones among them. Whatever is in use stays so: its domain is active, and belongs to the only
 * context that uses it, else to the reseller of all of them, else to the provider. The table shared_mail_domains is read no more; it stays
 * for processes of the release before, and can go with the next one.
 */
export const mailDomains: Knex.Migration = {
  async up(knex) {
    for (const table of tables) await createTable(knex, table);
    const ignore = isMysql(knex) ? 'INSERT IGNORE' : 'INSERT OR IGNORE';
    await knex.raw(`${ignore} INTO domains (domain, owner_reseller_id, is_shared, is_approved, state)
      SELECT domain, owner_id, 1, 1, 'active' FROM shared_mail_domains`);
    const uses = presentUses(knex);
    await knex.raw(`${ignore} INTO domains (domain, owner_context_id, owner_reseller_id, state)
      SELECT x.domain,
        CASE WHEN COUNT(DISTINCT x.context_id) = 1 THEN MIN(x.context_id) END,
        CASE WHEN COUNT(DISTINCT x.context_id) = 1 THEN NULL
          WHEN COUNT(DISTINCT COALESCE(c.owner_id, 0)) = 1 THEN MIN(c.owner_id)
          WHEN COUNT(DISTINCT COALESCE(r.parent_id, r.id, 0)) = 1 THEN MIN(COALESCE(r.parent_id, r.id)) END,
        'active'
      FROM (${uses}) x JOIN contexts c ON c.id = x.context_id LEFT JOIN resellers r ON r.id = c.owner_id
      GROUP BY x.domain`);
    await knex.raw(`${ignore} INTO domain_contexts (domain, context_id)
      SELECT DISTINCT x.domain, x.context_id FROM (${uses}) x JOIN domains d ON d.domain = x.domain`);
  },
  async down(knex) {
    for (const table of tables.toReversed()) await knex.schema.dropTableIfExists(table.name);
  },
};

/** The part after the at-sign, as SQL: addresses have one. */
export function domainPart(knex: Knex, column: string): string {
  return isMysql(knex)
    ? `SUBSTRING_INDEX(${column}, '@', -1)`
    : `SUBSTR(${column}, INSTR(${column}, '@') + 1)`;
}

/** Which context uses which domain. Aliases that are claimed nowhere (MAIL_ADDRESS_SCOPE=context) count where they are ASCII. */
function presentUses(knex: Knex): string {
  const isPlain = isMysql(knex) ? "a.address REGEXP '^[!-~]+$'" : "a.address NOT GLOB '*[^!-~]*'";
  const ofMailboxes = (owner: string) =>
    `JOIN users u ON u.context_id = ${owner}.context_id AND u.id = ${owner}.user_id AND u.is_context_admin = 0`;
  return [
    `SELECT ${domainPart(knex, 'n.value')} AS domain, n.context_id AS context_id
      FROM unique_names n ${ofMailboxes('n')} WHERE n.kind = 'mail'`,
    `SELECT ${domainPart(knex, 'LOWER(a.address)')}, a.context_id
      FROM user_aliases a ${ofMailboxes('a')} WHERE ${isPlain} AND a.address LIKE '%_@_%'`,
    'SELECT domain, context_id FROM domain_catchalls',
    'SELECT domain, context_id FROM mail_forwards',
  ].join(' UNION ALL ');
}
