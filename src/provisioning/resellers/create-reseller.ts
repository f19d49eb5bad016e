import { authorizeProvider } from '../access/authorization.js';
import { accountOf } from '../access/login-account.js';
import { hashPassword, parsePasswordMechanism, showPasswordMechanism } from '../access/password-hashing.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { Reseller } from '../model/model.js';
import { checkResellerBounds } from '../installation/object-bounds.js';
import type { Repositories } from '../repositories/store.js';
import {
  checkResellerNameFree,
  reportingResellerNameTaken,
  changedSets,
  type ResellerFields,
} from './reseller-fields.js';
import { canCreateSubadmin, checkRestrictions, maxSubadmin, restrictionValue } from './restrictions.js';

/**
 * Creates a reseller: on the first level by the master admin, or below a reseller that may have children.
 * Checks come in the order of the source.
 * Source: docs/contract/resellers.md#1-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function createReseller(
  installation: Installation,
  fields: ResellerFields | null,
  credentials: Credentials,
): Promise<Reseller> {
  const provider = await authorizeProvider(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const creator = provider.kind === 'reseller' ? provider.reseller : null;
  if (creator !== null) await checkCreator(installation, creator, fields);
  const { name, displayName, password } = fields;
  if (name === undefined) throw errors.resellerNameMissing();
  await checkResellerNameFree(installation, installation.store.read, name);
  const mechanism = fields.passwordMech
    ? parsePasswordMechanism(fields.passwordMech)
    : installation.settings.defaultPasswordMechanism;
  if (!password?.trim()) throw errors.emptyResellerPassword();
  if (!name || !displayName)
    throw errors.mandatoryFieldsMissing([...(displayName ? [] : ['displayname']), ...(name ? [] : ['name'])]);
  const restrictions = checkRestrictions(fields.restrictions, 'Subadmin', installation.accessCombinations);
  const none = { capabilities: [], taxonomies: [], configuration: new Map<string, string>() };
  const sets = changedSets(none, fields);
  checkResellerBounds(installation.settings, none, sets);
  const draft: Omit<Reseller, 'id'> = {
    name,
    displayName,
    parentId: creator?.id ?? 0,
    passwordHash: await hashPassword(password, mechanism),
    passwordMech: showPasswordMechanism(mechanism),
    restrictions,
    ...sets,
  };
  // Failed logins of a former owner of the name do not count against the new one.
  await installation.store.loginAttempts.forgetFailures({ account: accountOf(name, null) });
  const made = await reportingResellerNameTaken(name, () =>
    installation.store.transaction(async (tx) => {
      if (creator !== null) await refuseFullParent(tx, creator.id);
      const reseller = { ...draft, id: await tx.resellers.takeNextId() };
      await tx.resellers.insert(reseller);
      return reseller;
    }),
  );
  installation.credentials.forgetRefusals?.();
  return made;
}

async function checkCreator(
  { store }: Installation,
  creator: Reseller,
  fields: ResellerFields,
): Promise<void> {
  await checkMayHaveChild(store.read, creator);
  if (fields.parentId !== undefined && fields.parentId !== creator.id) throw errors.subadminMayNotSetParent();
  if (fields.restrictions.length > 0) throw errors.subadminMayNotSetRestrictions();
}

/** The parent is locked first, so that concurrent creates cannot pass the limit together. */
async function refuseFullParent({ resellers }: Repositories, parentId: number): Promise<void> {
  const seen = await resellers.find(parentId);
  const isLimited = seen !== null && restrictionValue(seen, maxSubadmin) !== undefined;
  const parent = await (isLimited ? resellers.lock(parentId) : resellers.hold(parentId));
  if (parent === null) throw errors.resellerAuthenticationFailed();
  await checkMayHaveChild({ resellers }, parent);
}

async function checkMayHaveChild(
  { resellers }: Pick<Repositories, 'resellers'>,
  parent: Reseller,
): Promise<void> {
  if (parent.parentId !== 0 || restrictionValue(parent, canCreateSubadmin)?.toLowerCase() !== 'true')
    throw errors.mayNotCreateSubadmins(parent.name);
  const max = restrictionValue(parent, maxSubadmin);
  if (max !== undefined && (await resellers.countChildren(parent.id)) >= Number(max))
    throw errors.maxSubadminsReached(Number(max));
}
