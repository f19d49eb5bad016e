import { definedOnly } from '../../util/defined-only.js';
import { authorizeContextAdmin } from '../access/authorization.js';
import { checkAddresses } from '../addresses/mail-addresses.js';
import { errors } from '../errors/errors.js';
import { groupErrors } from '../errors/group-errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import { checkCount } from '../installation/object-bounds.js';
import type { Resource, ResourcePermission } from '../repositories/group-repository.js';
import type { Repositories } from '../repositories/store.js';
import { requireContextId } from '../users/identify-users.js';
import { checkName } from './check-name.js';
import { resolveResourceId, type NamedReference } from './read-groups.js';

/** Resource fields of a request. */
export interface ResourceFields {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  readonly available?: boolean | undefined;
  readonly description?: string | undefined;
  /** An empty list says nothing. */
  readonly permissions: readonly ResourcePermissionFields[];
}

export interface ResourcePermissionFields {
  readonly entityId?: number | undefined;
  readonly isGroup?: boolean | undefined;
  readonly privilege?: string | undefined;
}

/** Request of the change operation; null for absent members. */
export interface ChangeResourceRequest {
  readonly contextId: number | null | undefined;
  readonly resource: { readonly reference: NamedReference; readonly fields: ResourceFields } | null;
}

/** The group id that stands for everybody in permissions. */
const everybody = 0;
const privileges: ReadonlySet<string> = new Set(['none', 'ask_to_book', 'book_directly', 'delegate']);

/** The mandatory fields, in the order in which the fault lists them. */
const mandatory = [
  ['displayname', 'displayName'],
  ['name', 'name'],
  ['email', 'email'],
] as const;

const conflicts = { resourceName: groupErrors.resourceExists, resourceEmail: groupErrors.resourceEmailTaken };

/**
 * Creates a resource. Its id comes from the same sequence as those of users.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function createResource(
  installation: Installation,
  request: { readonly contextId: number | null | undefined; readonly fields: ResourceFields | null },
  credentials: Credentials,
): Promise<Resource> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.fields === null) throw errors.missingArgument();
  const { name = '', displayName = '', email = '', available, description, permissions } = request.fields;
  const missing = mandatory.filter(([, key]) => !request.fields?.[key]?.trim());
  if (missing.length > 0) throw errors.mandatoryFieldsMissing(missing.map(([wireName]) => wireName));
  checkName(name, groupErrors.invalidResourceName);
  checkAddresses([email]);
  checkCount('permissions', installation.settings.maxResourcePermissions, 0, permissions.length);
  return reportingConflicts(conflicts, () =>
    installation.store.transaction(async (tx) => {
      const id = await tx.contexts.takeNextPrincipalId(context.id);
      if (id === null) throw errors.authenticationFailed();
      const resource: Resource = {
        contextId: context.id,
        id,
        name,
        displayName,
        email,
        available: available ?? true,
        description: description ?? null,
        permissions: await checkedPermissions(tx, context.id, permissions),
      };
      await tx.resources.insert(resource);
      return resource;
    }),
  );
}

/**
 * Changes what the request sets; permissions that are sent replace the present ones.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchResource
 */
export async function changeResource(
  installation: Installation,
  request: ChangeResourceRequest,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(
    installation,
    credentials,
    requireContextId(request.contextId),
  );
  if (request.resource === null) throw errors.changeArgumentMissing();
  const { reference, fields } = request.resource;
  const id = await resolveResourceId(installation, context.id, reference);
  if (fields.email !== undefined && fields.email.trim() === '')
    throw errors.mandatoryFieldsMissing(['email']);
  checkAddresses([fields.email]);
  await reportingConflicts(conflicts, () =>
    installation.store.transaction(async (tx) => {
      const present = await tx.resources.lock(context.id, id);
      if (present === null) throw groupErrors.noSuchResourceOnChange();
      checkName(fields.name, groupErrors.invalidResourceName, present.name);
      const { maxResourcePermissions } = installation.settings;
      checkCount(
        'permissions',
        maxResourcePermissions,
        present.permissions.length,
        fields.permissions.length,
      );
      const permissions =
        fields.permissions.length > 0
          ? await checkedPermissions(tx, context.id, fields.permissions)
          : undefined;
      await tx.resources.update(context.id, id, definedOnly({ ...fields, permissions }));
    }),
  );
}

/**
 * Deletes a resource.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchResource
 */
export async function deleteResource(
  installation: Installation,
  contextId: number | null | undefined,
  reference: NamedReference | null,
  credentials: Credentials,
): Promise<void> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (reference === null) throw errors.missingArgument();
  const id = await resolveResourceId(installation, context.id, reference);
  await installation.store.transaction(async ({ resources }) => {
    if (!(await resources.delete(context.id, id))) throw groupErrors.noSuchResourceOnDelete();
  });
}

/**
 * Reads one resource.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchResource
 */
export async function getResource(
  installation: Installation,
  contextId: number | null | undefined,
  reference: NamedReference | null,
  credentials: Credentials,
): Promise<Resource> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (reference === null) throw errors.missingArgument();
  const id = await resolveResourceId(installation, context.id, reference);
  const [resource] = await installation.store.read.resources.findMany(context.id, [id]);
  if (resource === undefined) throw groupErrors.noSuchResource();
  return resource;
}

/**
 * Reads resources, in the order of the request; one that is not there fails all.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchResource
 */
export async function getResources(
  installation: Installation,
  contextId: number | null | undefined,
  references: readonly NamedReference[],
  credentials: Credentials,
): Promise<Resource[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  const ids: number[] = [];
  for (const reference of references) ids.push(await resolveResourceId(installation, context.id, reference));
  const resources = await installation.store.read.resources.findMany(context.id, ids);
  const found = new Set(resources.map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw groupErrors.noSuchResourceOfMany(missing);
  return resources;
}

/**
 * The resources whose name or display name matches; the pattern counts as it is, as with groups.
 * @throws ProvisioningError InvalidData without a pattern or for an empty one, InvalidCredentials
 */
export async function listResources(
  installation: Installation,
  contextId: number | null | undefined,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<Resource[]> {
  const { context } = await authorizeContextAdmin(installation, credentials, requireContextId(contextId));
  if (pattern === null || pattern === undefined) throw errors.missingArgument();
  if (pattern === '') throw groupErrors.invalidResourcePattern();
  const ids = await installation.store.read.resources.search(context.id, pattern);
  return installation.store.read.resources.findMany(context.id, ids);
}

/** Locks whoever the permissions name. Their absence is a fault of the data: resource operations declare no other. */
async function checkedPermissions(
  tx: Repositories,
  contextId: number,
  permissions: readonly ResourcePermissionFields[],
): Promise<ResourcePermission[]> {
  const checked = permissions.map(({ entityId, isGroup = false, privilege = null }) => {
    if (entityId === undefined) throw groupErrors.permissionWithoutEntity();
    if (privilege !== null && !privileges.has(privilege.toLowerCase()))
      throw groupErrors.invalidPrivilege(privilege, entityId);
    return { entityId, isGroup, privilege };
  });
  const users = checked.filter(({ isGroup }) => !isGroup).map(({ entityId }) => entityId);
  const present = new Set(await tx.users.lockExisting(contextId, users));
  const noUser = users.find((id) => !present.has(id));
  if (noUser !== undefined) throw groupErrors.permissionOfNoUser(noUser);
  for (const { entityId, isGroup } of checked)
    if (isGroup && entityId !== everybody && (await tx.groups.lock(contextId, entityId)) === null)
      throw groupErrors.permissionOfNoGroup(entityId);
  return checked;
}
