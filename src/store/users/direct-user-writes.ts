import type { AuditedCall } from '../../provisioning/access/audited-call.js';
import { mailboxOf } from '../../provisioning/model/mailbox-of.js';
import type { Repositories } from '../../provisioning/repositories/store.js';
import type { NewUser } from '../../provisioning/repositories/user-repository.js';
import { creationEntry, mailQuotaEntry } from '../audit/audit-trail.js';
import type { SqlDialect } from '../database/sql-dialect.js';
import { requireTakenId, type StatementRunner } from '../database/statement-runner.js';
import type { Flag } from '../schema/rows.js';
import type { EndedSessions } from './ended-sessions.js';
import { userCreation } from './user-insertion.js';

/** The store around the writes. */
export interface AroundWrites {
  transaction<T>(work: (repositories: Repositories) => Promise<T>, ended: EndedSessions): Promise<T>;
  /** True when more is written in the same transaction. */
  isPartOfMore(): boolean;
  /** The call whose changes are written down; null: nothing is. */
  auditedCall(): AuditedCall | null;
}

interface Row {
  readonly is_context_admin: Flag;
  readonly primary_email: string;
  readonly mail_quota_mb: number | null;
}

/** The writes that clients repeat most: one list of statements each, or a transaction where more belongs to them. */
export class DirectUserWrites {
  constructor(
    private readonly runner: StatementRunner,
    private readonly dialect: SqlDialect,
    private readonly store: AroundWrites,
  ) {}

  /** @see UserWrites */
  async create(user: NewUser, ended: EndedSessions): Promise<number> {
    if (user.guard === null || this.store.isPartOfMore())
      return this.store.transaction(({ users }) => users.create(user), ended);
    const creation = userCreation(user, user.guard.forwarded, this.dialect);
    const call = this.store.auditedCall();
    const writes = call === null ? creation.writes : [...creation.writes, creationEntry(call, user)];
    return requireTakenId((await this.runner.transact({ ...creation, writes })).id);
  }

  /** @see UserWrites */
  async setMailQuota(
    contextId: number,
    userId: number,
    mailQuotaMb: number,
    ended: EndedSessions,
  ): Promise<boolean> {
    if (this.store.isPartOfMore())
      return this.store.transaction(({ users }) => users.setMailQuota(contextId, userId, mailQuotaMb), ended);
    const call = this.store.auditedCall();
    const columns = 'is_context_admin, primary_email, mail_quota_mb';
    const { rows } = await this.runner.transact<Row>({
      read: {
        sql: `SELECT ${columns} FROM users WHERE context_id = ? AND id = ?${this.dialect.forUpdate}`,
        bindings: [contextId, userId],
      },
      writes: [
        // Before the change, since it reads what was there.
        ...(call === null ? [] : [mailQuotaEntry(call, { contextId, userId, mailQuotaMb })]),
        {
          sql: 'UPDATE users SET mail_quota_mb = ? WHERE context_id = ? AND id = ?',
          bindings: [mailQuotaMb, contextId, userId],
        },
      ],
    });
    const [row] = rows;
    if (row === undefined) return false;
    const owner = { isContextAdmin: row.is_context_admin === 1, primaryEmail: row.primary_email };
    if (row.mail_quota_mb !== mailQuotaMb) ended.add([mailboxOf(owner)], 'changed');
    return true;
  }
}
