import type { Knex } from 'knex';
import type { ToldAccount } from '../../provisioning/model/told-account.js';
import {
  mailObjectQuotas,
  stalwartNamespace,
  tenantLimitBytes,
} from '../../provisioning/oxaas/mail-object-quotas.js';
import type {
  MailAccount,
  MailAccountRepository,
  MailboxPermissionRepository,
  MailboxPermissions,
} from '../../provisioning/repositories/mailbox-repository.js';
import { chunks } from '../../util/chunks.js';
import type { Session } from '../database/session.js';
import { toToldAccount, toToldRow } from '../outbox/told-account-rows.js';
import { definedColumns, flag } from '../schema/rows.js';
import type { MailboxPermissionRow } from './knex-mail-domain-repository.js';

interface AccountRow {
  readonly username: string;
  readonly password: string;
  readonly limit_bytes: number | null;
  readonly login_allowed: number;
  readonly send_allowed: number;
  readonly receive_allowed: number;
  readonly context_id: number;
  readonly user_id: number;
}

/** @see MailAccountRepository */
export class KnexMailAccountRepository implements MailAccountRepository {
  constructor(private readonly session: Session) {}

  find(mailbox: string): Promise<MailAccount | null> {
    return this.session.read(async (db) => {
      const row = (await db('mail_accounts')
        .where({ username: mailbox })
        .orderBy(['context_id', 'user_id'])
        .first()) as AccountRow | undefined;
      return row === undefined ? null : toAccount(db, row);
    });
  }

  findTenantLimitBytes(contextId: number): Promise<number | null | undefined> {
    return this.session.read(async (db) => {
      if ((await db('contexts').where({ id: contextId }).first('id')) === undefined) return undefined;
      return tenantLimitOf(db, contextId);
    });
  }

  list(after: string, limit: number): Promise<string[]> {
    return this.session.read(
      async (db) =>
        (await db('users')
          .where('mailbox', '>', after)
          .distinct('mailbox')
          .orderBy('mailbox')
          .limit(limit)
          .pluck('mailbox')) as string[],
    );
  }

  writeUsage(
    mailbox: string,
    { bytes, messages }: { readonly bytes: number; readonly messages: number },
  ): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      const user = await db('users').where({ mailbox }).first('id');
      if (user === undefined) return;
      await db('mail_usage')
        .insert({ username: mailbox, bytes, messages })
        .onConflict('username')
        .merge(['bytes', 'messages']);
    });
  }

  findTold(mailboxes: readonly string[]): Promise<ToldAccount[]> {
    return this.session.read(async (db) => {
      const rows = await db('mail_accounts_told').whereIn('mailbox', [...mailboxes]);
      return rows.map(toToldAccount).filter((told) => told !== null);
    });
  }

  putTold(told: ToldAccount): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      await db('mail_accounts_told')
        .insert(toToldRow(told))
        .onConflict('mailbox')
        .merge(['server_id', 'is_settled', 'facts']);
    });
  }

  forgetTold(mailboxes: readonly string[]): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      for (const page of chunks(mailboxes)) await db('mail_accounts_told').whereIn('mailbox', page).delete();
    });
  }
}

async function toAccount(db: Knex, row: AccountRow): Promise<MailAccount> {
  const { username: mailbox, context_id: contextId, user_id: userId } = row;
  const ofUser = { context_id: contextId, user_id: userId };
  const addresses: string[] = await db('user_aliases').where(ofUser).orderBy('position').pluck('address');
  const attributes = await db('user_attributes')
    .where({ ...ofUser, namespace: stalwartNamespace })
    .select('name', 'value');
  const aliases = new Set(addresses.map((address) => address.toLowerCase()));
  return {
    mailbox,
    contextId,
    passwordHash: row.password,
    mayLogin: row.login_allowed === 1,
    maySend: row.send_allowed === 1,
    mayReceive: row.receive_allowed === 1,
    limitBytes: row.limit_bytes === null ? null : Number(row.limit_bytes),
    aliases: [...aliases].filter((alias) => alias !== mailbox),
    objectQuotas: mailObjectQuotas(new Map(attributes.map(({ name, value }) => [name, value]))),
    tenantLimitBytes: await tenantLimitOf(db, contextId),
  };
}

async function tenantLimitOf(db: Knex, contextId: number): Promise<number | null> {
  const rows = await db('context_attributes')
    .where({ context_id: contextId, namespace: stalwartNamespace })
    .select('name', 'value');
  return tenantLimitBytes(new Map(rows.map(({ name, value }) => [name, value])));
}

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
    return this.session.changing('mailboxPermissionsChanged', { contextId, userId, changes }, async (db) => {
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
