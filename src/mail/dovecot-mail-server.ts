import { doveadmExit, type Doveadm, type DoveadmAnswer, type DoveadmCall } from './doveadm.js';
import { MailServerError, usageOf, type MailServer, type MailboxUsage } from './mail-server.js';

export interface DovecotOptions {
  readonly doveadm: Doveadm;
  /** True when Dovecot caches look-ups (`auth_cache_size`), and the cache must be flushed. */
  readonly hasAuthCache: boolean;
}

/**
 * Dovecot 2.3 and 2.4, which looks up limits, passwords and rights in our views at every login and delivery.
 * It writes usage itself (quota_clone); Oxbow only ends sessions and recounts. Oxbow never touches mail
 * files.
 */
export class DovecotMailServer implements MailServer {
  private readonly doveadm: Doveadm;
  private readonly hasAuthCache: boolean;

  constructor({ doveadm, hasAuthCache }: DovecotOptions) {
    this.doveadm = doveadm;
    this.hasAuthCache = hasAuthCache;
  }

  /** Nothing: the limit is a column of the view. */
  applyLimit(): Promise<void> {
    return Promise.resolve();
  }

  /** The sum of virtual sizes (CRLF counted), which is to the byte what Dovecot's count driver enforces. */
  async readUsage(mailbox: string): Promise<MailboxUsage | null> {
    const answer = await this.doveadm.run(usageCall(mailbox));
    if (answer.exitCode === doveadmExit.noUser) return null;
    const row = rowsOf(answer, 'mailbox status')[0];
    return usageOf('doveadm', { bytes: row?.['vsize'], messages: row?.['messages'] });
  }

  /** Dovecot's own `quota recalc`; it does not refresh what quota_clone wrote. */
  async recalculate(mailbox: string): Promise<void> {
    const answer = await this.doveadm.run(recalcCall(mailbox));
    if (answer.exitCode !== doveadmExit.noUser) rowsOf(answer, 'quota recalc');
  }

  async dropSessions(mailbox: string): Promise<void> {
    if (this.hasAuthCache) rowsOf(await this.doveadm.run(await this.flushCall(mailbox)), 'auth cache flush');
    const answer = await this.doveadm.run(kickCall(mailbox));
    if (answer.exitCode !== doveadmExit.notFound) rowsOf(answer, 'kick');
  }

  /** The rows are gone, so nobody can log in; the mail files are the operator's. */
  remove(mailbox: string): Promise<void> {
    return this.dropSessions(mailbox);
  }

  /** 2.4.3 calls users `userMask`, everything before it `user`. */
  private async flushCall(mailbox: string): Promise<DoveadmCall> {
    const known = (await this.doveadm.parametersOf('authCacheFlush')) ?? [];
    const name = known.includes('userMask') ? 'userMask' : 'user';
    return {
      method: 'authCacheFlush',
      parameters: { [name]: [mailbox] },
      args: ['auth', 'cache', 'flush', '--', mailbox],
    };
  }
}

function usageCall(user: string): DoveadmCall {
  return {
    method: 'mailboxStatus',
    parameters: { user, mailboxMask: ['*'], field: ['messages', 'vsize'], totalSum: true },
    args: ['mailbox', 'status', '-u', user, '-t', 'messages vsize', '*'],
  };
}

function recalcCall(user: string): DoveadmCall {
  return { method: 'quotaRecalc', parameters: { user }, args: ['quota', 'recalc', '-u', user] };
}

/**
 * One name per command, since Dovecot refuses several. It takes a name for a pattern without escapes, so `*`
 * becomes `?`. At worst that ends sessions of a user whose name differs in that character.
 */
function kickCall(user: string): DoveadmCall {
  const mask = user.replaceAll('*', '?');
  return { method: 'kick', parameters: { mask: [mask] }, args: ['kick', '--', mask] };
}

function rowsOf(answer: DoveadmAnswer, what: string): readonly Readonly<Record<string, string>>[] {
  if (answer.rows !== null) return answer.rows;
  const failure = answer.exitCode === doveadmExit.temporaryFailure ? 'unreachable' : 'failed';
  throw new MailServerError(failure, `doveadm ${what} ended with code ${answer.exitCode}`);
}
