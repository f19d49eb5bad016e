import type { Knex } from 'knex';
import { isMysql } from './support/create-table.js';
import { createView } from './support/create-view.js';

/** The view mail_accounts once more: what is stored of files counts from 0 to what a number is exact about, as quotaState has it. */
export const boundedRoom: Knex.Migration = {
  async up(knex) {
    // SQLite cannot replace a view.
    if (!isMysql(knex)) await knex.raw('DROP VIEW IF EXISTS mail_accounts');
    await createView(knex, 'mail_accounts', accounts(knex));
  },
  /** The view stays: whatever came before does not mind it. */
  down: () => Promise.resolve(),
};

const bounded = (
  column: string,
) => `CASE WHEN ${column} IS NULL OR ${column} < 0 OR ${column} > 4611686018427387903 THEN 0
    WHEN ${column} > 9007199254740991 THEN 9007199254740991 ELSE ${column} END`;

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
    - CASE WHEN ${isUnified} THEN ${bounded('f.bytes')} + ${bounded('f.reserved_bytes')} ELSE 0 END)`;
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
