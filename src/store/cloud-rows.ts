import type { Flag } from './rows.js';

interface MailboxPermissionRow {
  context_id: number;
  user_id: number;
  may_send: Flag;
  may_receive: Flag;
  may_login: Flag;
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
    shared_mail_domains: { domain: string; owner_id: number | null };
    mail_forwards: { alias: string; domain: string; context_id: number };
    mail_forward_targets: { alias: string; position: number; target: string };
    announcements: { id: number; owner_id: number | null; enabled: Flag; content: string };
    secondary_accounts: SecondaryAccountRow;
  }
}

export type { MailboxPermissionRow, SecondaryAccountRow };
