import type { OutboxKind } from '../provisioning/repositories/outbox-repository.js';
import type { Flag } from './rows.js';

export interface OutboxRow {
  kind: OutboxKind;
  name: string;
  version: number;
  remove_first: Flag;
  body: string | null;
  attempts: number;
  created_at_ms: number;
  due_at_ms: number;
  lease_until_ms: number;
  lease_token: string | null;
  last_error: string | null;
}

/** A budget: the one of a unified quota, or that of one side. */
export interface QuotaLevelRow {
  context_id: number;
  user_id: number;
  budget: 'unified' | 'mail' | 'files';
  percent: number;
}

/** What a user held at a time. */
export interface UsageSampleRow {
  context_id: number;
  user_id: number;
  at_ms: number;
  mail_bytes: number;
  file_bytes: number;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    outbox: OutboxRow;
    outbox_renames: { former: string; mailbox: string };
    quota_levels: QuotaLevelRow;
    usage_samples: UsageSampleRow;
  }
}
