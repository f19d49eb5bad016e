import { isDeepStrictEqual } from 'node:util';
import type { MailAccount } from '../provisioning/mail-account-repository.js';
import type { OutboxEntry } from '../provisioning/outbox-repository.js';
import type { Store } from '../provisioning/store.js';
import type { ToldAccount } from '../provisioning/told-account.js';
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
      await this.store.transaction(async ({ outbox, mailAccounts }) => {
        await mailAccounts.forgetTold([entry.name]);
        await outbox.removed(entry);
      });
    }
    const names = [entry.name, ...entry.formerNames];
    const account = await this.store.mailAccounts.find(entry.name);
    if (account !== null) return this.apply(account, entry.formerNames);
    for (const mailbox of names) await this.server.remove(mailbox);
    await this.store.transaction(({ mailAccounts }) => mailAccounts.forgetTold(names));
  }

  /** @throws MailServerError */
  async tellTenant(entry: OutboxEntry): Promise<void> {
    const contextId = Number(entry.name);
    const limitBytes = await this.store.mailAccounts.findTenantLimitBytes(contextId);
    // The tenant of a context that is gone is the operator's to remove.
    if (limitBytes !== undefined) await this.server.applyTenant(contextId, limitBytes);
  }

  private async apply(account: MailAccount, formerNames: readonly string[]): Promise<void> {
    const { mailbox } = account;
    const told = await this.store.mailAccounts.findTold([mailbox, ...formerNames]);
    if (formerNames.length === 0 && this.isKnown(account, told)) return;
    const now = await this.server.applyAccount(account, {
      formerNames,
      told,
      intend: (serverId, facts) => this.remember({ mailbox, serverId, isSettled: false, facts }, []),
    });
    await this.remember(now, formerNames);
  }

  /** What concerns no mailbox is no reason to ask the server anything. */
  private isKnown(account: MailAccount, told: readonly ToldAccount[]): boolean {
    const last = told.find(({ mailbox }) => mailbox === account.mailbox);
    return last?.isSettled === true && isDeepStrictEqual(last.facts, this.server.factsOf(account));
  }

  private remember(told: ToldAccount, formerNames: readonly string[]): Promise<void> {
    return this.store.transaction(async ({ mailAccounts }) => {
      await mailAccounts.putTold(told);
      await mailAccounts.forgetTold(formerNames);
    });
  }
}
