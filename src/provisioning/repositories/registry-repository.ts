import type { Filestore } from '../model/model.js';

/** A machine that is known to the installation. */
export interface RegisteredServer {
  readonly id: number;
  readonly name: string;
}

/** A database as it was registered. Its password is nobody's business and kept nowhere. */
export interface RegisteredDatabase {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly driver: string;
  readonly login: string;
  /** The master of which this is a read-only copy, null: a master itself. */
  readonly masterId: number | null;
  /** Maximum of contexts. */
  readonly maxUnits: number;
  readonly poolInitial: number;
  readonly poolMax: number;
  readonly poolHardLimit: number;
}

/** Reason why contexts are disabled. */
export interface MaintenanceReason {
  readonly id: number;
  readonly text: string;
}

/** Things that are registered under a name that no other has. */
export interface RegistryRepository<T extends { readonly id: number }> {
  takeNextId(): Promise<number>;
  /** @throws UniqueConflictError serverName, databaseName or maintenanceReason */
  insert(entry: T): Promise<void>;
  find(id: number): Promise<T | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(id: number): Promise<T | null>;
  findIdByName(name: string): Promise<number | null>;
  /** Entries by name (of a reason: text) as in UserSearch, case-sensitive; ascending by id. */
  search(pattern: string): Promise<T[]>;
  /** @throws UniqueConflictError as insert */
  update(id: number, changes: Partial<Omit<T, 'id'>>): Promise<void>;
  delete(id: number): Promise<void>;
}

export interface DatabaseRepository extends RegistryRepository<RegisteredDatabase> {
  /** Like find, and keeps it registered until the transaction ends. */
  hold(id: number): Promise<RegisteredDatabase | null>;
  /** database id → the contexts that are on it; databases without any are left out. */
  countContexts(): Promise<ReadonlyMap<number, number>>;
  /** Master id → one of its read-only copies. */
  copies(): Promise<ReadonlyMap<number, number>>;
  /** The database that a context is on, null without such a context. */
  ofContext(contextId: number): Promise<number | null>;
  assign(contextId: number, databaseId: number): Promise<void>;
}

/** Numbers of jobs, as the move operations answer them. */
export interface JobRepository {
  takeNextId(): Promise<number>;
}

/** Usage of a filestore, counted. */
export interface FilestoreLoad {
  /** Contexts that live in it. */
  readonly contexts: number;
  /** Users whose own storage it is. */
  readonly users: number;
  /** Bytes of both together. */
  readonly usedBytes: number;
  /** The average sizes of those contexts together. */
  readonly contextSizesMb: number;
}

/** Usage of a filestore some time ago. */
export interface RoughLoad {
  readonly load: FilestoreLoad;
  readonly ageMs: number;
}

export interface FilestoreRepository {
  takeNextId(): Promise<number>;
  /** @throws UniqueConflictError filestoreUrl */
  insert(filestore: Filestore): Promise<void>;
  find(id: number): Promise<Filestore | null>;
  /** Like find, and keeps it registered until the transaction ends; the lock is shared. */
  hold(id: number): Promise<Filestore | null>;
  /** Like find, and locks the row until the transaction ends. */
  lock(id: number): Promise<Filestore | null>;
  /** Ascending by id. */
  list(): Promise<Filestore[]>;
  /** Filestores by URL (as in UserSearch, case-sensitive), ascending by id. */
  search(pattern: string): Promise<Filestore[]>;
  /** @throws UniqueConflictError filestoreUrl */
  update(id: number, changes: Partial<Omit<Filestore, 'id'>>): Promise<void>;
  delete(id: number): Promise<void>;
  countContexts(id: number): Promise<number>;
  /** Counts anew, which takes long where there is much to count. */
  load(id: number): Promise<FilestoreLoad>;
  /** Usage counted some seconds ago, or longer where counting is slow. */
  roughLoad(id: number): Promise<RoughLoad>;
}
