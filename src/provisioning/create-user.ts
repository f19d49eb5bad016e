import { checkNoPermissionCapabilities } from './attributes.js';
import { authorizeContextAdmin, type Credentials } from './authorization.js';
import { configScopes } from './config-scopes.js';
import { defaultLanguage } from './default-language.js';
import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { filestoreForNewUser, holdFilestore } from './filestores.js';
import { requireContextId } from './identify-users.js';
import type { Context, User } from './model.js';
import { withoutPublicFolderEditable } from './module-access.js';
import { reportingConflicts } from './names.js';
import { prepareUser } from './prepare-user.js';
import { keepingUserLimits } from './restriction-limits.js';
import type { Repositories, UserClaims } from './store.js';
import { holdCascade, writeUnifiedFlag } from './unified-flags.js';
import type { UserFields } from './user-fields.js';

/** The id of the group that every user of a context is in. OX: semantics 1.8, it takes the first id. */
export const defaultGroupId = 1;

/** Which modules a new user gets: like the context admin, by flags, or by the name of a combination. */
export type NewUserAccess =
  | { readonly kind: 'likeAdmin' }
  | { readonly kind: 'mask'; readonly moduleAccess: number }
  | { readonly kind: 'named'; readonly name: string };

/** What the three create operations of the user service ask for; null where the request had nothing. */
export interface CreateUserRequest {
  readonly contextId: number | null | undefined;
  readonly fields: UserFields | null;
  readonly access: NewUserAccess | null;
}

/**
 * Creates a user. OX: semantics 1.1, the checks come in the order of that list, save that the caller is authenticated first
 * (decision 4), here as in every other operation.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function createUser(
  deps: ProvisioningDeps,
  request: CreateUserRequest,
  credentials: Credentials,
): Promise<User> {
  const { fields, access } = request;
  const { context } = await authorizeContextAdmin(deps, credentials, requireContextId(request.contextId));
  if (fields === null || access === null) throw errors.missingArgument();
  if (access.kind === 'named' && access.name.trim() === '') throw errors.invalidAccessCombinationName();
  const moduleAccess = await moduleAccessFor(deps, context, access);
  checkNoPermissionCapabilities(fields.attributeChanges);
  const prepared = await prepareUser(
    deps,
    {
      contextId: context.id,
      isContextAdmin: false,
      moduleAccess,
      defaultLanguage: defaultLanguage(deps, await configScopes(deps, context)),
      defaultGroupId: fields.defaultGroupId ?? defaultGroupId,
      chooseFilestore: () => filestoreForNewUser(deps, context, fields),
    },
    fields,
  );
  return reportingConflicts(deps, prepared.user, () =>
    deps.store.transaction((tx) =>
      keepingUserLimits(deps, tx, context.id, async () => {
        const held = await holdCascade(tx, context.id);
        const id = await tx.contexts.takeNextPrincipalId(context.id);
        if (id === null) throw errors.authenticationFailed();
        const user = { ...prepared.user, id };
        await holdFilestore(tx, user);
        await insertInGroups(tx, user, prepared.claims);
        await writeUnifiedFlag(deps, tx, held, user);
        return user;
      }),
    ),
  );
}

/** Everybody is in the context's default group, too. */
async function insertInGroups(tx: Repositories, user: User, claims: UserClaims): Promise<void> {
  const { contextId, defaultGroupId: wanted } = user;
  if (wanted === defaultGroupId) return tx.users.insert(user, claims);
  if ((await tx.groups.find(contextId, wanted)) === null) throw errors.noSuchDefaultGroup(wanted, contextId);
  await tx.users.insert(user, claims);
  await tx.groups.addMembers(contextId, defaultGroupId, [user.id]);
}

async function moduleAccessFor(
  deps: ProvisioningDeps,
  context: Context,
  access: NewUserAccess,
): Promise<number> {
  if (access.kind === 'mask') return withoutPublicFolderEditable(access.moduleAccess);
  if (access.kind === 'named')
    return withoutPublicFolderEditable(deps.accessCombinations.moduleAccess(access.name));
  const admin = await deps.store.users.find(context.id, context.adminId);
  if (admin === null) throw errors.noSuchUser(context.adminId, context.id);
  return withoutPublicFolderEditable(admin.moduleAccess);
}
