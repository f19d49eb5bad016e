import {
  accountFolders,
  type SecondaryAccount,
} from '../provisioning/repositories/secondary-account-repository.js';
import type { EndpointFields, SecondaryAccountFields } from '../provisioning/users/secondary-accounts.js';
import type { Account, AccountDataOnCreate, AccountDataUpdate } from './generated/types.js';
import { set } from './wire-values.js';

/**
 * Secondary account fields of a request. Passwords are dropped on purpose, since a groupware would need them
 * stored in clear.
 */
export function secondaryAccountFields(data: AccountDataUpdate): SecondaryAccountFields {
  const folders = Object.fromEntries(accountFolders.map((name) => [name, set(data[name])]));
  return {
    ...folders,
    login: set(data.login),
    name: set(data.name),
    personal: set(data.personal),
    replyTo: set(data.replyTo),
    transportLogin: set(data.transportLogin),
    mail: endpointFields(data, 'mail'),
    transport: endpointFields(data, 'transport'),
  };
}

/** The same of a new one, whose type only has more members. */
export function newSecondaryAccount(data: AccountDataOnCreate) {
  return {
    primaryAddress: data.primaryAddress,
    mailEndpointSource: set(data.mailEndpointSource),
    fields: secondaryAccountFields(data),
  };
}

/** A foreign mailbox as `list` answers it: without passwords, since there are none. */
export function showSecondaryAccount({ contextId, userId, id, settings }: SecondaryAccount): Account {
  const { mail, transport, ...texts } = settings;
  return {
    contextId,
    userId,
    id,
    ...texts,
    mailServer: mail.server,
    mailPort: mail.port,
    mailProtocol: mail.protocol,
    mailSecure: mail.secure,
    mailStartTls: mail.startTls,
    transportServer: transport.server,
    transportPort: transport.port,
    transportProtocol: transport.protocol,
    transportSecure: transport.secure,
    transportStartTls: transport.startTls,
  };
}

function endpointFields(data: AccountDataUpdate, side: 'mail' | 'transport'): EndpointFields {
  return {
    server: set(data[`${side}Server`]),
    port: set(data[`${side}Port`]),
    protocol: set(data[`${side}Protocol`]),
    secure: set(data[`${side}Secure`]),
    startTls: set(data[`${side}StartTls`]),
  };
}
