import type { NameHolders } from './names.js';
import { claimsOf, claimsToCheck } from './names.js';
import type { TakenNames, WantedNames } from './access-repository.js';
import { canonicalLogin } from './authorization.js';
import type { ProvisioningDeps } from './deps.js';
import { mailboxAddresses, uniqueAddresses, withAddress } from './mail-addresses.js';
import { domainsOf } from './mail-domains.js';
import { mailboxOf } from './session-changes.js';
import type { UserFields } from './user-fields.js';

/** Who has more aliases than this is asked about them one by one. */
const maxNames = 20;

/** The addresses of a new user. OX: semantics 1.3, on create the set is completed; clients need not send aliases at all. */
export function completeAddresses(
  fields: Pick<UserFields, 'aliases' | 'defaultSenderAddress'>,
  primaryEmail: string,
): { readonly defaultSenderAddress: string; readonly aliases: string[] } {
  const defaultSenderAddress = fields.defaultSenderAddress || primaryEmail;
  const withPrimary = withAddress(uniqueAddresses(fields.aliases), primaryEmail, 'first');
  return { defaultSenderAddress, aliases: withAddress(withPrimary, defaultSenderAddress, 'last') };
}

/** The names that a new user would take, null where a request says too little or too much of them. Nothing is checked. */
export function wantedNames(
  deps: Pick<ProvisioningDeps, 'settings'>,
  contextId: number,
  fields: UserFields | null,
): WantedNames | null {
  if (!fields?.login || !fields.displayName || !fields.primaryEmail) return null;
  if (fields.aliases.length > maxNames) return null;
  const { displayName, primaryEmail } = fields;
  const { aliases } = completeAddresses(fields, primaryEmail);
  const login = canonicalLogin(deps, fields.login);
  const user = { contextId, isContextAdmin: false, login, displayName, primaryEmail, aliases };
  const { displayName: claimed } = claimsOf(deps.settings, user);
  const claims = { displayName: claimed, mail: claimsToCheck(deps.settings, user) };
  return { login, claims, domains: domainsOf(mailboxAddresses(user)), mailbox: mailboxOf(user) };
}

/** Names that were looked up, as who asks the store for them one by one sees them. */
export function lookedUp(taken: TakenNames): NameHolders {
  return {
    findDisplayNameHolder: () => Promise.resolve(taken.displayNameHolder),
    findMailHolder: (claim) => Promise.resolve(taken.mailHolder(claim)),
    // Whose it is, nobody asks.
    findIdByLogin: () => Promise.resolve(taken.isLoginTaken ? 0 : null),
  };
}
