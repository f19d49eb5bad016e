import { DoveadmClient } from './doveadm-client.js';
import { DoveadmCommand } from './doveadm-command.js';
import type { Doveadm } from './doveadm.js';
import { DovecotMailServer } from './dovecot-mail-server.js';
import type { AccountServer, MailServer } from './mail-server.js';
import { StalwartJmapMailServer } from './stalwart-jmap-mail-server.js';
import { StalwartRestMailServer } from './stalwart-rest-mail-server.js';

/** The settings that say which mail server there is; the names are those of the configuration. */
export interface MailServerSettings {
  readonly mailServer: string;
  readonly doveadmUrl: string | null;
  readonly doveadmApiKey: string | null;
  readonly doveadmCommand: readonly [string, ...string[]] | null;
  readonly dovecotAuthCache: boolean;
  readonly stalwartUrl: string | null;
  readonly stalwartToken: string | null;
  readonly stalwartCredentials: boolean;
}

/**
 * The mail server of the settings, null: none is told of anything.
 * @throws Error saying which setting is missing
 */
export function createMailServer(settings: MailServerSettings): MailServer | null {
  if (settings.mailServer !== 'dovecot') return createAccountServer(settings);
  return new DovecotMailServer({ doveadm: chooseDoveadm(settings), hasAuthCache: settings.dovecotAuthCache });
}

/**
 * The mail server of the settings if it must be told of every change, else null.
 * @throws Error saying which setting is missing
 */
export function createAccountServer(settings: MailServerSettings): AccountServer | null {
  const { mailServer, stalwartUrl, stalwartToken, stalwartCredentials: pushesCredentials } = settings;
  if (!mailServer.startsWith('stalwart-')) return null;
  if (stalwartUrl === null || stalwartToken === null)
    throw new Error(`MAIL_SERVER=${mailServer} needs STALWART_URL and STALWART_TOKEN`);
  const options = { url: stalwartUrl, authorization: `Bearer ${stalwartToken}`, pushesCredentials };
  return mailServer === 'stalwart-0.15'
    ? new StalwartRestMailServer(options)
    : new StalwartJmapMailServer(options);
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
