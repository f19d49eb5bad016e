import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type {
  IdempotencyKeyRepository,
  KeptAnswer,
} from '../../provisioning/repositories/outbox-repository.js';
import { refusing } from '../database/database-error.js';
import type { Session } from '../database/session.js';
import type { IdempotencyKeyRow } from '../schema/rows.js';

/** Keys deleted in one statement. */
const batchLength = 500;

/** @see IdempotencyKeyRepository */
export class KnexIdempotencyKeyRepository implements IdempotencyKeyRepository {
  constructor(private readonly session: Session) {}

  find(caller: string, key: string, sinceMs: number): Promise<KeptAnswer | null> {
    return this.session.read(async (db) => {
      const row = await db('idempotency_keys')
        .where({ caller, idempotency_key: key })
        .where('created_at_ms', '>=', sinceMs)
        .first();
      return row === undefined ? null : toKept(row);
    });
  }

  insert({ caller, key, salt, digest, answer, createdAtMs }: KeptAnswer, sinceMs: number): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      await db('idempotency_keys')
        .where({ caller, idempotency_key: key })
        .where('created_at_ms', '<', sinceMs)
        .delete();
      const row = { caller, idempotency_key: key, salt, digest, answer, created_at_ms: createdAtMs };
      const taken = () => new UniqueConflictError('idempotencyKey', key);
      await refusing({ PRIMARY: taken }, () => db('idempotency_keys').insert(row));
    });
  }

  forgetBefore(sinceMs: number): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      const rows = await db('idempotency_keys')
        .where('created_at_ms', '<', sinceMs)
        .orderBy('created_at_ms')
        .limit(batchLength)
        .select('caller', 'idempotency_key');
      for (const row of rows)
        await db('idempotency_keys').where(row).where('created_at_ms', '<', sinceMs).delete();
    });
  }
}

function toKept(row: IdempotencyKeyRow): KeptAnswer {
  const { caller, idempotency_key: key, salt, digest, answer, created_at_ms: createdAtMs } = row;
  return { caller, key, salt, digest, answer, createdAtMs };
}
