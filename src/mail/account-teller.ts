import type { OutboxEntry } from '../provisioning/outbox-repository.js';
import type { Store } from '../provisioning/store.js';
import type { AccountServer } from './account-server.js';

/** Tells a mail server of mailboxes and tenants as the database has them at that moment, so an entry may be told twice. */
export class AccountTeller {
  constructor(
    private readonly store: Pick<Store, 'mailAccounts' | 'transaction'>,
    private readonly server: AccountServer,
  ) {}

  /** @throws MailServerError */
  async tellAccount(entry: OutboxEntry): Promise<void> {
    if (entry.removeFirst) {
      await this.server.remove(entry.name);
      // Before anything is made in its place: were this forgotten, the new account would be removed by the next try.
      await this.store.transaction(({ outbox }) => outbox.removed(entry));
    }
    const account = await this.store.mailAccounts.find(entry.name);
    if (account !== null) return this.server.applyAccount(account, entry.formerNames);
    for (const mailbox of [entry.name, ...entry.formerNames]) await this.server.remove(mailbox);
  }

  /** @throws MailServerError */
  async tellTenant(entry: OutboxEntry): Promise<void> {
    const contextId = Number(entry.name);
    const limitBytes = await this.store.mailAccounts.findTenantLimitBytes(contextId);
    // The tenant of a context that is gone is the operator's to remove.
    if (limitBytes !== undefined) await this.server.applyTenant(contextId, limitBytes);
  }
}
