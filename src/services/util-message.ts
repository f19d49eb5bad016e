import type { DatabaseData, DatabaseFields } from '../provisioning/registry/register-databases.js';
import type { FilestoreData, FilestoreFields } from '../provisioning/registry/register-filestores.js';
import type { ServerReference } from '../provisioning/registry/register-servers.js';
import type { Database, Filestore, Server } from './generated/types.js';
import { longMbFromBytes, mbFromLong, set } from './wire-values.js';

/** Server reference of a message. */
export function serverReference({ id, name }: Server): ServerReference {
  return { id: set(id), name: set(name) };
}

/** Filestore fields of a message. Ignored are counted members (currentContexts, reserved, used). */
export function filestoreFields(message: Filestore): FilestoreFields {
  return {
    id: set(message.id),
    url: set(message.url),
    sizeMb: mbFromLong(message.size),
    maxContexts: set(message.maxContexts),
  };
}

export function showFilestore({ filestore, load, reservedMb }: FilestoreData): Filestore {
  return {
    currentContexts: load.contexts,
    id: filestore.id,
    maxContexts: filestore.maxContexts,
    reserved: BigInt(reservedMb),
    size: BigInt(filestore.sizeMb),
    url: filestore.url,
    used: longMbFromBytes(load.usedBytes),
  };
}

/** Database fields of a message. Ignored are counted members (currentUnits, read_id, scheme). */
export function databaseFields(message: Database): DatabaseFields {
  return {
    id: set(message.id),
    name: set(message.name),
    url: set(message.url),
    driver: set(message.driver),
    login: set(message.login),
    isMaster: set(message.master),
    masterId: set(message.masterId),
    maxUnits: set(message.maxUnits),
    poolInitial: set(message.poolInitial),
    poolMax: set(message.poolMax),
    poolHardLimit: set(message.poolHardLimit),
    hasPassword: Boolean(message.password),
  };
}

/** A database as the lists show it: never with a password. */
export function showDatabase({ database, contexts, copyId }: DatabaseData): Database {
  return {
    currentUnits: contexts,
    driver: database.driver,
    id: database.id,
    login: database.login,
    master: database.masterId === null,
    masterId: database.masterId,
    maxUnits: database.maxUnits,
    name: database.name,
    poolHardLimit: database.poolHardLimit,
    poolInitial: database.poolInitial,
    poolMax: database.poolMax,
    read_id: copyId,
    url: database.url,
  };
}
