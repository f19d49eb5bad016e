import { expect } from 'chai';
import { describeSettings } from '../../../src/settings/read-config.js';
import { openStore } from '../../../src/store/open-store.js';

/** Per table: the setting that bounds its rows per object, or why there is none. */
const bounds: Readonly<Record<string, string>> = {
  user_attributes: 'MAX_ATTRIBUTES',
  context_attributes: 'MAX_ATTRIBUTES',
  user_aliases: 'MAX_ALIASES',
  login_mappings: 'MAX_LOGIN_MAPPINGS',
  group_members: 'MAX_GROUP_MEMBERS',
  resource_permissions: 'MAX_RESOURCE_PERMISSIONS',
  user_capabilities: 'MAX_CAPABILITIES',
  context_capabilities: 'MAX_CAPABILITIES',
  mail_forwards: 'MAX_FORWARDS',
  mail_forward_targets: 'MAX_FORWARD_TARGETS',
  domain_catchalls: 'MAX_CATCHALLS',
  secondary_accounts: 'MAX_SECONDARY_ACCOUNTS',
  announcements: 'MAX_ANNOUNCEMENTS',
  unique_names: 'MAX_ALIASES',
};

/** Tables whose rows are no part of one object, each with the reason. */
const reasons: Readonly<Record<string, string>> = {
  audit_entries: 'a trail, kept for AUDIT_RETENTION and read by pages',
  cluster_locks: 'names of ours',
  console_sessions: 'one row per log-in of a provider, kept for 8 hours, never shown as a list',
  context_usage: 'one row per context',
  domain_contexts: 'one row per context and mail domain, begun with an address, forward or catch-all',
  domains: 'objects of their own, read by pages',
  contexts: 'objects of their own, bounded by restrictions',
  file_usage: 'one row per user',
  filestores: 'made by the operator',
  hosted_file_usage: 'one row per user',
  idempotency_keys: 'kept for a day',
  login_attempts: 'kept for LOGIN_FAILURE_WINDOW or 30 days, never shown as a list',
  mail_accounts_told: 'one row per mailbox',
  mail_usage: 'one row per mailbox',
  mailbox_permissions: 'one row per user',
  maintenance_reasons: 'made by the master admin',
  object_usage: 'one row per module, of a closed set',
  object_quotas: 'one row per module, of a closed set',
  outbox: 'one row per mailbox or tenant to be told',
  outbox_renames: 'kept until the mail server was told',
  quota_deletions: 'kept for a while, so that repeated calls are known',
  quota_reservations: 'end by themselves, and are bounded by quota',
  quota_levels: 'one row per user and budget',
  registered_databases: 'made by the operator',
  registered_servers: 'made by the operator',
  resellers: 'objects of their own, bounded by restrictions',
  resources: 'objects of their own',
  sequences: 'one row per kind of id',
  settings: 'names of ours',
  shared_mail_domains: 'objects of their own, each a call of a provider',
  snippet_usage: 'one row per context or user',
  usage_samples: 'kept for a while, some a day and user',
  user_groups: 'objects of their own',
  users: 'objects of their own, bounded by restrictions',
};

describe('store: every table has a bound per object, or a reason to have none', () => {
  it('so that the next list cannot be forgotten', async () => {
    const store = await openStore({ databaseUrl: 'sqlite::memory:' });
    try {
      const tables = [...(await store.copyAll()).keys()];
      const unknown = tables.filter((table) => !(table in bounds) && !(table in reasons));
      expect(unknown, 'neither a bound nor a reason').to.deep.equal([]);
      const settings = new Set(describeSettings().map(({ name }) => name));
      for (const name of Object.values(bounds)) expect(settings.has(name), name).to.equal(true);
      for (const table of Object.keys({ ...bounds, ...reasons })) expect(tables).to.include(table);
    } finally {
      await store.close();
    }
  });
});
