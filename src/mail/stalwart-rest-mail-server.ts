import { z } from 'zod';
import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { MailAccount } from '../provisioning/repositories/mailbox-repository.js';
import {
  secretOf,
  splitAddress,
  type AccountMemory,
  type AccountServer,
  MailServerError,
  usageOf,
  type MailboxUsage,
} from './mail-server.js';
import { requestJson } from './request-json.js';
import type { StalwartOptions } from './stalwart-jmap-mail-server.js';
import { shapedPrincipal, type Principal } from './stalwart-principal.js';
import { principalChanges, type FieldChange } from './stalwart-rest-changes.js';
import { markOf, recall, unionOf } from './told-difference.js';

/** Errors come with HTTP status 200, too. */
const answerShape = z.union([z.object({ data: z.unknown() }), z.object({ error: z.string() })]);

/** Stalwart 0.15 and older: the REST management API (docs/contract/mail-servers.md#2-3). Accounts are named by their whole address. */
export class StalwartRestMailServer implements AccountServer {
  constructor(private readonly options: StalwartOptions) {}

  factsOf(account: MailAccount): ToldFacts {
    const secret = this.secretFor(account);
    return {
      aliases: account.aliases,
      secretMarks: secret === null ? [] : [markOf(secret)],
      limitBytes: account.limitBytes,
      disabledPermissions: account.mayLogin ? [] : ['authenticate'],
      objectQuotas: {},
      tenantOf: null,
    };
  }

  async applyAccount(account: MailAccount, memory: AccountMemory): Promise<ToldAccount> {
    const facts = this.factsOf(account);
    const { mailbox } = account;
    let present = await this.findFirst([mailbox, ...memory.formerNames]);
    if (present === null) {
      await memory.intend('', facts);
      present = await this.create(account);
    }
    const told = recall(memory.told, String(present.id));
    const { pushesCredentials } = this.options;
    const wanted = { mailbox, facts, secret: this.secretFor(account), pushesCredentials };
    const changes = principalChanges(present, wanted, { told, formerNames: memory.formerNames });
    if (changes.length > 0) {
      await memory.intend(String(present.id), unionOf(told, facts));
      for (const domain of domainsOf(account, present)) await this.ensureDomain(domain);
      await this.patch(present.name, changes);
    }
    return { mailbox, serverId: String(present.id), isSettled: true, facts };
  }

  applyLimit(mailbox: string, limitBytes: number | null): Promise<void> {
    return this.patch(mailbox, [{ action: 'set', field: 'quota', value: limitBytes ?? '' }]);
  }

  /** This generation's tenants cannot be told through what is known of its API. */
  applyTenant(): Promise<void> {
    return Promise.resolve();
  }

  /** Of everything that the account holds; Stalwart does not count messages apart. */
  async readUsage(mailbox: string): Promise<MailboxUsage | null> {
    const principal = await this.find(mailbox);
    if (principal === null) return null;
    // Absent until the first message.
    const { usedQuota: bytes = 0 } = principal;
    return usageOf('Stalwart', { bytes, messages: 0 });
  }

  async recalculate(mailbox: string): Promise<void> {
    await this.unlessUnknown('DELETE', `/store/quota/${encodeURIComponent(mailbox)}`);
  }

  /** Does nothing: a write takes effect at once. */
  dropSessions(): Promise<void> {
    return Promise.resolve();
  }

  async remove(mailbox: string): Promise<void> {
    if ((await this.look(mailbox))?.type !== 'individual') return;
    await this.unlessUnknown('DELETE', `/principal/${encodeURIComponent(mailbox)}`);
  }

  /** Creates an account, without a secret for a user who may not log in. */
  private async create(account: MailAccount): Promise<Principal> {
    const { mailbox, aliases, limitBytes, mayLogin } = account;
    const secret = mayLogin ? this.secretFor(account) : null;
    for (const domain of domainsOf(account, null)) await this.ensureDomain(domain);
    const secrets = secret === null ? [] : [secret];
    const made = { type: 'individual', name: mailbox, emails: [mailbox, ...aliases] };
    const quota = limitBytes === null ? {} : { quota: limitBytes };
    const id = await this.must('POST', '/principal', {
      ...made,
      ...(this.options.pushesCredentials ? { secrets } : {}),
      ...quota,
      roles: ['user'],
    });
    return shapedPrincipal({ id, ...made, secrets, ...quota });
  }

  private secretFor(account: MailAccount): string | null {
    return this.options.pushesCredentials ? secretOf(account) : null;
  }

  private async ensureDomain(name: string): Promise<void> {
    if ((await this.unlessUnknown('GET', `/principal/${encodeURIComponent(name)}`)) !== null) return;
    const answer = await this.ask('POST', '/principal', { type: 'domain', name });
    // Another process may have been faster.
    if ('error' in answer && answer.error !== 'fieldAlreadyExists') throw refusal(answer.error);
  }

  private async findFirst(mailboxes: readonly string[]): Promise<Principal | null> {
    for (const mailbox of mailboxes) {
      const principal = await this.find(mailbox);
      if (principal !== null) return principal;
    }
    return null;
  }

  private async find(mailbox: string): Promise<Principal | null> {
    const principal = await this.look(mailbox);
    // Groups and lists take secrets and limits as well, but they are not ours.
    if (principal !== null && principal.type !== 'individual')
      throw new MailServerError('failed', `Stalwart has a ${principal.type} under that address`);
    return principal;
  }

  private async look(name: string): Promise<Principal | null> {
    const data = await this.unlessUnknown('GET', `/principal/${encodeURIComponent(name)}`);
    return data === null ? null : shapedPrincipal(data);
  }

  private async patch(name: string, changes: readonly FieldChange[]): Promise<void> {
    await this.must('PATCH', `/principal/${encodeURIComponent(name)}`, changes);
  }

  private async must(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if ('error' in answer) throw refusal(answer.error);
    return answer.data;
  }

  /** Answer to a request; null when Stalwart knows no such name. */
  private async unlessUnknown(method: 'GET' | 'DELETE', path: string): Promise<unknown> {
    const answer = await this.ask(method, path);
    if (!('error' in answer)) return answer.data ?? undefined;
    if (answer.error === 'notFound') return null;
    throw refusal(answer.error);
  }

  private async ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<z.output<typeof answerShape>> {
    const { url, authorization, timeoutMs = 8_000 } = this.options;
    const answer = answerShape.safeParse(
      await requestJson({ method, url: `${url}/api${path}`, authorization, body, timeoutMs }),
    );
    if (!answer.success) throw new MailServerError('failed', 'Stalwart answered in an unknown form');
    return answer.data;
  }
}

/** The domains of the addresses that an account does not have yet. */
function domainsOf({ mailbox, aliases }: MailAccount, present: Principal | null): Set<string> {
  const added = [mailbox, ...aliases].filter((address) => present?.emails.includes(address) !== true);
  return new Set(added.map((address) => splitAddress(address).domain));
}

function refusal(error: string): MailServerError {
  return new MailServerError('failed', `Stalwart refused: ${error.slice(0, 100)}`);
}
