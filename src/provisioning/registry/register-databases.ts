import { definedOnly } from '../../util/defined-only.js';
import { authorizePlatformMaster } from '../access/authorization.js';
import { errors } from '../errors/errors.js';
import { storageErrors } from '../errors/storage-errors.js';
import { reportingConflicts } from '../errors/reporting-conflicts.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { DatabaseRepository, RegisteredDatabase } from '../repositories/registry-repository.js';

/** The database that Oxbow itself works on, as the first migration registered it. */
const ownDatabaseId = 1;

/** Database fields of a request; undefined for absent members. */
export type DatabaseFields = {
  readonly [K in Exclude<keyof RegisteredDatabase, 'masterId'>]: RegisteredDatabase[K] | undefined;
} & {
  readonly isMaster: boolean | undefined;
  readonly masterId: number | undefined;
  /** True when a password was sent, which is required but unused here. */
  readonly hasPassword: boolean;
};

/** A database with what is counted. */
export interface DatabaseData {
  readonly database: RegisteredDatabase;
  readonly contexts: number;
  /** A read-only copy of it, null without one. */
  readonly copyId: number | null;
}

const defaults = {
  url: 'jdbc:mysql://localhost',
  driver: 'com.mysql.jdbc.Driver',
  login: 'openexchange',
  maxUnits: 1_000,
  poolInitial: 0,
  poolMax: 100,
  poolHardLimit: 1,
};

/**
 * Registers a database and answers its id. It is a record: all data stays in the database that Oxbow works on.
 * Source: docs/contract/registry.md#3.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function registerDatabase(
  installation: Installation,
  fields: DatabaseFields | null,
  credentials: Credentials,
): Promise<number> {
  await authorizePlatformMaster(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const { name, isMaster } = fields;
  const missing = [
    ...(name?.trim() ? [] : ['name']),
    ...(fields.hasPassword ? [] : ['password']),
    ...(isMaster === undefined ? ['master'] : []),
  ];
  if (name === undefined || isMaster === undefined || missing.length > 0)
    throw errors.mandatoryFieldsMissing(missing);
  const own = ownFields(fields);
  return reportingConflicts({ databaseName: storageErrors.databaseExists }, () =>
    installation.store.transaction(async ({ databases }) => {
      const masterId = isMaster ? null : await checkMaster(databases, fields.masterId);
      const id = await databases.takeNextId();
      await databases.insert({ ...defaults, ...own, id, name, masterId });
      return id;
    }),
  );
}

/**
 * Changes what the request sets; a database without an id is looked up by its name.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function changeDatabase(
  installation: Installation,
  fields: DatabaseFields | null,
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const id = await resolveDatabaseId(installation.store.read.databases, fields);
  const name = fields.name?.trim() ? fields.name : undefined;
  const own = ownFields(fields);
  await reportingConflicts({ databaseName: storageErrors.databaseExists }, () =>
    installation.store.transaction(async ({ databases }) => {
      const seen = await databases.lock(id);
      if (seen === null) throw storageErrors.noSuchDatabase(id);
      const masterId = await changedMaster(databases, seen, fields);
      await databases.update(id, definedOnly({ ...own, name, masterId }));
    }),
  );
}

/**
 * Forgets a database that holds no contexts and has no copies; never the one that Oxbow works on.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function unregisterDatabase(
  installation: Installation,
  fields: Pick<DatabaseFields, 'id' | 'name'> | null,
  credentials: Credentials,
): Promise<void> {
  await authorizePlatformMaster(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const id = await resolveDatabaseId(installation.store.read.databases, fields);
  await installation.store.transaction(async ({ databases }) => {
    if ((await databases.lock(id)) === null) throw storageErrors.noSuchDatabase(id);
    if (id === ownDatabaseId || (await isInUse(databases, id))) throw storageErrors.databaseInUse(id);
    await databases.delete(id);
  });
}

/**
 * The databases whose name matches, with the contexts that are on them.
 * @throws ProvisioningError InvalidCredentials
 */
export async function listDatabases(
  installation: Installation,
  pattern: string | null | undefined,
  credentials: Credentials,
): Promise<DatabaseData[]> {
  await authorizePlatformMaster(installation, credentials);
  const { databases } = installation.store.read;
  return withCounts(databases, await databases.search(pattern?.trim() ? pattern : '*'));
}

/**
 * The schema that a database has: there is one, and it is there already. Without an id, that of the first master with room for contexts.
 * @throws ProvisioningError InvalidData, InvalidCredentials, Storage
 */
export async function createSchema(
  installation: Installation,
  databaseId: number | null | undefined,
  credentials: Credentials,
): Promise<DatabaseData> {
  await authorizePlatformMaster(installation, credentials);
  const all = await withCounts(
    installation.store.read.databases,
    await installation.store.read.databases.search('*'),
  );
  const masters = all.filter(({ database }) => database.masterId === null);
  if (databaseId === null || databaseId === undefined) {
    const chosen = masters.find(({ database, contexts }) => contexts < database.maxUnits);
    if (chosen === undefined) throw storageErrors.noUsableDatabase();
    return chosen;
  }
  const wanted = all.find(({ database }) => database.id === databaseId);
  if (wanted === undefined) throw storageErrors.noSuchDatabase(databaseId);
  if (!masters.includes(wanted)) throw storageErrors.noMasterDatabase(databaseId);
  return wanted;
}

/**
 * Looks a database up for being unblocked. Schemas are updated before Oxbow serves, so none is ever blocked or outdated.
 * @throws ProvisioningError InvalidData, InvalidCredentials
 */
export async function findBlockedSchemas(
  installation: Installation,
  fields: Pick<DatabaseFields, 'id' | 'name'> | null,
  credentials: Credentials,
): Promise<DatabaseData[]> {
  await authorizePlatformMaster(installation, credentials);
  if (fields === null) throw errors.missingArgument();
  const id = await resolveDatabaseId(installation.store.read.databases, fields);
  if ((await installation.store.read.databases.find(id)) === null) throw storageErrors.noSuchDatabase(id);
  return [];
}

async function resolveDatabaseId(
  databases: DatabaseRepository,
  { id, name }: Pick<DatabaseFields, 'id' | 'name'>,
): Promise<number> {
  if (id) return id;
  if (!name) throw storageErrors.notIdentified();
  const found = await databases.findIdByName(name);
  if (found === null) throw storageErrors.noSuchDatabase(name);
  return found;
}

/** The fields that concern nothing beside themselves. */
function ownFields(fields: DatabaseFields) {
  const { url, driver, login, maxUnits, poolInitial, poolMax, poolHardLimit } = fields;
  for (const [name, value] of Object.entries({ maxUnits, poolInitial, poolMax, poolHardLimit }))
    if (value !== undefined && value < 0) throw storageErrors.negativeNumber(name);
  return definedOnly({ url, driver, login, maxUnits, poolInitial, poolMax, poolHardLimit });
}

async function changedMaster(
  databases: DatabaseRepository,
  seen: RegisteredDatabase,
  { isMaster, masterId }: DatabaseFields,
): Promise<number | null | undefined> {
  if (isMaster === true) return null;
  const wanted = masterId === undefined || masterId === 0 ? seen.masterId : masterId;
  if (isMaster === undefined && wanted === seen.masterId) return undefined;
  if (wanted === seen.id) throw storageErrors.noMasterDatabase(seen.id);
  if (seen.masterId === null && (seen.id === ownDatabaseId || (await isInUse(databases, seen.id))))
    throw storageErrors.databaseInUse(seen.id);
  return checkMaster(databases, wanted ?? undefined);
}

async function checkMaster(databases: DatabaseRepository, masterId: number | undefined): Promise<number> {
  if (masterId === undefined) throw storageErrors.masterDatabaseMissing();
  const master = await databases.hold(masterId);
  if (master === null) throw storageErrors.noSuchDatabase(masterId);
  if (master.masterId !== null) throw storageErrors.noMasterDatabase(masterId);
  return masterId;
}

async function isInUse(databases: DatabaseRepository, id: number): Promise<boolean> {
  return (await databases.countContexts()).has(id) || (await databases.copies()).has(id);
}

async function withCounts(
  databases: DatabaseRepository,
  found: readonly RegisteredDatabase[],
): Promise<DatabaseData[]> {
  const contexts = await databases.countContexts();
  const copies = await databases.copies();
  return found.map((database) => ({
    database,
    contexts: contexts.get(database.id) ?? 0,
    copyId: copies.get(database.id) ?? null,
  }));
}
