import { DoveadmClient } from './doveadm-client.js';
import { DoveadmCommand } from './doveadm-command.js';
import type { Doveadm } from './doveadm.js';
import { DovecotMailServer } from './dovecot-mail-server.js';
import type { MailServer } from './mail-server.js';

/** The settings that say which mail server there is; the names are those of the configuration. */
export interface MailServerSettings {
  readonly mailServer: string;
  readonly doveadmUrl: string | null;
  readonly doveadmApiKey: string | null;
  readonly doveadmCommand: readonly [string, ...string[]] | null;
  readonly dovecotAuthCache: boolean;
}

/**
 * The mail server of the settings, null: none is told of anything.
 * @throws Error saying which setting is missing
 */
export function createMailServer(settings: MailServerSettings): MailServer | null {
  if (settings.mailServer !== 'dovecot') return null;
  return new DovecotMailServer({ doveadm: chooseDoveadm(settings), hasAuthCache: settings.dovecotAuthCache });
}

function chooseDoveadm({ doveadmUrl, doveadmApiKey, doveadmCommand }: MailServerSettings): Doveadm {
  if (doveadmUrl !== null && doveadmCommand !== null)
    throw new Error('DOVEADM_URL and DOVEADM_COMMAND are both set: choose one');
  if (doveadmCommand !== null) return new DoveadmCommand({ command: doveadmCommand });
  if (doveadmUrl === null)
    throw new Error('MAIL_SERVER=dovecot needs DOVEADM_URL and DOVEADM_API_KEY, or DOVEADM_COMMAND');
  if (doveadmApiKey === null) throw new Error('DOVEADM_URL needs DOVEADM_API_KEY');
  return new DoveadmClient({ url: doveadmUrl, apiKey: doveadmApiKey });
}
