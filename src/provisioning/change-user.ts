import { applyAttributeChanges, checkNoPermissionCapabilities } from './attributes.js';
import { authorizeInContext, canonicalLogin, type Credentials } from './authorization.js';
import { checkCount, checkUserBounds } from './bounds/object-bounds.js';
import { definedOnly } from './defined-only.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { holdFilestore } from './filestores.js';
import { hidingOthersFrom, requireContextId, resolveUserId, type UserReference } from './identify-users.js';
import { isLanguage, isTimezone } from './locale.js';
import { changedAddresses, checkPrimaryMailGate } from './change-user-addresses.js';
import { changedQuota } from './change-user-quota.js';
import type { User } from './model.js';
import { checkDisplayNameFree, checkLoginCharacters, claimsOf, reportingConflicts } from './names.js';
import { hashPassword, parsePasswordMechanism, showPasswordMechanism } from './password-hashing.js';
import { endSessionsAfter } from './session-changes.js';
import type { Repositories, UserChanges } from './store.js';
import { holdCascade, touchesUnifiedProperty, writeUnifiedFlag } from './unified-flags.js';
import { mergeMailEndpoint, type UserFields } from './user-fields.js';

/** What the change operation asks for; null where the request had nothing. */
export interface ChangeUserRequest {
  readonly contextId: number | null | undefined;
  readonly user: { readonly reference: UserReference; readonly fields: UserFields } | null;
}

/**
 * Changes the fields of a user that the request sets. OX: semantics 2, the checks come in the order of 2.1, save that the caller
 * is authenticated first.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser, Storage
 */
export async function changeUser(
  deps: ProvisioningDeps,
  request: ChangeUserRequest,
  credentials: Credentials,
): Promise<void> {
  const { context, principal } = await authorizeInContext(
    deps,
    credentials,
    requireContextId(request.contextId),
    errors.noSuchContextOnUserChange,
  );
  if (request.user === null) throw errors.changeArgumentMissing();
  const { reference, fields } = request.user;
  const userId = await resolveUserId(deps, context.id, reference).catch(hidingOthersFrom(principal));
  if (principal.kind === 'user' && principal.userId !== userId) throw errors.permissionDenied();
  const seen = await deps.store.users.find(context.id, userId);
  if (seen === null) throw errors.noSuchUser(userId, context.id);
  // Before any of them is looked at.
  checkCount('aliases', deps.settings.maxAliases, seen.aliases.length, fields.aliases.length);
  if (fields.displayName !== undefined && fields.displayName !== seen.displayName)
    await checkDisplayNameFree(deps.settings, deps.store.users, context.id, fields.displayName, userId);
  checkNoPermissionCapabilities(fields.attributeChanges);
  const { changes: own, newPassword } = await checkOwnFields(deps, seen, fields);
  const addresses = await changedAddresses(deps, seen, fields);
  const quota = await changedQuota(deps, context, seen, fields);
  const password = newPassword === undefined ? {} : { passwordHash: await hashPassword(...newPassword) };
  const changes: UserChanges = {
    ...own,
    ...addresses,
    ...quota,
    ...password,
    attributeChanges: fields.attributeChanges,
  };
  const after = { ...seen, ...changes };
  await reportingConflicts(deps, after, () => write(deps, seen, changes, fields));
  await endSessionsAfter(deps, seen, changes);
}

async function write(
  deps: ProvisioningDeps,
  seen: User,
  changes: UserChanges,
  fields: UserFields,
): Promise<void> {
  const isSwitch = touchesUnifiedProperty(fields.attributeChanges);
  await deps.store.transaction(async (tx) => {
    const { users, filestores } = tx;
    const held = isSwitch ? await holdCascade(tx, seen.contextId) : null;
    const present = await users.lock(seen.contextId, seen.id);
    if (present === null) throw errors.noSuchUser(seen.id, seen.contextId);
    const attributes = applyAttributeChanges(present.attributes, fields.attributeChanges);
    const profile = isEmpty(fields.profile) ? present.profile : { ...present.profile, ...fields.profile };
    const aliases = changes.aliases ?? present.aliases;
    checkUserBounds(deps.settings, { aliases, attributes, profile }, present);
    await users.update(seen.contextId, seen.id, {
      ...changes,
      ...(await chosenFilestore(filestores, seen, present, changes)),
      ...(isEmpty(fields.profile) ? {} : { profile }),
      ...(touchesNames(changes) ? { claims: claimsOf(deps.settings, { ...present, ...changes }) } : {}),
    });
    if (held !== null) await writeUnifiedFlag(deps, tx, held, { ...present, attributes });
  });
}

function touchesNames({ displayName, primaryEmail, aliases }: UserChanges): boolean {
  return displayName !== undefined || primaryEmail !== undefined || aliases !== undefined;
}

/** The storage that was chosen for a user without one; if it has got one since, that stays. */
async function chosenFilestore(
  filestores: Repositories['filestores'],
  seen: User,
  present: User,
  { filestoreId, maxQuotaMb = present.maxQuotaMb }: UserChanges,
): Promise<UserChanges> {
  if (filestoreId === undefined) return {};
  if (present.filestoreId !== seen.filestoreId) return { filestoreId: present.filestoreId };
  await holdFilestore({ filestores }, { filestoreId, maxQuotaMb });
  return {};
}

/** The fields that concern nothing beside themselves, in the original's order. */
async function checkOwnFields(
  deps: ProvisioningDeps,
  seen: User,
  fields: UserFields,
): Promise<{ changes: UserChanges; newPassword: Parameters<typeof hashPassword> | undefined }> {
  const login = await changedLogin(deps, seen, fields.login);
  const { language, timezone } = fields;
  if (language !== undefined && !isLanguage(language)) throw errors.changedLanguageWithoutUnderscore();
  if (timezone !== undefined && timezone !== seen.timezone && !isTimezone(timezone))
    throw errors.invalidTimezone();
  checkPrimaryMailGate(deps, seen, fields);
  const newPassword = changedPassword(deps, seen, fields);
  const copied = definedOnly({
    login,
    language,
    timezone,
    displayName: fields.displayName,
    givenName: fields.givenName,
    surName: fields.surName,
    enabled: fields.enabled,
    passwordExpired: fields.passwordExpired,
    passwordMech: newPassword && showPasswordMechanism(newPassword[1]),
  });
  return {
    newPassword,
    changes: {
      ...copied,
      ...(isEmpty(fields.imap) ? {} : { imap: mergeMailEndpoint(seen.imap, fields.imap) }),
      ...(isEmpty(fields.smtp) ? {} : { smtp: mergeMailEndpoint(seen.smtp, fields.smtp) }),
    },
  };
}

function isEmpty(fields: object): boolean {
  return Object.keys(definedOnly(fields)).length === 0;
}

/** OX: semantics 2.2; a blank name says nothing. */
async function changedLogin(
  deps: ProvisioningDeps,
  seen: User,
  name: string | undefined,
): Promise<string | undefined> {
  if (name === undefined || name.trim() === '') return undefined;
  const login = canonicalLogin(deps, name);
  if (login === seen.login) return undefined;
  if (!deps.settings.usernameChangeable) throw errors.usernameUnchangeable();
  checkLoginCharacters(deps.settings, login);
  if ((await deps.store.users.findIdByLogin(seen.contextId, login)) !== null) throw errors.userExists(login);
  return login;
}

/** A mechanism without a password is refused, save the present one: whole objects are sent back (semantics, decision 5). */
function changedPassword(
  deps: ProvisioningDeps,
  seen: User,
  { password, passwordMech }: UserFields,
): Parameters<typeof hashPassword> | undefined {
  const mechanism = passwordMech ? parsePasswordMechanism(passwordMech) : undefined;
  if (password === undefined) {
    if (mechanism !== undefined && showPasswordMechanism(mechanism) !== seen.passwordMech)
      throw errors.passwordMechWithoutPassword();
    return undefined;
  }
  if (password.trim() === '') throw errors.emptyPassword();
  return [password, mechanism ?? deps.settings.defaultPasswordMechanism];
}
