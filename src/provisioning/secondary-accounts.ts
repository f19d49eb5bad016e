import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { checkCount } from './bounds/object-bounds.js';
import { cloudErrors } from './cloud-errors.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { checkAddresses, normaliseAddress } from './mail-addresses.js';
import {
  changedSettings,
  endpointSource,
  newSettings,
  type SecondaryAccountFields,
} from './secondary-account-fields.js';
import type { SecondaryAccount } from './secondary-account-repository.js';
import { UniqueConflictError, type Repositories } from './store.js';

/** OX: wire.md section 11, the group of all users of a context. */
const allUsersGroupId = 0;

/** Whose accounts a request is about: users, and members of groups, of one context. */
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
 * Gives every one of the users a foreign mailbox, or none of them. OX: wire.md section 11.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser; Storage when somebody has one with the address
 */
export async function createSecondaryAccounts(
  deps: ProvisioningDeps,
  holders: AccountHolders,
  account: NewSecondaryAccount | null,
  credentials: Credentials,
): Promise<void> {
  const contextId = await authorizeOnHolders(deps, holders, credentials, true);
  if (account === null) throw cloudErrors.accountDataMissing();
  const { primaryAddress, address } = parseAddress(account.primaryAddress);
  const endpoints = endpointSource(account.mailEndpointSource, account.fields);
  try {
    await deps.store.transaction(async (tx) => {
      const userIds = await resolveHolders(tx, contextId, holders);
      const users = await tx.users.findMany(contextId, await tx.users.lockExisting(contextId, userIds));
      const counts = await tx.secondaryAccounts.countByUser(contextId, userIds);
      for (const { id } of users) {
        const count = counts.get(id) ?? 0;
        checkCount(`secondary accounts of user ${id}`, deps.settings.maxSecondaryAccounts, count, count + 1);
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
    });
  } catch (error) {
    if (error instanceof UniqueConflictError && error.key === 'secondaryAccount')
      throw cloudErrors.secondaryAccountExists(primaryAddress, contextId);
    throw error;
  }
}

/**
 * Changes what the request sets in the accounts of that address.
 * @returns whether there was any
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function updateSecondaryAccounts(
  deps: ProvisioningDeps,
  holders: AccountHolders,
  primaryAddress: string | null | undefined,
  fields: SecondaryAccountFields | null,
  credentials: Credentials,
): Promise<boolean> {
  const contextId = await authorizeOnHolders(deps, holders, credentials, true);
  if (fields === null) throw cloudErrors.accountDataMissing();
  const { address } = parseAddress(primaryAddress);
  return deps.store.transaction(async (tx) => {
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
  deps: ProvisioningDeps,
  holders: AccountHolders,
  primaryAddress: string | null | undefined,
  credentials: Credentials,
): Promise<boolean> {
  const contextId = await authorizeOnHolders(deps, holders, credentials, true);
  const { address } = parseAddress(primaryAddress);
  return deps.store.transaction(async (tx) => {
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
  deps: ProvisioningDeps,
  holders: AccountHolders,
  credentials: Credentials,
): Promise<SecondaryAccount[]> {
  const contextId = await authorizeOnHolders(deps, holders, credentials, false);
  const named = holders.userIds.length + holders.groupIds.length > 0;
  const userIds = named ? await resolveHolders(deps.store, contextId, holders) : null;
  return deps.store.secondaryAccounts.list(contextId, userIds);
}

async function authorizeOnHolders(
  deps: ProvisioningDeps,
  { contextId, userIds, groupIds }: AccountHolders,
  credentials: Credentials,
  isSomebodyRequired: boolean,
): Promise<number> {
  if (contextId === null || contextId === undefined) throw errors.invalidContextObject();
  const { context } = await authorizeContextAdmin(deps, credentials, contextId, errors.noSuchContext);
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
    if (id === null || id === undefined) throw errors.groupNotIdentified();
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
