import type { AuditedCall } from '../provisioning/access/audited-call.js';
import type { NewUser } from '../provisioning/repositories/user-repository.js';
import { auditRow } from './audit-rows.js';
import { shownValues } from './audit-values.js';
import type { AuditRow } from './rows.js';
import { insertRows, placeholders, takenId, type Binding, type WriteStatement } from './statement.js';

/** The entry of a user that is created in one list of statements. */
export function creationEntry(call: AuditedCall, { user }: NewUser): WriteStatement {
  const row = auditRow(call, {
    action: 'create',
    kind: 'user',
    ownerId: ownerOf(call, user.contextId),
    contextId: user.contextId,
    objectId: null,
    name: user.login,
    before: null,
    after: shownValues(user),
  });
  return insertRows('audit_entries', [{ ...row, object_id: takenId }]);
}

export interface MailQuotaChange {
  readonly contextId: number;
  readonly userId: number;
  readonly mailQuotaMb: number;
}

/** The entry of a mail quota that is about to be changed; none where it is that already, or where there is no such user. */
export function mailQuotaEntry(call: AuditedCall, change: MailQuotaChange): WriteStatement {
  const { contextId, userId, mailQuotaMb } = change;
  const row = auditRow(call, {
    action: 'change',
    kind: 'user',
    ownerId: ownerOf(call, contextId),
    contextId,
    objectId: userId,
    before: null,
    after: { mailQuotaMb },
  });
  const { name: _name, old_values: _old, ...known } = row satisfies AuditRow;
  const columns = Object.keys(known);
  return {
    sql: `INSERT INTO audit_entries (${columns.join(', ')}, name, old_values)
      SELECT ${placeholders(columns.length)}, login, JSON_OBJECT('mailQuotaMb', mail_quota_mb) FROM users
      WHERE context_id = ? AND id = ? AND (mail_quota_mb IS NULL OR mail_quota_mb <> ?)`,
    bindings: [...(Object.values(known) as Binding[]), contextId, userId, mailQuotaMb],
  };
}

/** Calls of this kind are always authorised for the context. */
function ownerOf({ owned }: AuditedCall, contextId: number): number | null {
  return owned?.contextId === contextId ? owned.ownerId : null;
}
