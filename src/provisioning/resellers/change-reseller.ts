import { definedOnly } from '../../util/defined-only.js';
import { authorizeProvider, type Provider } from '../access/authorization.js';
import { hashPassword, parsePasswordMechanism, showPasswordMechanism } from '../access/password-hashing.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials, PasswordMechanism } from '../model/credentials.js';
import type { Reseller } from '../model/model.js';
import { checkResellerBounds } from '../installation/object-bounds.js';
import { refreshUnifiedFlagsOfReseller, touchesUnifiedOfReseller } from '../quota/unified-flags.js';
import type { ResellerChanges } from '../repositories/reseller-repository.js';
import type { Repositories } from '../repositories/store.js';
import { findReseller, shownReseller } from './read-resellers.js';
import {
  checkParent,
  checkResellerNameFree,
  reportingResellerNameTaken,
  changedSets,
  type ResellerFields,
} from './reseller-fields.js';
import { changedRestrictions, checkRestrictions } from './restrictions.js';

/**
 * Changes the sent fields of a reseller; sent restrictions replace the present ones, unless unchanged from
 * getData. The change is based on the reseller under lock, not as it was before the slow hash.
 * Source: docs/contract/resellers.md#1-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage, Reseller
 */
export async function changeReseller(
  installation: Installation,
  fields: ResellerFields | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  if (!fields.id && !fields.name) throw errors.resellerNotIdentified();
  const seen = await findReseller(installation, fields);
  if (seen === null && provider.kind === 'master')
    throw fields.id
      ? errors.noSuchResellerToChange(fields.name)
      : errors.noSuchResellerNameOnChange(fields.name ?? '');
  if (seen === null) throw errors.resellerAuthenticationFailed();
  const { newPassword } = await planChange(installation, installation.store.read, provider, seen, fields);
  const password =
    newPassword === null
      ? {}
      : { passwordHash: await hashPassword(newPassword.password, newPassword.mechanism) };
  await reportingResellerNameTaken(fields.name ?? seen.name, () =>
    installation.store.transaction(async (tx) => {
      const present = await tx.resellers.lock(seen.id);
      if (present === null) throw errors.noSuchReseller(seen.id);
      const { changes } = await planChange(installation, tx, provider, present, fields);
      if (changes.parentId !== undefined && changes.parentId !== 0)
        await checkNewParent(tx, seen.id, changes.parentId);
      await update(installation, tx, present, { ...changes, ...password, ...changedSets(present, fields) });
    }),
  );
}

interface NewPassword {
  readonly password: string;
  readonly mechanism: PasswordMechanism;
}

/** Plan of a reseller change, without the password hash and the sets. */
async function planChange(
  installation: Installation,
  store: Pick<Repositories, 'resellers'>,
  provider: Provider,
  reseller: Reseller,
  fields: ResellerFields,
): Promise<{ readonly changes: ResellerChanges; readonly newPassword: NewPassword | null }> {
  if (provider.kind === 'reseller' && reseller.parentId !== provider.reseller.id)
    throw errors.resellerAuthenticationFailed();
  const place = await changedPlace(installation, store, provider, reseller, fields);
  const name = fields.name && fields.name !== reseller.name ? fields.name : undefined;
  if (name !== undefined) await checkResellerNameFree(installation, store, name, reseller.id);
  const newPassword = changedPassword(installation, reseller, fields);
  const passwordMech = newPassword === null ? undefined : showPasswordMechanism(newPassword.mechanism);
  return {
    changes: {
      ...definedOnly({ name, displayName: fields.displayName || undefined, passwordMech }),
      ...place,
    },
    newPassword,
  };
}

/**
 * Changes capabilities, configuration and taxonomies of the caller's own record, for the master admin of anybody's. Other members may be
 * sent as they are shown.
 * Source: docs/contract/resellers.md#1-1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Reseller
 */
export async function changeOwnReseller(
  installation: Installation,
  fields: ResellerFields | null,
  credentials: Credentials,
): Promise<void> {
  const provider = await authorizeProvider(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const own = await ownRecord(installation, provider, fields);
  await refuseOtherMembers(installation, own, fields);
  await installation.store.transaction(async (tx) => {
    const present = await tx.resellers.lock(own.id);
    if (present === null) throw errors.noSuchReseller(own.id);
    await update(installation, tx, present, changedSets(present, fields));
  });
}

async function update(
  installation: Installation,
  tx: Repositories,
  present: Reseller,
  changes: ResellerChanges,
): Promise<void> {
  checkResellerBounds(installation.settings, present, { ...present, ...changes });
  await tx.resellers.update(present.id, changes);
  if (touchesUnifiedOfReseller(installation, present, changes))
    await refreshUnifiedFlagsOfReseller(installation, tx, present);
}

/** The changes of parent and restrictions, which only the master admin may make, and only the former to children. */
async function changedPlace(
  { accessCombinations }: Installation,
  store: Pick<Repositories, 'resellers'>,
  provider: Provider,
  seen: Reseller,
  fields: ResellerFields,
): Promise<Pick<ResellerChanges, 'parentId' | 'restrictions'>> {
  const parentId = fields.parentId === seen.parentId ? undefined : fields.parentId;
  const shown = await shownReseller(store, seen);
  const restrictions = changedRestrictions(fields.restrictions, shown.restrictions);
  if (provider.kind === 'reseller' && parentId !== undefined) throw errors.subadminMayNotSetParent();
  if (restrictions !== null && (parentId ?? seen.parentId) !== 0)
    throw errors.subadminMayNotSetRestrictions();
  return definedOnly({
    parentId: parentId === undefined ? undefined : await checkParent(store, parentId),
    restrictions:
      restrictions === null ? undefined : checkRestrictions(restrictions, 'Subadmin', accessCombinations),
  });
}

/** Once more with both locked: nobody becomes a child that is a parent, or of a child. */
async function checkNewParent(tx: Repositories, id: number, parentId: number): Promise<void> {
  await tx.resellers.lock(parentId);
  await checkParent(tx, parentId);
  if (parentId === id || (await tx.resellers.countChildren(id)) > 0) throw errors.parentIsSubsubadmin();
}

async function ownRecord(
  installation: Installation,
  provider: Provider,
  fields: ResellerFields,
): Promise<Reseller> {
  if (!fields.id && !fields.name) throw errors.resellerNotIdentified();
  if (provider.kind === 'reseller') {
    const meant = await findReseller(installation, fields);
    if (meant?.id === provider.reseller.id) return meant;
    // Another name is invalid data, whether or not somebody has it.
    throw fields.id ? errors.authenticationFailed() : errors.invalidSelfChange();
  }
  const meant = await findReseller(installation, fields);
  if (meant === null) throw errors.noSuchReseller(fields.id || (fields.name ?? ''));
  return meant;
}

async function refuseOtherMembers(
  { store }: Installation,
  own: Reseller,
  fields: ResellerFields,
): Promise<void> {
  const shown = await shownReseller(store.read, own);
  const members = ['name', 'displayName', 'parentId', 'passwordMech'] as const;
  const isOther =
    members.some((member) => fields[member] !== undefined && fields[member] !== shown[member]) ||
    fields.password !== undefined ||
    changedRestrictions(fields.restrictions, shown.restrictions) !== null;
  if (isOther) throw errors.invalidSelfChange();
}

function changedPassword(
  { settings }: Installation,
  seen: Reseller,
  { password, passwordMech }: ResellerFields,
): NewPassword | null {
  const mechanism = passwordMech ? parsePasswordMechanism(passwordMech) : undefined;
  if (password === undefined) {
    if (mechanism !== undefined && showPasswordMechanism(mechanism) !== seen.passwordMech)
      throw errors.passwordMechWithoutPassword();
    return null;
  }
  if (password.trim() === '') throw errors.emptyResellerPassword();
  return { password, mechanism: mechanism ?? settings.defaultPasswordMechanism };
}
