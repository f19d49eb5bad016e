import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { checkAddresses, normaliseAddress } from '../addresses/mail-addresses.js';
import { cloudErrors } from '../errors/cloud-errors.js';
import { groupErrors } from '../errors/group-errors.js';
import { errors } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { checkCount } from '../installation/object-bounds.js';
import type {
  AccountEndpoint,
  SecondaryAccount,
  SecondaryAccountSettings,
} from '../repositories/secondary-account-repository.js';
import type { Repositories } from '../repositories/store.js';

/** The group of all users of a context. Source: docs/contract/secondary-accounts.md#1. */
const allUsersGroupId = 0;

/** Holders of secondary accounts: users, and members of groups, of one context. */
export interface AccountHolders {
  readonly contextId: number | null | undefined;
  readonly userIds: readonly (number | null | undefined)[];
  readonly groupIds: readonly (number | null | undefined)[];
}

/** A new account as the request has it. */
export interface NewSecondaryAccount {
  readonly primaryAddress: string | null | undefined;
  /** `primary`, `localhost` or `none`. */
  readonly mailEndpointSource: string | undefined;
  readonly fields: SecondaryAccountFields;
}

/**
 * Gives every one of the users a foreign mailbox, or none of them.
 * Source: docs/contract/secondary-accounts.md#1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser; Storage when somebody has one with the address
 */
export async function createSecondaryAccounts(
  installation: Installation,
  holders: AccountHolders,
  account: NewSecondaryAccount | null,
  credentials: Credentials,
): Promise<void> {
  const contextId = await authorizeOnHolders(installation, holders, credentials, true);
  if (account === null) throw cloudErrors.accountDataMissing();
  const { primaryAddress, address } = parseAddress(account.primaryAddress);
  const endpoints = endpointSource(account.mailEndpointSource, account.fields);
  const taken = () => cloudErrors.secondaryAccountExists(primaryAddress, contextId);
  await reportingConflicts({ secondaryAccount: taken }, () =>
    installation.store.transaction(async (tx) => {
      const userIds = await resolveHolders(tx, contextId, holders);
      const users = await tx.users.findMany(contextId, await tx.users.lockExisting(contextId, userIds));
      const counts = await tx.secondaryAccounts.countByUser(contextId, userIds);
      for (const { id } of users) {
        const count = counts.get(id) ?? 0;
        checkCount(
          `secondary accounts of user ${id}`,
          installation.settings.maxSecondaryAccounts,
          count,
          count + 1,
        );
      }
      const firstId = await tx.secondaryAccounts.takeIds(users.length);
      await tx.secondaryAccounts.insert(
        users.map((user, index) => ({
          contextId,
          userId: user.id,
          id: firstId + index,
          address,
          settings: newSettings(primaryAddress, account.fields, endpoints(user)),
        })),
      );
    }),
  );
}

/**
 * Changes what the request sets in the accounts of that address.
 * @returns whether there was any
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function updateSecondaryAccounts(
  installation: Installation,
  holders: AccountHolders,
  primaryAddress: string | null | undefined,
  fields: SecondaryAccountFields | null,
  credentials: Credentials,
): Promise<boolean> {
  const contextId = await authorizeOnHolders(installation, holders, credentials, true);
  if (fields === null) throw cloudErrors.accountDataMissing();
  const { address } = parseAddress(primaryAddress);
  return installation.store.transaction(async (tx) => {
    const userIds = await resolveHolders(tx, contextId, holders);
    const found = await tx.secondaryAccounts.lockByAddress(contextId, address, userIds);
    for (const account of found)
      await tx.secondaryAccounts.update({ ...account, settings: changedSettings(account.settings, fields) });
    return found.length > 0;
  });
}

/**
 * Deletes the accounts of that address.
 * @returns whether there was any
 * @throws ProvisioningError as updateSecondaryAccounts
 */
export async function deleteSecondaryAccounts(
  installation: Installation,
  holders: AccountHolders,
  primaryAddress: string | null | undefined,
  credentials: Credentials,
): Promise<boolean> {
  const contextId = await authorizeOnHolders(installation, holders, credentials, true);
  const { address } = parseAddress(primaryAddress);
  return installation.store.transaction(async (tx) => {
    const userIds = await resolveHolders(tx, contextId, holders);
    const found = await tx.secondaryAccounts.lockByAddress(contextId, address, userIds);
    await tx.secondaryAccounts.delete(
      contextId,
      found.map(({ id }) => id),
    );
    return found.length > 0;
  });
}

/**
 * The accounts of the users, of everybody in the context if the request names nobody.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function listSecondaryAccounts(
  installation: Installation,
  holders: AccountHolders,
  credentials: Credentials,
): Promise<SecondaryAccount[]> {
  const contextId = await authorizeOnHolders(installation, holders, credentials, false);
  const named = holders.userIds.length + holders.groupIds.length > 0;
  const userIds = named ? await resolveHolders(installation.store.read, contextId, holders) : null;
  return installation.store.read.secondaryAccounts.list(contextId, userIds);
}

async function authorizeOnHolders(
  installation: Installation,
  { contextId, userIds, groupIds }: AccountHolders,
  credentials: Credentials,
  isSomebodyRequired: boolean,
): Promise<number> {
  if (contextId === null || contextId === undefined) throw errors.invalidContextObject();
  const { context } = await authorizeContextAdmin(installation, credentials, contextId, errors.noSuchContext);
  if (isSomebodyRequired && userIds.length + groupIds.length === 0) throw cloudErrors.noAccountHolders();
  return context.id;
}

/** The ids of all that are meant, ascending. OX: an unknown group is reported as an unknown user. */
async function resolveHolders(
  { users, groups }: Pick<Repositories, 'users' | 'groups'>,
  contextId: number,
  { userIds, groupIds }: AccountHolders,
): Promise<number[]> {
  const found = new Set<number>();
  for (const id of userIds) {
    if (id === null || id === undefined) throw errors.userNotIdentified();
    found.add(id);
  }
  const existing = new Set((await users.findMany(contextId, [...found])).map(({ id }) => id));
  for (const id of found) if (!existing.has(id)) throw errors.noSuchUser(id, contextId);
  for (const id of groupIds) {
    if (id === null || id === undefined) throw groupErrors.groupNotIdentified();
    const members = id === allUsersGroupId ? await allUserIds(users, contextId) : null;
    const memberIds = members ?? (await groups.find(contextId, id))?.memberIds;
    if (memberIds === undefined) throw cloudErrors.noSuchAccountGroup(id, contextId);
    for (const memberId of memberIds) found.add(memberId);
  }
  return [...found].sort((a, b) => a - b);
}

function allUserIds(users: Repositories['users'], contextId: number): Promise<number[]> {
  return users.search(contextId, { pattern: '*', ignoreCase: false, length: null, offset: 0 });
}

function parseAddress(text: string | null | undefined): { primaryAddress: string; address: string } {
  const primaryAddress = text?.trim() ?? '';
  if (primaryAddress === '') throw cloudErrors.primaryAddressMissing();
  checkAddresses([primaryAddress]);
  return { primaryAddress, address: normaliseAddress(primaryAddress) };
}

/** Secondary account fields of a request; absent members are ignored. Passwords are dropped before. */
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

/** Source of a new account's endpoints, for one user. */
export type EndpointSource = (
  user: Pick<User, 'imap' | 'smtp'>,
) => Pick<SecondaryAccountSettings, 'mail' | 'transport'>;

/**
 * Endpoint source by `mailEndpointSource`, which governs transport, too. Case is ignored, and empty or
 * unknown names count as `none`.
 * Source: docs/contract/secondary-accounts.md#2.
 * @throws ProvisioningError Storage when the account's own mail server is needed and missing
 */
function endpointSource(name: string | undefined, fields: SecondaryAccountFields): EndpointSource {
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
function newSettings(
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
function changedSettings(
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
