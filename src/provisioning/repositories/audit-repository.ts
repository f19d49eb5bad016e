import type { CallerKind } from '../model/credentials.js';

export type AuditAction = 'create' | 'change' | 'delete';

/** A JSON object of what was changed, without secrets. */
export type AuditValues = Readonly<Record<string, unknown>>;

/** One change of one thing. */
export interface AuditEntry {
  /** Of 26 hexadecimal digits; greater ids are later. */
  readonly id: string;
  readonly atMs: number;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly principal: CallerKind;
  readonly login: string;
  /** null: it came over no network. */
  readonly address: string | null;
  readonly action: AuditAction;
  /** `user`, `context`, `group` … */
  readonly kind: string;
  readonly contextId: number | null;
  readonly objectId: number | null;
  /** Name of the object; '' when its id says enough. */
  readonly name: string;
  /** null: there was nothing before. */
  readonly before: AuditValues | null;
  /** null: there is nothing after. */
  readonly after: AuditValues | null;
}

/** Filter of entries; absent members match all. */
export interface AuditFilter {
  readonly contextId?: number;
  /** A user, group or resource of that context. */
  readonly objectId?: number;
  readonly login?: string;
  readonly operation?: string;
  readonly requestId?: string;
  /** From then on. */
  readonly sinceMs?: number;
  /** Before then. */
  readonly untilMs?: number;
}

export interface AuditPage {
  readonly length: number;
  /** Only entries that are older than this one. */
  readonly beforeId?: string;
}

/** The trail of changes. Entries are written by the store itself, in the transaction of the change. */
export interface AuditRepository {
  /** Newest first. @param ownerIds only what concerns contexts of these resellers; null: everything */
  find(filter: AuditFilter, page: AuditPage, ownerIds: readonly number[] | null): Promise<AuditEntry[]>;
  /** Deletes up to `length` of the oldest entries from before a time. How many there were. */
  prune(beforeMs: number, length: number): Promise<number>;
}
