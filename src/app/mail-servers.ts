import { createMailServer } from '../mail/create-mail-server.js';
import type { MailServer } from '../mail/mail-server.js';
import { SessionDropper } from '../mail/session-dropper.js';
import { describeError, type Logger } from '../observe/logging.js';
import type { Store } from '../provisioning/repositories/store.js';
import { type Config, ConfigError } from '../settings/read-config.js';

/** The mail server of the settings, if there is one. @throws ConfigError naming what is missing */
export function chooseMailServer(config: Config): MailServer | null {
  return configured(() => createMailServer(config));
}

/** Runs a constructor on settings. @throws ConfigError with the text of what `create` throws */
export function configured<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : 'MAIL_SERVER cannot be used');
  }
}

/** Refuses a webhook that could not be signed. @throws ConfigError */
export function checkWebhook({ webhookUrl, webhookSecret }: Config): void {
  if (webhookUrl !== null && webhookSecret === null)
    throw new ConfigError('WEBHOOK_URL needs WEBHOOK_SECRET');
}

/** Dropper of mail sessions, which logs what it did and forgets usage without an owner. */
export function sessionDropper(server: MailServer, store: Store, logger: Logger): SessionDropper {
  return new SessionDropper({
    server,
    forgetUsage: (mailboxes) =>
      store.transaction(async ({ usage }) => {
        await usage.forgetUnusedMail(mailboxes);
      }),
    onDropped: (mailbox) => logger.debug('mail sessions ended', { mailbox }),
    onFailure: (mailbox, error) =>
      logger.warn('mail sessions not ended', { mailbox, error: describeError(error) }),
  });
}
