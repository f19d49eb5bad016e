import type { Knex } from 'knex';
import type { Context, Filestore, Group, Reseller, User } from '../../provisioning/model/model.js';
import type { CapabilityHolder } from '../../provisioning/repositories/capability-repository.js';
import type { ContextChanges } from '../../provisioning/repositories/context-repository.js';
import type {
  GroupChanges,
  Resource,
  ResourceChanges,
} from '../../provisioning/repositories/group-repository.js';
import type {
  LedgerAccount,
  LedgerPlace,
  Reservation,
} from '../../provisioning/repositories/ledger-repository.js';
import type {
  Announcement,
  DomainCatchall,
  MailboxPermissions,
  MailDomain,
  MailForward,
} from '../../provisioning/repositories/mailbox-repository.js';
import type {
  MaintenanceReason,
  RegisteredDatabase,
  RegisteredServer,
} from '../../provisioning/repositories/registry-repository.js';
import type { ResellerChanges } from '../../provisioning/repositories/reseller-repository.js';
import type { SecondaryAccount } from '../../provisioning/repositories/secondary-account-repository.js';
import type { FileCount, HolderKey, MailCount } from '../../provisioning/repositories/usage-repository.js';
import type {
  ModuleAccessChange,
  OpenSessions,
  UserChanges,
} from '../../provisioning/repositories/user-repository.js';

interface Told<Details, Result = void> {
  readonly details: Details;
  readonly result: Result;
}

interface OfObject {
  readonly contextId: number;
  readonly id: number;
}

interface OfObjects {
  readonly contextId: number;
  readonly ids: readonly number[];
}

interface OfUser {
  readonly contextId: number;
  readonly userId: number;
}

interface OfMembers extends OfObject {
  readonly userIds: readonly number[];
}

/** The entries that a registry has, by its name. */
export interface RegisteredEntries {
  readonly filestore: Filestore;
  readonly server: RegisteredServer;
  readonly database: RegisteredDatabase;
  readonly maintenanceReason: MaintenanceReason;
}

export type RegistryKind = keyof RegisteredEntries;

interface OfEntry {
  readonly kind: RegistryKind;
  readonly id: number;
}

/** Changes that repositories tell their session, each with its details and the answer of its write. */
export interface Changes {
  userCreated: Told<{ readonly user: Omit<User, 'id'> }, number>;
  userChanged: Told<
    OfObject & {
      readonly changes: UserChanges;
      readonly locked: User | null;
      readonly sessions: OpenSessions;
    }
  >;
  usersDeleted: Told<OfObjects>;
  moduleAccessChanged: Told<ModuleAccessChange>;
  contextCreated: Told<{ readonly context: Context }>;
  contextChanged: Told<{ readonly id: number; readonly changes: ContextChanges }>;
  contextDeleted: Told<{ readonly id: number }, boolean>;
  contextsEnabled: Told<{ readonly ownerIds: readonly number[] | null; readonly enabled: boolean }>;
  contextModuleAccessSet: Told<{
    readonly contextId: number;
    readonly masks: { readonly admin: number; readonly others: number };
  }>;
  unifiedFlagsInherited: Told<{ readonly contextIds: readonly number[]; readonly isEnabled: boolean }>;
  unifiedFlagSet: Told<OfUser>;
  resellerCreated: Told<{ readonly reseller: Reseller }>;
  resellerChanged: Told<{ readonly id: number; readonly changes: ResellerChanges }>;
  resellerDeleted: Told<{ readonly id: number }>;
  groupCreated: Told<{ readonly group: Group }>;
  groupChanged: Told<OfObject & { readonly changes: GroupChanges }>;
  groupMembersAdded: Told<OfMembers>;
  groupMembersRemoved: Told<OfMembers>;
  groupsDeleted: Told<OfObjects>;
  resourceCreated: Told<{ readonly resource: Resource }>;
  resourceChanged: Told<OfObject & { readonly changes: ResourceChanges }>;
  resourceDeleted: Told<OfObject, boolean>;
  capabilitiesReplaced: Told<{ readonly of: CapabilityHolder; readonly wanted: readonly string[] }>;
  objectQuotasSet: Told<{
    readonly contextId: number;
    readonly modules: readonly string[];
    readonly limit: number | null;
  }>;
  mailboxPermissionsChanged: Told<OfUser & { readonly changes: Partial<MailboxPermissions> }>;
  catchallCreated: Told<DomainCatchall>;
  catchallDeleted: Told<DomainCatchall, boolean>;
  mailDomainCreated: Told<{ readonly wanted: MailDomain }>;
  mailDomainChanged: Told<{
    readonly domain: string;
    readonly changes: Partial<Omit<MailDomain, 'domain'>>;
  }>;
  mailDomainDeleted: Told<{ readonly domain: string }>;
  forwardPut: Told<MailForward>;
  forwardsDeleted: Told<{ readonly contextId: number; readonly alias: string | null }, number>;
  announcementCreated: Told<{ readonly announcement: Announcement }>;
  announcementSwitched: Told<{ readonly id: number; readonly enabled: boolean }>;
  announcementDeleted: Told<{ readonly id: number }>;
  secondaryAccountsCreated: Told<{ readonly accounts: readonly SecondaryAccount[] }>;
  secondaryAccountChanged: Told<{ readonly account: SecondaryAccount }>;
  secondaryAccountsDeleted: Told<OfObjects>;
  entryRegistered: Told<OfEntry & { readonly entry: object }>;
  entryChanged: Told<OfEntry & { readonly changes: object }>;
  entryUnregistered: Told<OfEntry>;
  databaseAssigned: Told<{ readonly contextId: number; readonly databaseId: number }>;
  mailUsageReplaced: Told<
    { readonly mailbox: string; readonly seen: MailCount | null; readonly counted: MailCount },
    boolean
  >;
  fileUsageReplaced: Told<
    { readonly holder: HolderKey; readonly seen: FileCount; readonly counted: FileCount },
    boolean
  >;
  fileUsagePassedOn: Told<{ readonly contextId: number; readonly heirId: number }>;
  filesReserved: Told<{ readonly contextId: number; readonly account: LedgerAccount }, Reservation>;
  filesMoved: Told<{ readonly contextId: number; readonly account: LedgerAccount | null }>;
  usageSet: Told<{
    readonly place: LedgerPlace;
    readonly account: LedgerAccount;
    readonly total: { readonly used: number; readonly files: number };
  }>;
  reservationsSwept: Told<{ readonly nowMs: number }>;
}

export type ChangeKind = keyof Changes;

/** The answer to a change that was made. */
type After<Kind extends ChangeKind> = (result: Changes[Kind]['result']) => Promise<void> | void;

/** A listener for one kind of change, called before it is written; what it returns is called afterwards. */
type Hearer<Kind extends ChangeKind> = (
  details: Changes[Kind]['details'],
) => After<Kind> | null | Promise<After<Kind> | null>;

/** One listener's answer to every kind of change; null where the change is none of its business. */
export type ChangeTable = { readonly [Kind in ChangeKind]: Hearer<Kind> | null };

/** A list of changes that are none of a listener's business, for its table. */
export function notConcerned<Kind extends ChangeKind>(...kinds: readonly Kind[]): Record<Kind, null> {
  return Object.fromEntries(kinds.map((kind) => [kind, null])) as Record<Kind, null>;
}

/** Reasons why a write tells nobody. */
export type Untold =
  /** Ids and versions that are taken before the change that they are for. */
  | 'takes a number'
  /** Claims, rights and routes that another change, which is told, brings about. */
  | 'follows from a told change'
  /** Settings, sessions, keys, samples and levels of the installation itself. */
  | 'bookkeeping'
  /** The trail and the outbox themselves. */
  | 'written by a listener'
  /** Lists of statements whose sender adds what listeners would. */
  | 'told in the list';

/** The part of a session that writes: every write says what it changes, or why it tells nobody. */
export interface Writing {
  changing<Kind extends ChangeKind>(
    kind: Kind,
    details: Changes[Kind]['details'],
    write: (db: Knex) => Promise<Changes[Kind]['result']>,
  ): Promise<Changes[Kind]['result']>;
  untold<T>(reason: Untold, write: (db: Knex) => Promise<T>): Promise<T>;
}

/** A session whose changes a listener hears, before and after each of them. */
export function heardBy<S extends Writing>(session: S, table: ChangeTable): S {
  return {
    ...session,
    changing: async <Kind extends ChangeKind>(
      kind: Kind,
      details: Changes[Kind]['details'],
      write: (db: Knex) => Promise<Changes[Kind]['result']>,
    ) => {
      const after = await table[kind]?.(details);
      const result = await session.changing(kind, details, write);
      await after?.(result);
      return result;
    },
  };
}
