/** 0 or 1: neither database has a boolean that both drivers return as one. */
export type Flag = 0 | 1;

export function flag<T extends boolean | undefined>(value: T): Flag | Extract<T, undefined> {
  return (value === undefined ? undefined : value ? 1 : 0) as Flag | Extract<T, undefined>;
}

/** The columns without those that are undefined, which means untouched. */
export function definedColumns<T extends object>(columns: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const defined = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

export interface ContextRow {
  id: number;
  name: string;
  name_lower: string;
  owner_id: number | null;
  enabled: Flag;
  max_quota_mb: number;
  filestore_id: number;
  average_size_mb: number;
  gab_mode: string | null;
  custom_id: string | null;
  admin_id: number;
  next_principal_id: number;
  database_id: number;
  restrictions: string;
  cascade_version: number;
  made_ms: number;
}

export interface LoginMappingRow {
  mapping: string;
  mapping_lower: string;
  context_id: number;
  position: number;
}

export interface ContextAttributeRow {
  context_id: number;
  namespace: string;
  name: string;
  value: string;
}

export interface UserRow {
  context_id: number;
  id: number;
  is_context_admin: Flag;
  login: string;
  login_lower: string;
  password_hash: string;
  password_mech: string;
  password_expired: Flag;
  enabled: Flag;
  display_name: string;
  display_name_lower: string;
  given_name: string;
  sur_name: string;
  primary_email: string;
  mailbox: string | null;
  email1: string;
  email2: string | null;
  email3: string | null;
  default_sender_address: string;
  language: string;
  timezone: string;
  default_group_id: number;
  module_access: number;
  max_quota_mb: number;
  filestore_id: number;
  filestore_owner_id: number;
  mail_quota_mb: number | null;
  unified_enabled: Flag;
  imap_schema: string;
  imap_host: string;
  imap_port: number;
  smtp_schema: string;
  smtp_host: string;
  smtp_port: number;
  profile: string;
}

export interface UserAliasRow {
  context_id: number;
  user_id: number;
  position: number;
  address: string;
}

export interface UserAttributeRow {
  context_id: number;
  user_id: number;
  namespace: string;
  name: string;
  value: string;
}

export interface UniqueNameRow {
  kind: 'display' | 'mail';
  scope_context_id: number;
  value: string;
  context_id: number;
  user_id: number;
  /** A forward is held under the context admin. */
  holder: 'user' | 'forward';
}

export interface ResellerRow {
  id: number;
  name: string;
  name_lower: string;
  display_name: string;
  parent_id: number | null;
  password_hash: string;
  password_mech: string;
  restrictions: string;
  capabilities: string;
  taxonomies: string;
  configuration: string;
  named_ms: number;
}

export interface GroupRow {
  context_id: number;
  id: number;
  name: string;
  name_lower: string;
  display_name: string;
  display_name_lower: string;
}

export interface ResourceRow {
  context_id: number;
  id: number;
  name: string;
  name_lower: string;
  display_name: string;
  display_name_lower: string;
  email: string;
  email_lower: string;
  available: Flag;
  description: string | null;
}

export interface ResourcePermissionRow {
  context_id: number;
  resource_id: number;
  position: number;
  user_id: number | null;
  group_id: number | null;
  privilege: string | null;
}

/** Count of files, in bytes and in files. */
export interface UsageColumns {
  bytes: number;
  files: number;
  /** Grows with every change of the two. */
  generation: number;
}

export interface ObjectUsageRow {
  context_id: number;
  module: string;
  objects: number;
  reserved_objects: number;
  generation: number;
}

export interface ReservationRow {
  id: string;
  context_id: number;
  holder: string;
  idempotency_key: string;
  kind: string;
  counter: string;
  amount: number;
  state: 'open' | 'committed' | 'released' | 'expired';
  expires_at_ms: number;
  committed_amount: number;
  committed_files: number;
}

export interface DeletionRow {
  context_id: number;
  holder: string;
  idempotency_key: string;
  kind: string;
  amount: number;
  files: number;
  reported_at_ms: number;
}

export interface DatabaseRow {
  id: number;
  name: string;
  url: string;
  driver: string;
  login: string;
  master_id: number | null;
  max_units: number;
  pool_initial: number;
  pool_max: number;
  pool_hard_limit: number;
}

export interface IdempotencyKeyRow {
  caller: string;
  idempotency_key: string;
  salt: string;
  digest: string;
  answer: string;
  created_at_ms: number;
}

export interface AuditRow {
  id: string;
  request_id: string;
  service: string;
  operation: string;
  principal: string;
  login: string;
  address: string;
  action: string;
  kind: string;
  owner_id: number | null;
  context_id: number | null;
  object_id: number | null;
  name: string;
  old_values: string | null;
  new_values: string | null;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    settings: { name: string; value: string };
    cluster_locks: { name: string; version: number };
    idempotency_keys: IdempotencyKeyRow;
    audit_entries: AuditRow;
    sequences: { name: string; next_value: number };
    filestores: { id: number; url: string; size_mb: number; max_contexts: number };
    registered_servers: { id: number; name: string };
    registered_databases: DatabaseRow;
    maintenance_reasons: { id: number; text: string };
    hosted_file_usage: UsageColumns & { context_id: number; user_id: number };
    resellers: ResellerRow;
    contexts: ContextRow;
    login_mappings: LoginMappingRow;
    context_attributes: ContextAttributeRow;
    object_quotas: { context_id: number; module: string; max_objects: number };
    context_capabilities: { context_id: number; name: string };
    user_capabilities: { context_id: number; user_id: number; name: string };
    context_usage: UsageColumns & { context_id: number; reserved_bytes: number };
    users: UserRow;
    user_aliases: UserAliasRow;
    user_attributes: UserAttributeRow;
    user_groups: GroupRow;
    resources: ResourceRow;
    resource_permissions: ResourcePermissionRow;
    group_members: { context_id: number; group_id: number; user_id: number };
    unique_names: UniqueNameRow;
    file_usage: UsageColumns & { context_id: number; user_id: number; reserved_bytes: number };
    snippet_usage: UsageColumns & { context_id: number; user_id: number; reserved_bytes: number };
    object_usage: ObjectUsageRow;
    quota_reservations: ReservationRow;
    quota_deletions: DeletionRow;
    mail_usage: { username: string; bytes: number; messages: number };
  }
}
