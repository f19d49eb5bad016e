import type { AuditedCall } from '../provisioning/access/audited-call.js';
import type { MailQuotaBefore } from '../provisioning/repositories/user-repository.js';
import { mailQuotaEntry, type MailQuotaChange } from './hot-audit-entries.js';
import type { Flag } from './rows.js';
import type { SqlDialect } from './sql-dialect.js';
import type { StatementRunner } from './statement-runner.js';

interface Row {
  readonly is_context_admin: Flag;
  readonly primary_email: string;
  readonly mail_quota_mb: number | null;
}

/** @see Store.setMailQuota */
export async function changeMailQuota(
  runner: StatementRunner,
  { forUpdate }: SqlDialect,
  call: AuditedCall | null,
  change: MailQuotaChange,
): Promise<MailQuotaBefore | null> {
  const { contextId, userId, mailQuotaMb } = change;
  const columns = 'is_context_admin, primary_email, mail_quota_mb';
  const { rows } = await runner.transact<Row>({
    read: {
      sql: `SELECT ${columns} FROM users WHERE context_id = ? AND id = ?${forUpdate}`,
      bindings: [contextId, userId],
    },
    writes: [
      // Before the change, since it reads what was there.
      ...(call === null ? [] : [mailQuotaEntry(call, change)]),
      {
        sql: 'UPDATE users SET mail_quota_mb = ? WHERE context_id = ? AND id = ?',
        bindings: [mailQuotaMb, contextId, userId],
      },
    ],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    isContextAdmin: row.is_context_admin === 1,
    primaryEmail: row.primary_email,
    mailQuotaMb: row.mail_quota_mb,
  };
}
