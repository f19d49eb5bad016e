import type {
  MailboxPermissionRepository,
  MailboxPermissions,
} from '../provisioning/repositories/mailbox-repository.js';
import type { MailboxPermissionRow } from './cloud-rows.js';
import { definedColumns, flag } from './rows.js';
import type { Session } from './session.js';

/** @see MailboxPermissionRepository */
export class KnexMailboxPermissionRepository implements MailboxPermissionRepository {
  constructor(private readonly session: Session) {}

  find(contextId: number, userId: number): Promise<MailboxPermissions> {
    return this.session.read(async (db) => {
      const row = await db('mailbox_permissions').where({ context_id: contextId, user_id: userId }).first();
      return {
        send: row?.may_send !== 0,
        receive: row?.may_receive !== 0,
        maillogin: row?.may_login !== 0,
      };
    });
  }

  update(contextId: number, userId: number, changes: Partial<MailboxPermissions>): Promise<void> {
    return this.session.write(async (db) => {
      const columns = definedColumns({
        may_send: flag(changes.send),
        may_receive: flag(changes.receive),
        may_login: flag(changes.maillogin),
      });
      const changed = Object.keys(columns) as (keyof MailboxPermissionRow)[];
      if (changed.length === 0) return;
      await db('mailbox_permissions')
        .insert({ context_id: contextId, user_id: userId, ...columns })
        .onConflict(['context_id', 'user_id'])
        .merge(changed);
    });
  }
}
