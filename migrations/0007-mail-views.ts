import type { Knex } from 'knex';
import { addColumn, createIndex, type Index } from './support/alter-table.js';
import { isMysql } from './support/create-table.js';
import { createView } from './support/create-view.js';

const indexes: readonly Index[] = [
  { name: 'unique_names_value', table: 'unique_names', columns: 'value' },
  { name: 'domain_catchalls_address', table: 'domain_catchalls', columns: 'address' },
];

/** Newest first: the order in which they can be dropped. */
const views = ['mail_redirections', 'mail_recipients', 'mail_accounts'];

/**
 * What a mail server looks up: accounts (passwords, permissions, room for mail), recipients and redirections. The rule for the room is
 * that of src/provisioning/quota/quota-state.ts (test/store/mail/mail-views.test.ts holds them together).
 */
export const mailViews: Knex.Migration = {
  async up(knex) {
    // Whether com.openexchange.unifiedquota.enabled is effectively true: parts of its cascade are not in the database.
    await addColumn(knex, 'users', 'unified_enabled', 'SMALLINT NOT NULL DEFAULT 0');
    // Promised to uploads that are not finished; counts like files.
    await addColumn(knex, 'file_usage', 'reserved_bytes', 'BIGINT NOT NULL DEFAULT 0');
    // As mail servers look a catch-all up. Computed, so that it can have an index and nobody need write it.
    await addColumn(knex, 'domain_catchalls', 'address', catchallAddress(knex));
    for (const index of indexes) await createIndex(knex, index);
    await createView(knex, 'mail_accounts', accounts(knex));
    await createView(knex, 'mail_recipients', recipients);
    await createView(knex, 'mail_redirections', redirections);
  },
  /** Columns and indexes stay: whatever came before does not mind them. */
  async down(knex) {
    for (const view of views) await knex.raw(`DROP VIEW IF EXISTS ${view}`);
  },
};

function catchallAddress(knex: Knex): string {
  return isMysql(knex)
    ? "VARCHAR(256) GENERATED ALWAYS AS (CONCAT('@', domain)) VIRTUAL"
    : "TEXT GENERATED ALWAYS AS ('@' || domain) VIRTUAL";
}

const bytesPerMb = 1_048_576;
/** More MB than this do not fit into a BIGINT of bytes: 8 EiB are enough. */
const maxMb = 8_796_093_022_207;

/** Unified as quotaState has it: the property, an own file storage, and both limits the same positive number. */
const isUnified = `u.unified_enabled = 1 AND u.filestore_id <> 0 AND u.filestore_owner_id = 0
  AND u.max_quota_mb > 0 AND u.mail_quota_mb = u.max_quota_mb`;

/**
 * One row for everybody with a mailbox. Who is disabled, or whose context is, cannot log in and so cannot send, but keeps
 * receiving: OX's switch is about logins.
 */
function accounts(knex: Knex): string {
  const [least, greatest] = isMysql(knex) ? ['LEAST', 'GREATEST'] : ['MIN', 'MAX'];
  const text = (...parts: string[]) => (isMysql(knex) ? `CONCAT(${parts.join(', ')})` : parts.join(' || '));
  const hasNoLimit = '(u.mail_quota_mb IS NULL OR u.mail_quota_mb = 0)';
  // Dovecot takes 0 for "no limit" and refuses logins below it, so 1 byte is what "no room" looks like.
  const room = `${greatest}(1, ${least}(u.mail_quota_mb, ${maxMb}) * ${bytesPerMb}
    - CASE WHEN ${isUnified} THEN COALESCE(f.bytes, 0) + COALESCE(f.reserved_bytes, 0) ELSE 0 END)`;
  const mayLogin = 'u.enabled = 1 AND c.enabled = 1';
  return `SELECT u.mailbox AS username, u.password_hash AS password,
    CASE WHEN ${hasNoLimit} THEN '*:storage=0' ELSE ${text("'*:bytes='", room)} END AS quota_rule,
    CASE WHEN ${hasNoLimit} THEN 'unlimited' ELSE ${text(room, "'B'")} END AS quota_storage_size,
    CASE WHEN ${hasNoLimit} THEN NULL ELSE ${room} END AS limit_bytes,
    CASE WHEN ${isUnified} THEN 1 ELSE 0 END AS is_unified,
    CASE WHEN ${mayLogin} AND COALESCE(p.may_login, 1) = 1 THEN 1 ELSE 0 END AS login_allowed,
    COALESCE(p.may_receive, 1) AS receive_allowed,
    CASE WHEN ${mayLogin} AND COALESCE(p.may_send, 1) = 1 THEN 1 ELSE 0 END AS send_allowed,
    u.context_id AS context_id, u.id AS user_id
  FROM users u
  JOIN contexts c ON c.id = u.context_id
  LEFT JOIN file_usage f ON f.context_id = u.context_id AND f.user_id = u.id
  LEFT JOIN mailbox_permissions p ON p.context_id = u.context_id AND p.user_id = u.id
  WHERE u.mailbox <> ''`;
}

const mailboxOfReceiver = (owner: string) => `
  JOIN users u ON u.context_id = ${owner}.context_id AND u.id = ${owner}.user_id
  LEFT JOIN mailbox_permissions p ON p.context_id = u.context_id AND p.user_id = u.id
  WHERE u.mailbox <> '' AND COALESCE(p.may_receive, 1) = 1`;

/**
 * Address, lower-cased and with its domain in ASCII, or @domain of a catch-all → username of the mailbox, for those who may receive.
 * Primary addresses and aliases where MAIL_ADDRESS_SCOPE is platform; else primary addresses only, since an alias may have several owners.
 */
const recipients = `SELECT n.value AS address, u.mailbox AS destination
  FROM unique_names n ${mailboxOfReceiver('n')} AND n.kind = 'mail'
  UNION ALL
  SELECT d.address AS address, u.mailbox AS destination
  FROM domain_catchalls d ${mailboxOfReceiver('d')}`;

/** Address → where its mail goes instead of into a mailbox; to be looked up before mail_recipients. */
const redirections = `SELECT t.alias AS address, t.target AS destination FROM mail_forward_targets t`;
