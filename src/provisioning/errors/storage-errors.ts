import type { SentMb } from '../model/sent-mb.js';
import { ProvisioningError } from './errors.js';

const invalidData = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text);
const storage = (text: string): ProvisioningError => new ProvisioningError('Storage', text, 'refused');

/** An object of the original as its faults show it: what is set, and whether it is. */
const shownObject = (members: Readonly<Record<string, number | string | undefined>>, end = '\n]'): string => {
  const lines = Object.entries(members).flatMap(([name, value]) => [
    ...(value === undefined ? [] : [`${name}: ${value}`]),
    `${name}set: ${value !== undefined}`,
  ]);
  return `[ ${lines.map((line) => `\n  ${line}`).join('')}${end}`;
};

/** Members of the original's database, in its order. */
const databaseMembers = [
  ...['id', 'read_id', 'url', 'login', 'password', 'name', 'driver', 'scheme', 'maxUnits'],
  ...['poolHardLimit', 'poolInitial', 'poolMax', 'masterId', 'currentUnits', 'master'],
];

/** A reference to a server or a database. */
interface Reference {
  readonly id: number | undefined;
  readonly name: string | undefined;
}

const contextState = (text: string): ProvisioningError => new ProvisioningError('ContextState', text);

/**
 * The part of the catalogue (see errors) that is about file storages, databases and servers.
 * Source: docs/contract/registry.md#1.
 */
export const storageErrors = {
  // File storages
  filestoreUrlInvalid: () => invalidData('Invalid URL sent'),
  filestoreNotADirectory: (url: string) => invalidData(`No such directory: "${url}"`),
  filestoreUrlTaken: () => invalidData('Store already exists'),
  invalidFilestoreSize: (sizeMb: SentMb) => invalidData(`Invalid store size ${sizeMb}`),
  noSuchFilestore: () => invalidData('No such store'),
  /** OX: tells the url of the request. */
  noSuchFilestoreToChange: (url: string | undefined) => invalidData(`No such store ${url ?? 'null'}`),
  filestoreNotIdentified: () => invalidData('The id of the file storage must be set'),
  filestoreInUse: (id: number) => invalidData(`Filestore ${id} is still in use`),
  negativeNumber: (name: string) => invalidData(`The value of ${name} must not be negative`),

  // Servers, databases, reasons
  databaseUnnamed: () => invalidData('One databaseobject has no databaseid or databasename'),
  serverUnnamed: () => invalidData('One serverobject has no serverid or servername'),
  serverExists: (name: string) => invalidData(`Server ${name} already exists!`),
  noSuchServer: ({ id, name }: Reference) => invalidData(`No such server ${shownObject({ id, name })}`),
  serverInUse: (id: number) => storage(`Server ${id} is still in use`),
  databaseExists: () => invalidData('There already is a database of this name'),
  noSuchDatabaseName: (name: string) => invalidData(`No such database ${name}`),
  noSuchDatabase: (id: number) => invalidData(`No such database with id ${id}`),
  noSuchDatabaseToUnregister: ({ id, name }: Reference) => {
    const members = Object.fromEntries(databaseMembers.map((member) => [member, undefined]));
    return invalidData(`No such database ${shownObject({ ...members, id, name }, '\n ]')}`);
  },
  noSuchDatabaseForSchema: (id: number) => storage(`Database with identifer ${id} does not exist.`),
  databaseMissingForList: () => invalidData('Database is null'),
  noSuchDatabaseForList: () => new ProvisioningError('NoSuchDatabase', 'Database does not exist'),
  noSuchDatabaseNameForList: (name: string) =>
    new ProvisioningError(
      'NoSuchDatabase',
      `com.openexchange.admin.rmi.exceptions.NoSuchObjectException: No such database ${name}`,
    ),
  filestoreMissingForList: () => invalidData('Filestore is null'),
  filestoreIdMissingForList: () => invalidData('Filestore ID is null'),
  noSuchFilestoreForList: () => new ProvisioningError('NoSuchFilestore', 'Filestore does not exist'),
  noSuchDatabaseForMove: (database: string | number) => storage(`No such database ${database}`),
  masterDatabaseMissing: () => invalidData('A database that is no master needs the id of its master'),
  noMasterDatabase: (id: number) => invalidData(`Database ${id} is no master`),
  databaseInUse: (id: number) => storage(`Database ${id} is still in use`),
  noUsableDatabase: () => storage('No usable database found'),
  reasonTextMissing: () => invalidData('Invalid reason text!'),
  reasonExists: () => invalidData('Reason already exists!'),
  reasonNotIdentified: () => invalidData('The id of the maintenance reason must be set'),
  noSuchReason: (id: number) =>
    invalidData(`Reason with id ${shownObject({ id, text: undefined })} does not exists`),

  // Moves
  filestoreMissing: () => invalidData('Missing filestore parameter'),
  noSuchFilestoreToMoveTo: () => new ProvisioningError('NoSuchFilestore', 'Filestore does not exist'),
  /** The reseller user service does not declare the exception of the catalogue. Source: docs/contract/faults.md#5. */
  inStorageException: (text: string) => storage(text),
  /** The exception is the original's, whatever it has to do with reasons. */
  noSuchFilestoreForContext: () => new ProvisioningError('NoSuchReason', 'Filestore does not exist'),
  noMasterToMoveTo: (id: number) => contextState(`Database with id ${id} is NOT a master!`),
  masterFilestoreShared: (userId: number, contextId: number, sharers: readonly number[]) =>
    invalidData(
      `The user ${userId} is the owner of a master filestore which other users are using. ` +
        `Affected users are: \nCID: ${contextId}, User IDs: ${sharers.join(',')}`,
    ),
  notEnoughRoom: (filestoreId: number) => storage(`Filestore ${filestoreId} does not have enough room`),
  filestoreFull: (filestoreId: number) => storage(`Filestore ${filestoreId} takes no further contexts`),
  sameFilestore: (filestoreId: number) =>
    invalidData(`The identifiers for the source and destination storage are equal: ${filestoreId}`),
  contextIsInFilestore: (contextId: number, filestoreId: number) =>
    contextState(`Context ${contextId} already is in filestore ${filestoreId}`),
  contextIsInDatabase: (contextId: number, databaseId: number) =>
    contextState(`Context ${contextId} already is in database ${databaseId}`),
  hasFilestore: (userId: number, contextId: number) =>
    invalidData(`User ${userId} in context ${contextId} already has a file storage set`),
  hasNoOwnFilestore: (userId: number) => storage(`User ${userId} has no file storage set.`),
  masterHasNoOwnFilestore: (userId: number) => storage(`Master user ${userId} has no file storage set.`),
  doesNotShareFilestore: (userId: number, masterId: number) =>
    invalidData(`User ${userId} does not use the filestore of user ${masterId}`),
  ownMaster: (userId: number) => invalidData(`User ${userId} cannot be its own master user`),

  // Deleting users
  masterFilestoreInUse: (userId: number, contextId: number, sharers: readonly number[]) =>
    invalidData(
      `The user ${userId} is the owner of a master filestore which other users are using. Before deleting this user you must move ` +
        'the filestores of the affected users either to the context filestore, to another master filestore or to a user filestore. ' +
        `Affected users are: \nCID: ${contextId}, User IDs: ${sharers.join(',')}`,
    ),
} as const;
