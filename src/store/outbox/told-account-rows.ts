import { z } from 'zod';
import type { ToldAccount } from '../../provisioning/model/told-account.js';
import type { Flag } from '../schema/rows.js';

export interface ToldAccountRow {
  mailbox: string;
  server_id: string;
  is_settled: Flag;
  facts: string;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    mail_accounts_told: ToldAccountRow;
  }
}

const factsShape = z.object({
  aliases: z.array(z.string()),
  secretMarks: z.array(z.string()),
  limitBytes: z.number().nullable(),
  disabledPermissions: z.array(z.string()),
  objectQuotas: z.record(z.string(), z.number()),
  tenantOf: z.number().nullable(),
});

export function toToldRow({ mailbox, serverId, isSettled, facts }: ToldAccount): ToldAccountRow {
  return { mailbox, server_id: serverId, is_settled: isSettled ? 1 : 0, facts: JSON.stringify(facts) };
}

/** null: it cannot be read, which is the same as if nothing were remembered. */
export function toToldAccount({ mailbox, server_id, is_settled, facts }: ToldAccountRow): ToldAccount | null {
  const read = factsShape.safeParse(parsed(facts));
  if (!read.success) return null;
  return { mailbox, serverId: server_id, isSettled: is_settled === 1, facts: read.data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
