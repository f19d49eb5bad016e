/** namespace → key → value, as in `userAttributes` on the wire, `config/com.openexchange…` in the store. */
export type Attributes = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** One change of an attribute. A null value removes the key; removing what is not there is no error. */
export interface AttributeChange {
  readonly namespace: string;
  readonly key: string;
  readonly value: string | null;
}

/** A value of the profile: what is kept about a person but no rule ever looks at. */
export type ProfileValue = string | number | boolean | Readonly<Record<string, string>>;

/** A mail server as a user sees it, e.g. `imap://localhost:143`. */
export interface MailEndpoint {
  readonly schema: string;
  readonly host: string;
  readonly port: number;
}

/** A user as stored. Quotas in MB, -1 unlimited (files); mail quota 0 unlimited, null never set. */
export interface User {
  readonly contextId: number;
  readonly id: number;
  readonly isContextAdmin: boolean;
  readonly login: string;
  readonly passwordHash: string;
  /** Mechanism as the original shows it: `{BCRYPT}`, `{SHA-256}` … */
  readonly passwordMech: string;
  readonly passwordExpired: boolean;
  /** The wire's `mailenabled`: whether the end user may log in at all. */
  readonly enabled: boolean;
  readonly displayName: string;
  readonly givenName: string;
  readonly surName: string;
  readonly primaryEmail: string;
  readonly email1: string;
  readonly email2: string | null;
  readonly email3: string | null;
  readonly defaultSenderAddress: string;
  /** In the order in which they were given. */
  readonly aliases: readonly string[];
  readonly language: string;
  readonly timezone: string;
  readonly defaultGroupId: number;
  /** Bit mask, see module-access. */
  readonly moduleAccess: number;
  readonly maxQuotaMb: number;
  /** The file storage that the user's files count to, 0 = none: files count to the context. */
  readonly filestoreId: number;
  /** Owner of that storage: 0 for the user (if any), else a master user of the same context. */
  readonly filestoreOwnerId: number;
  readonly mailQuotaMb: number | null;
  readonly imap: MailEndpoint;
  readonly smtp: MailEndpoint;
  readonly attributes: Attributes;
  readonly profile: Readonly<Record<string, ProfileValue>>;
}

/** A context as stored. `maxQuotaMb` -1 = unlimited; it limits the context's file storage only. */
export interface Context {
  readonly id: number;
  readonly name: string;
  /** The reseller that owns it, null: the master admin's own. */
  readonly ownerId: number | null;
  readonly enabled: boolean;
  readonly maxQuotaMb: number;
  readonly filestoreId: number;
  readonly averageSizeMb: number;
  readonly gabMode: string | null;
  readonly customId: string | null;
  readonly adminId: number;
  readonly loginMappings: readonly string[];
  readonly attributes: Attributes;
  readonly restrictions: readonly Restriction[];
}

/** A limit that a reseller or one of its contexts is under, e.g. `Subadmin.MaxContext` = `10`. */
export interface Restriction {
  readonly name: string;
  readonly value: string;
}

/** A reseller (sub-admin). `parentId` 0: created by the master admin. */
export interface Reseller {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly parentId: number;
  readonly passwordHash: string;
  readonly passwordMech: string;
  readonly restrictions: readonly Restriction[];
  /** `capability` or `-capability` (explicit denial), sorted. */
  readonly capabilities: readonly string[];
  readonly taxonomies: readonly string[];
  /** Properties at reseller scope of the config cascade. */
  readonly configuration: ReadonlyMap<string, string>;
}

export interface Group {
  readonly contextId: number;
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  /** User ids, ascending. */
  readonly memberIds: readonly number[];
}

export interface Filestore {
  readonly id: number;
  readonly url: string;
  readonly sizeMb: number;
  readonly maxContexts: number;
}

/**
 * Usage of a user's mail and files, in bytes. Null `fileBytes` means no usage row, since files count
 * elsewhere.
 */
export interface QuotaUsage {
  readonly mailBytes: number;
  readonly mailMessages: number;
  readonly fileBytes: number | null;
}

/** A user with what stands elsewhere about it. */
export interface StoredUserData {
  readonly user: User;
  /** The file storage that its files count to. */
  readonly filestore: Filestore | null;
  readonly usage: QuotaUsage;
}

/** A part of an ordered list. */
export interface Page {
  readonly length: number;
  readonly offset: number;
}

/** State of a counter, with the deciding facts. */
export interface LedgerState {
  /** null: none. */
  readonly limit: number | null;
  /** Mail that counts to the same limit, in bytes; 0 unless the quota is unified. */
  readonly mail: number;
  readonly used: number;
  readonly reserved: number;
}

/** The facts about one user from which everything else about its quota follows. Quotas in MB. */
export interface QuotaInput {
  /** Limit of the user's files, -1 = none. */
  readonly maxQuotaMb: number;
  /** True when files count to the user's own storage, else to the context. */
  readonly ownsFilestore: boolean;
  /** Limit of the user's mail: 0 = none, null = never set, which limits nothing either. */
  readonly mailQuotaMb: number | null;
  /** True when `com.openexchange.unifiedquota.enabled` is effectively true. */
  readonly unifiedEnabled: boolean;
  readonly mailBytes: number;
  readonly fileBytes: number;
}

/**
 * Reference to a context. The id wins; a name counts only without an id.
 * Source: docs/contract/values.md#2.
 */
export interface ContextReference {
  readonly id?: number | null | undefined;
  readonly name?: string | null | undefined;
}

/** The id of the group that every user of a context is in. It takes the first id. Source: docs/contract/users.md#1-6. */
export const defaultGroupId = 1;
