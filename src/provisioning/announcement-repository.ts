/** A member of an announcement as its author sent it. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A text for end users, of whatever form its author gave it. */
export interface Announcement {
  readonly id: number;
  /** The reseller whose it is, null: the master admin's. */
  readonly ownerId: number | null;
  readonly enabled: boolean;
  readonly content: Readonly<Record<string, JsonValue>>;
}

export interface AnnouncementRepository {
  takeNextId(): Promise<number>;
  insert(announcement: Announcement): Promise<void>;
  find(id: number): Promise<Announcement | null>;
  /** As find, and locks the row until the transaction ends. */
  lock(id: number): Promise<Announcement | null>;
  setEnabled(id: number, enabled: boolean): Promise<void>;
  delete(id: number): Promise<void>;
  /** How many somebody has, and how large they are together as JSON; null: the master admin. */
  size(ownerId: number | null): Promise<{ readonly count: number; readonly bytes: number }>;
  /** Ascending by id; undefined: everybody's. */
  list(ownerId?: number): Promise<Announcement[]>;
}
