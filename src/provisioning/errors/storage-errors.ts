import { ProvisioningError } from './errors.js';

const invalidData = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text);
const storage = (text: string): ProvisioningError => new ProvisioningError('Storage', text, 'refused');
const contextState = (text: string): ProvisioningError => new ProvisioningError('ContextState', text);

/**
 * The part of the catalogue (see errors) that is about file storages, databases and servers. Of these texts only that of
 * masterFilestoreInUse is known of the original.
 */
export const storageErrors = {
  // File storages
  filestoreUrlInvalid: () => invalidData('The url of the file storage is not valid'),
  filestoreNotADirectory: () => invalidData('The url of the file storage must name an existing directory'),
  filestoreUrlTaken: () => invalidData('There already is a file storage with this url'),
  filestoreNotIdentified: () => invalidData('The id of the file storage must be set'),
  filestoreInUse: (id: number) => invalidData(`Filestore ${id} is still in use`),
  negativeNumber: (name: string) => invalidData(`The value of ${name} must not be negative`),

  // Servers, databases, reasons
  notIdentified: () => invalidData('Neither id nor name is set'),
  serverExists: () => invalidData('There already is a server of this name'),
  noSuchServer: (server: string | number) => invalidData(`No such server ${server}`),
  serverInUse: (id: number) => storage(`Server ${id} is still in use`),
  databaseExists: () => invalidData('There already is a database of this name'),
  noSuchDatabase: (database: string | number) => invalidData(`No such database ${database}`),
  noSuchDatabaseForList: (database: string | number) =>
    new ProvisioningError('NoSuchDatabase', `No such database ${database}`),
  masterDatabaseMissing: () => invalidData('A database that is no master needs the id of its master'),
  noMasterDatabase: (id: number) => invalidData(`Database ${id} is no master`),
  databaseInUse: (id: number) => storage(`Database ${id} is still in use`),
  noUsableDatabase: () => storage('No usable database found'),
  reasonTextMissing: () => invalidData('The text of the maintenance reason must be set'),
  reasonExists: () => invalidData('There already is a maintenance reason with this text'),
  reasonNotIdentified: () => invalidData('The id of the maintenance reason must be set'),
  noSuchReason: (id: number) => invalidData(`No such maintenance reason ${id}`),

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
