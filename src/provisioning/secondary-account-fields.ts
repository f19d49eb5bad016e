import { definedOnly } from '../util/defined-only.js';
import { cloudErrors } from './cloud-errors.js';
import type { User } from './model.js';
import type { AccountEndpoint, SecondaryAccountSettings } from './secondary-account-repository.js';

/** What a request says of a foreign mailbox; absent = says nothing. Passwords do not get this far. */
export type SecondaryAccountFields = {
  readonly [key in keyof Omit<SecondaryAccountSettings, 'mail' | 'transport' | 'primaryAddress'>]?:
    string | undefined;
} & {
  readonly mail: EndpointFields;
  readonly transport: EndpointFields;
};

export type EndpointFields = { readonly [key in keyof AccountEndpoint]?: AccountEndpoint[key] | undefined };

const unsaid: AccountEndpoint = { server: null, port: null, protocol: null, secure: null, startTls: null };
const localhost = { server: 'localhost', secure: false, startTls: true };

/** Where the end points of a new account come from; makes them for one user. */
export type EndpointSource = (
  user: Pick<User, 'imap' | 'smtp'>,
) => Pick<SecondaryAccountSettings, 'mail' | 'transport'>;

/**
 * What `mailEndpointSource` stands for; it governs transport, too. OX: wire.md section 11, in any letter case, and what is empty or
 * unknown counts as `none`.
 * @throws ProvisioningError Storage when the account's own mail server is needed and missing
 */
export function endpointSource(name: string | undefined, fields: SecondaryAccountFields): EndpointSource {
  switch (name?.trim().toLowerCase()) {
    case 'primary':
      return ({ imap, smtp }) => ({ mail: endpointOf(imap), transport: endpointOf(smtp) });
    case 'localhost':
      return () => ({
        mail: { ...localhost, port: 143, protocol: 'imap' },
        transport: { ...localhost, port: 25, protocol: 'smtp' },
      });
    default:
      if (!fields.mail.server?.trim()) throw cloudErrors.mailServerMissing();
      return () => mergeEndpoints({ mail: unsaid, transport: unsaid }, fields);
  }
}

/** A new account's settings; login and name are the address unless they are given. */
export function newSettings(
  primaryAddress: string,
  fields: SecondaryAccountFields,
  endpoints: Pick<SecondaryAccountSettings, 'mail' | 'transport'>,
): SecondaryAccountSettings {
  const empty: SecondaryAccountSettings = {
    primaryAddress,
    login: primaryAddress,
    name: primaryAddress,
    personal: null,
    replyTo: null,
    transportLogin: null,
    archiveFullname: null,
    draftsFullname: null,
    sentFullname: null,
    spamFullname: null,
    trashFullname: null,
    confirmedSpamFullname: null,
    confirmedHamFullname: null,
    ...endpoints,
  };
  return { ...empty, ...definedOnly(fields), ...endpoints };
}

/** The settings with what a change says. */
export function changedSettings(
  settings: SecondaryAccountSettings,
  fields: SecondaryAccountFields,
): SecondaryAccountSettings {
  return { ...settings, ...definedOnly(fields), ...mergeEndpoints(settings, fields) };
}

function mergeEndpoints(
  present: Pick<SecondaryAccountSettings, 'mail' | 'transport'>,
  fields: SecondaryAccountFields,
): Pick<SecondaryAccountSettings, 'mail' | 'transport'> {
  return {
    mail: { ...present.mail, ...definedOnly(fields.mail) },
    transport: { ...present.transport, ...definedOnly(fields.transport) },
  };
}

/** `imaps://host` is imap with TLS from the first byte. */
function endpointOf({ schema, host, port }: User['imap']): AccountEndpoint {
  const scheme = schema.replace('://', '').toLowerCase();
  const secure = scheme.endsWith('s');
  return { server: host, port, protocol: secure ? scheme.slice(0, -1) : scheme, secure, startTls: false };
}
