import type { Reseller } from '../model/model.js';

export type ResellerChanges = Partial<Omit<Reseller, 'id'>>;

export interface ResellerSearch {
  readonly pattern: string;
  /** null: all resellers. */
  readonly parentId: number | null;
}

export interface ResellerRepository {
  takeNextId(): Promise<number>;
  insert(reseller: Reseller): Promise<void>;
  find(id: number): Promise<Reseller | null>;
  /** Existing ones of the resellers, in any order. */
  findMany(ids: readonly number[]): Promise<Reseller[]>;
  lock(id: number): Promise<Reseller | null>;
  /** Like find, and keeps it unchanged until the transaction ends; the lock is shared. */
  hold(id: number): Promise<Reseller | null>;
  /** In any letter case; who is called exactly so comes first. */
  findByName(name: string): Promise<Reseller | null>;
  update(id: number, changes: ResellerChanges): Promise<void>;
  delete(id: number): Promise<void>;
  /** Ascending by id. */
  search(search: ResellerSearch): Promise<Reseller[]>;
  countChildren(id: number): Promise<number>;
}
