import { readFigure } from '../util/foreign-figure.js';

/** What a mailbox holds, as its mail server counts it. */
export interface MailboxUsage {
  readonly bytes: number;
  readonly messages: number;
  /** The server said a number below 0, with its sign or without. */
  readonly isNegative?: boolean;
}

/**
 * The one mail server behind the installation. A mailbox is named as in the store: the lower-cased primary address of its user. Every
 * wait is bounded, and no method is ever called inside of a database transaction.
 */
export interface MailServer {
  /**
   * Tells the server how much mail a mailbox may hold, null = no limit. A server that reads our database does nothing here.
   * @throws MailServerError
   */
  applyLimit(mailbox: string, limitBytes: number | null): Promise<void>;
  /**
   * What a mailbox really holds; null when the server does not know it.
   * @throws MailServerError
   */
  readUsage(mailbox: string): Promise<MailboxUsage | null>;
  /**
   * Lets the server count a mailbox anew; no error when it does not know it.
   * @throws MailServerError
   */
  recalculate(mailbox: string): Promise<void>;
  /**
   * Ends the open sessions of a mailbox, so that the next one meets the present limit, password and rights. None open is no error.
   * @throws MailServerError
   */
  dropSessions(mailbox: string): Promise<void>;
  /**
   * Takes a mailbox away whose user is deleted; no error when it is not there.
   * @throws MailServerError
   */
  remove(mailbox: string): Promise<void>;
}

/** What went wrong, for whoever decides about a repetition. */
export type MailServerFailure =
  /** No complete answer in time, or a temporary refusal: it may work later. */
  | 'unreachable'
  /** Our credentials were refused. */
  | 'refused'
  /** The server answered that it could not, or something that cannot be understood. */
  | 'failed';

/** A mail server did not do what was asked. The message holds no credential. */
export class MailServerError extends Error {
  override readonly name = 'MailServerError';

  constructor(
    readonly failure: MailServerFailure,
    message: string,
  ) {
    super(message);
  }
}

/** The server answered as usage what is no count. */
export class UnreadableUsageError extends MailServerError {
  constructor(server: string) {
    super('failed', `${server} answered a usage that is no count`);
  }
}

/** @throws UnreadableUsageError */
export function usageOf(server: string, given: { bytes: unknown; messages: unknown }): MailboxUsage {
  const [bytes, messages] = [readFigure(given.bytes), readFigure(given.messages)];
  if (bytes.value === null || messages.value === null) throw new UnreadableUsageError(server);
  const usage = { bytes: bytes.value, messages: messages.value };
  return bytes.fault === null && messages.fault === null ? usage : { ...usage, isNegative: true };
}
