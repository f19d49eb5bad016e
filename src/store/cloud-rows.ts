import type { MailDomainState } from '../provisioning/repositories/mailbox-repository.js';
import type { Flag } from './rows.js';

interface MailboxPermissionRow {
  context_id: number;
  user_id: number;
  may_send: Flag;
  may_receive: Flag;
  may_login: Flag;
}

interface DomainRow {
  domain: string;
  owner_context_id: number | null;
  owner_reseller_id: number | null;
  is_shared: Flag;
  is_approved: Flag;
  state: MailDomainState;
  version: number;
}

interface SecondaryAccountRow {
  context_id: number;
  user_id: number;
  id: number;
  /** Normalised. */
  address: string;
  settings: string;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    mailbox_permissions: MailboxPermissionRow;
    domain_catchalls: { domain: string; context_id: number; user_id: number };
    domains: DomainRow;
    domain_contexts: { domain: string; context_id: number };
    mail_forwards: { alias: string; domain: string; context_id: number };
    mail_forward_targets: { alias: string; position: number; target: string };
    announcements: { id: number; owner_id: number | null; enabled: Flag; content: string };
    secondary_accounts: SecondaryAccountRow;
  }
}

export type { DomainRow, MailboxPermissionRow, SecondaryAccountRow };
