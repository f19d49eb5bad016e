import { authorizeProvider } from '../access/authorization.js';
import { checkAddresses } from '../addresses/mail-addresses.js';
import { errors, ProvisioningError } from '../errors/errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { UserClaims } from '../model/claims.js';
import type { Credentials } from '../model/credentials.js';
import { defaultGroupId, type Context, type User } from '../model/model.js';
import { moduleAccessFromNames } from '../model/module-access.js';
import { applyAttributeChanges, checkNoPermissionCapabilities } from '../quota/config-cascade.js';
import { configScopes, defaultLanguage } from '../quota/config-scopes.js';
import { checkAttributeBounds, checkCount } from '../installation/object-bounds.js';
import { checkAverageSizeMb, checkMaxQuotaMb } from '../quota/quota-values.js';
import { refreshUnifiedFlags } from '../quota/unified-flags.js';
import { filestoresForContext, noFilestore, placeContext } from '../registry/filestores.js';
import type { Repositories } from '../repositories/store.js';
import { keepingContextLimits } from '../resellers/restriction-limits.js';
import { checkRestrictions } from '../resellers/restrictions.js';
import { prepareUser, type UserFrame } from '../users/prepare-user.js';
import { missingMandatoryFields, type UserFields } from '../users/user-fields.js';
import { illegalCharacters, reportingUserConflicts } from '../users/user-names.js';
import { checkContextNames } from './context-name-prefix.js';
import type { ContextFields } from './identify-contexts.js';
import { contextData, type ContextData } from './read-contexts.js';

/** The id of the context admin, the second principal of every context. Source: docs/contract/users.md#1-6. */
const contextAdminId = 2;
const firstUserId = 3;
const mappingCharacters = '[$%\\.+a-zA-Z0-9_-]';

/** Module access of a new context's admin: the installation's default, by flags, or by name. */
export type NewContextAccess =
  | { readonly kind: 'default' }
  | { readonly kind: 'mask'; readonly moduleAccess: number }
  | { readonly kind: 'named'; readonly name: string | null | undefined };

/** Request of the context service's three create operations; null for absent members. */
export interface CreateContextRequest {
  readonly fields: ContextFields | null;
  readonly admin: UserFields | null;
  readonly access: NewContextAccess | null;
}

/**
 * Creates a context with its admin and its default group. Checks come in the order of the source; without an id the next free one is given.
 * Source: docs/contract/contexts.md#1.
 * @throws ProvisioningError InvalidData, InvalidCredentials, ContextExists, Storage
 */
export async function createContext(
  installation: Installation,
  request: CreateContextRequest,
  credentials: Credentials,
): Promise<ContextData> {
  const { fields, admin, access } = request;
  const provider = await authorizeProvider(installation, credentials);
  if (access?.kind === 'named') checkCombinationName(installation, access.name);
  if (fields === null || admin === null) throw errors.contextOrAdminMissing();
  if (access === null) throw errors.missingArgument();
  const restrictions = contextRestrictions(installation, fields);
  const owner = provider.kind === 'reseller' ? provider.reseller : null;
  const wantedName = fields.name?.trim() ? fields.name : undefined;
  await checkContextNames(installation, owner, { name: wantedName, loginMappings: fields.loginMappings });
  const checked = await checkContext(installation, fields, admin);
  const moduleAccess = adminModuleAccess(installation, access);
  const filestoreIds = await suitableFilestores(installation, fields.filestoreId, checked.averageSizeMb);
  const id = fields.id ?? (await takeId(installation));
  const wanted: Omit<Context, 'filestoreId'> = {
    ...checked,
    id,
    name: checked.name ?? String(id),
    loginMappings: loginMappings(fields, id),
    ownerId: owner?.id ?? null,
    restrictions,
  };
  const frame: UserFrame = {
    contextId: id,
    isContextAdmin: true,
    moduleAccess,
    defaultLanguage: defaultLanguage(installation, await configScopes(installation, wanted, moduleAccess)),
    nameHolders: installation.store.read.users,
    chooseFilestore: () => Promise.resolve(noFilestore),
  };
  const prepared = await prepareUser(installation, frame, admin);
  const contextAdmin: User = { ...prepared.user, id: contextAdminId };
  const context = await reportingContextConflicts(wanted, () =>
    reportingUserConflicts(installation, contextAdmin, () =>
      installation.store.transaction((tx) =>
        keepingContextLimits(installation, tx, wanted, async () => {
          const placed = { ...wanted, filestoreId: await placeContext(tx, filestoreIds) };
          await insertContext(tx, placed, contextAdmin, prepared.claims);
          await refreshUnifiedFlags(installation, tx, [id]);
          return placed;
        }),
      ),
    ),
  );
  installation.credentials.forgetRefusals?.();
  return contextData(installation, context);
}

/** The name is looked at before all other arguments. Source: docs/contract/contexts.md#1. */
function checkCombinationName(installation: Installation, name: string | null | undefined): void {
  if (name === null || name === undefined) throw errors.missingArgument();
  if (name.trim() === '') throw errors.invalidAccessCombinationName();
  installation.accessCombinations.moduleAccess(name);
}

type CheckedContext = Omit<
  Context,
  'id' | 'name' | 'loginMappings' | 'ownerId' | 'restrictions' | 'filestoreId'
> & { readonly name: string | undefined };

async function checkContext(
  installation: Installation,
  fields: ContextFields,
  admin: UserFields,
): Promise<CheckedContext> {
  if (fields.maxQuotaMb === undefined) throw errors.mandatoryContextFieldsMissing(['maxQuota']);
  const maxQuotaMb = checkMaxQuotaMb(fields.maxQuotaMb);
  if (fields.id !== undefined) {
    if (fields.id <= 0) throw errors.contextIdNotAllowed(fields.id);
    if ((await installation.store.read.contexts.find(fields.id)) !== null)
      throw errors.contextIdExists(fields.id);
  }
  const missing = missingMandatoryFields(admin);
  if (missing.length > 0) throw errors.mandatoryAdminFieldsMissing(missing);
  checkAddresses([admin.primaryEmail]);
  checkNoPermissionCapabilities([...admin.attributeChanges, ...fields.attributeChanges]);
  checkMappings(fields.loginMappings);
  checkCount('loginMappings', installation.settings.maxLoginMappings, 0, loginMappings(fields, 0).length);
  const attributes = applyAttributeChanges(new Map(), fields.attributeChanges);
  checkAttributeBounds(installation.settings, new Map(), attributes);
  const name = fields.name?.trim() ? fields.name : undefined;
  if (name !== undefined && (await installation.store.read.contexts.findIdByName(name)) !== null)
    throw errors.contextNameExists(name);
  return {
    name,
    enabled: true,
    maxQuotaMb,
    averageSizeMb: checkAverageSizeMb(fields.averageSizeMb ?? installation.settings.averageUserSizeMb),
    gabMode: fields.gabMode ?? null,
    customId: fields.customId ?? null,
    adminId: contextAdminId,
    attributes,
  };
}

/** @throws ProvisioningError InvalidData listing the characters that a login mapping may not have */
export function checkMappings(mappings: readonly string[]): void {
  const offending = illegalCharacters(mappings.join(''), mappingCharacters);
  if (offending !== '') throw errors.illegalMappingChars(offending);
}

/** If none are sent the id is one, and the name always is. Source: docs/contract/contexts.md#1. */
function loginMappings(fields: ContextFields, id: number): string[] {
  const sent = fields.loginMappings.length > 0 ? fields.loginMappings : [String(id)];
  return [...new Set([...sent, ...(fields.name?.trim() ? [fields.name] : [])])];
}

/** On the context service the text comes inside a StorageException. Source: docs/contract/resellers.md#2-2. */
export function contextRestrictions(
  installation: Installation,
  fields: Pick<ContextFields, 'restrictions'>,
): Context['restrictions'] {
  try {
    return checkRestrictions(fields.restrictions, 'Context', installation.accessCombinations);
  } catch (error) {
    throw error instanceof ProvisioningError ? errors.invalidRestriction(error.message) : error;
  }
}

function adminModuleAccess(installation: Installation, access: NewContextAccess): number {
  if (access.kind === 'mask') return access.moduleAccess;
  const name =
    access.kind === 'named'
      ? (access.name ?? '')
      : installation.settings.newContextDefaultAccessCombinationName;
  if (access.kind === 'named' || installation.accessCombinations.has(name))
    return installation.accessCombinations.moduleAccess(name);
  return moduleAccessFromNames(['webmail', 'contacts', 'globalAddressBookDisabled']) ?? 0;
}

/** The next id that no other context goes by: the id becomes a login mapping, and names are mappings, too. */
async function takeId({ store }: Installation): Promise<number> {
  for (;;) {
    const id = await store.transaction(({ contexts }) => contexts.takeNextId());
    const { contexts } = store.read;
    const holder =
      (await contexts.findIdByLoginMapping(String(id))) ?? (await contexts.findIdByName(String(id)));
    if (holder === null) return id;
  }
}

async function suitableFilestores(
  installation: Installation,
  wanted: number | undefined,
  averageSizeMb: number,
): Promise<number[]> {
  if (wanted === undefined || wanted <= 0) return filestoresForContext(installation, averageSizeMb);
  if ((await installation.store.read.filestores.find(wanted)) === null) throw errors.noSuchFilestore(wanted);
  return [wanted];
}

async function insertContext(
  tx: Repositories,
  context: Context,
  admin: User,
  claims: UserClaims,
): Promise<void> {
  await tx.contexts.insert(context, firstUserId);
  await tx.groups.insert({
    contextId: context.id,
    id: defaultGroupId,
    name: 'users',
    displayName: 'All users',
    memberIds: [],
  });
  await tx.users.create({ user: admin, claims, guard: null });
}

/** The write of a context, with the faults of names that others took meanwhile. @throws ProvisioningError InvalidData, ContextExists */
export function reportingContextConflicts<T>(
  context: Pick<Context, 'id'>,
  write: () => Promise<T>,
): Promise<T> {
  const faults = {
    contextId: () => errors.contextIdExists(context.id),
    contextName: errors.contextNameExists,
    loginMapping: errors.loginMappingTaken,
  };
  return reportingConflicts(faults, write);
}
