import { z } from 'zod';
import type { MailAccount } from '../provisioning/mail-account-repository.js';
import { secretOf, splitAddress, type AccountServer } from './account-server.js';
import { MailServerError, type MailboxUsage } from './mail-server.js';
import { requestJson } from './request-json.js';
import type { StalwartOptions } from './stalwart-jmap-mail-server.js';

/** Errors come with HTTP status 200, too. */
const answerShape = z.union([z.object({ data: z.unknown() }), z.object({ error: z.string() })]);
const principalShape = z.object({ name: z.string(), usedQuota: z.number().int().optional() });

type Principal = z.output<typeof principalShape>;

/** One step of a PATCH; a limit of '' is none. */
interface FieldChange {
  readonly action: 'set';
  readonly field: 'name' | 'emails' | 'secrets' | 'quota';
  readonly value: string | number | readonly string[];
}

/** Stalwart 0.15 and older: the REST management API (mailservers.md B3). Accounts are named by their whole address. */
export class StalwartRestMailServer implements AccountServer {
  constructor(private readonly options: StalwartOptions) {}

  async applyAccount(account: MailAccount, formerNames: readonly string[]): Promise<void> {
    const present = await this.findFirst([account.mailbox, ...formerNames]);
    const emails = [account.mailbox, ...account.aliases];
    const secret = secretOf(account);
    const secrets = secret === null ? [] : [secret];
    if (present === null) {
      await this.ensureDomain(splitAddress(account.mailbox).domain);
      await this.must('POST', '/principal', {
        type: 'individual',
        name: account.mailbox,
        emails,
        ...(this.options.pushesCredentials ? { secrets } : {}),
        ...(account.limitBytes === null ? {} : { quota: account.limitBytes }),
        roles: ['user'],
      });
      return;
    }
    await this.patch(present.name, [
      ...(present.name === account.mailbox ? [] : [set('name', account.mailbox)]),
      set('emails', emails),
      ...(this.options.pushesCredentials ? [set('secrets', secrets)] : []),
      set('quota', account.limitBytes ?? ''),
    ]);
  }

  applyLimit(mailbox: string, limitBytes: number | null): Promise<void> {
    return this.patch(mailbox, [set('quota', limitBytes ?? '')]);
  }

  /** This generation's tenants cannot be told through what is known of its API. */
  applyTenant(): Promise<void> {
    return Promise.resolve();
  }

  /** Of everything that the account holds; Stalwart does not count messages apart. */
  async readUsage(mailbox: string): Promise<MailboxUsage | null> {
    const principal = await this.find(mailbox);
    return principal === null ? null : { bytes: principal.usedQuota ?? 0, messages: 0 };
  }

  async recalculate(mailbox: string): Promise<void> {
    await this.unlessUnknown('DELETE', `/store/quota/${encodeURIComponent(mailbox)}`);
  }

  /** What is written is in force at once. */
  dropSessions(): Promise<void> {
    return Promise.resolve();
  }

  async remove(mailbox: string): Promise<void> {
    await this.unlessUnknown('DELETE', `/principal/${encodeURIComponent(mailbox)}`);
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
    const data = await this.unlessUnknown('GET', `/principal/${encodeURIComponent(mailbox)}`);
    if (data === null) return null;
    const principal = principalShape.safeParse(data);
    if (!principal.success)
      throw new MailServerError('failed', 'Stalwart described an account in an unknown form');
    return principal.data;
  }

  private async patch(name: string, changes: readonly FieldChange[]): Promise<void> {
    await this.must('PATCH', `/principal/${encodeURIComponent(name)}`, changes);
  }

  private async must(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
    const answer = await this.ask(method, path, body);
    if ('error' in answer) throw refusal(answer.error);
  }

  /** What was asked for; null when Stalwart has nothing of that name. */
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

function set(field: FieldChange['field'], value: FieldChange['value']): FieldChange {
  return { action: 'set', field, value };
}

function refusal(error: string): MailServerError {
  return new MailServerError('failed', `Stalwart refused: ${error.slice(0, 100)}`);
}
