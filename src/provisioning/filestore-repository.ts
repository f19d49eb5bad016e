import type { Filestore } from './model.js';

/** What is in a file storage, counted. */
export interface FilestoreLoad {
  /** Contexts that live in it. */
  readonly contexts: number;
  /** Users whose own storage it is. */
  readonly users: number;
  /** What both of them hold. */
  readonly usedBytes: number;
  /** The average sizes of those contexts together. */
  readonly contextSizesMb: number;
}

/** What was in a file storage some time ago. */
export interface RoughLoad {
  readonly load: FilestoreLoad;
  readonly ageMs: number;
}

export interface FilestoreRepository {
  takeNextId(): Promise<number>;
  /** @throws UniqueConflictError filestoreUrl */
  insert(filestore: Filestore): Promise<void>;
  find(id: number): Promise<Filestore | null>;
  /** As find, and keeps it registered until the transaction ends; any number of transactions can do so at once. */
  hold(id: number): Promise<Filestore | null>;
  /** As find, and locks the row until the transaction ends. */
  lock(id: number): Promise<Filestore | null>;
  /** Ascending by id. */
  list(): Promise<Filestore[]>;
  /** Those whose url matches (as in UserSearch, letter case counts), ascending by id. */
  search(pattern: string): Promise<Filestore[]>;
  /** @throws UniqueConflictError filestoreUrl */
  update(id: number, changes: Partial<Omit<Filestore, 'id'>>): Promise<void>;
  delete(id: number): Promise<void>;
  countContexts(id: number): Promise<number>;
  /** Counts anew, which takes long where there is much to count. */
  load(id: number): Promise<FilestoreLoad>;
  /** As counted some seconds ago, or longer where counting takes long. */
  roughLoad(id: number): Promise<RoughLoad>;
}
