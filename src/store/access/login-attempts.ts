import type { Knex } from 'knex';
import type {
  FailureCount,
  Failures,
  LoginAttempts,
  LoginPlace,
  LoginRecord,
  RefusalLimits,
  RefusedPlace,
} from '../../provisioning/repositories/access-repository.js';
import { besideCall } from '../database/driver/patience.js';
import { type OnRetry, directSession, inTransaction, joining, type Session } from '../database/session.js';

interface Key {
  readonly account: string;
  readonly address: string;
}
export interface LoginAttemptRow extends Key {
  context_id: number | null;
  failures: number;
  since_ms: number;
  right_ms: number | null;
  expires_ms: number;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    login_attempts: LoginAttemptRow;
  }
}

const none: FailureCount = { failures: 0, sinceMs: 0 };

/** @see LoginAttempts */
export class KnexLoginAttempts implements LoginAttempts {
  private readonly direct: Session;

  constructor(
    private readonly knex: Knex,
    private readonly onRetry?: OnRetry,
  ) {
    this.direct = directSession(knex, onRetry);
  }

  read({ account, address }: LoginPlace): Promise<LoginRecord> {
    return joining.exit(() =>
      this.direct.read(async (db) => {
        const rows = await db('login_attempts').where({ account }).whereIn('address', [address, '']).select();
        const here = rows.find((row) => row.address === address);
        const elsewhere = rows.find((row) => row.address === '');
        return { here: toCount(here), elsewhere: toCount(elsewhere), rightMs: here?.right_ms ?? null };
      }),
    );
  }

  addFailure(
    { account, address, contextId = null }: LoginPlace,
    { nowMs, windowMs, isKnownPlace }: Parameters<LoginAttempts['addFailure']>[1],
  ): Promise<Failures> {
    return this.write(async (db) => {
      const count = (key: Key) => increment(db, key, key.account === '' ? null : contextId, nowMs, windowMs);
      // Always in this order, so that two who count at once wait for each other and do not deadlock.
      const atAddress = await count({ account: '', address });
      const elsewhere = isKnownPlace ? 0 : await count({ account, address: '' });
      return { atAddress, elsewhere, here: await count({ account, address }) };
    });
  }

  addRight({ account, address, contextId = null }: LoginPlace, nowMs: number, keptMs: number): Promise<void> {
    return this.write(async (db) => {
      const expires = nowMs + keptMs;
      await insertUnlessThere(db, { account, address }, contextId, nowMs);
      await db('login_attempts')
        .where({ account, address })
        .update({ failures: 0, right_ms: nowMs, expires_ms: later(db, expires) });
    });
  }

  forgetFailures({ account, address }: Partial<LoginPlace>): Promise<number> {
    return this.write((db) => {
      const counted = db('login_attempts').where('failures', '>', 0);
      if (account !== undefined) counted.where({ account });
      // A login that is refused from all new addresses is refused from this one, too.
      if (address !== undefined)
        counted.whereIn('address', account === undefined ? [address] : [address, '']);
      return counted.update({ failures: 0 });
    });
  }

  listRefused(limits: RefusalLimits, sinceMs: number, length: number): Promise<RefusedPlace[]> {
    return joining.exit(() =>
      this.direct.read(async (db) => {
        const rows = await db('login_attempts')
          .where('since_ms', '>', sinceMs)
          .whereNot('account', '')
          .where((of) => {
            void of.where((here) => void here.whereNot('address', '').where('failures', '>=', limits.here));
            void of.orWhere((all) => void all.where('address', '').where('failures', '>=', limits.elsewhere));
          })
          .orderBy('since_ms', 'desc')
          .limit(length);
        return rows.map((row) => ({ account: row.account, address: row.address, ...toCount(row) }));
      }),
    );
  }

  forgetExpired(nowMs: number): Promise<void> {
    return this.write(async (db) => {
      await db('login_attempts').where('expires_ms', '<', nowMs).delete();
    });
  }

  countRefused(limits: RefusalLimits, sinceMs: number): Promise<{ here: number; elsewhere: number }> {
    return joining.exit(() =>
      this.direct.read(async (db) => {
        const recent = () => db('login_attempts').where('since_ms', '>', sinceMs).whereNot('account', '');
        const [here] = await recent()
          .whereNot('address', '')
          .where('failures', '>=', limits.here)
          .count({ n: '*' });
        const [elsewhere] = await recent()
          .where('address', '')
          .where('failures', '>=', limits.elsewhere)
          .count({ n: '*' });
        return { here: Number(here?.['n'] ?? 0), elsewhere: Number(elsewhere?.['n'] ?? 0) };
      }),
    );
  }

  /** Not joined to the transaction of a call, which ends with the refusal and would take the count along. */
  private write<T>(work: (db: Knex) => Promise<T>): Promise<T> {
    const write = () =>
      inTransaction(this.knex, (session) => session.untold('bookkeeping', work), this.onRetry);
    return joining.exit(() => besideCall(write));
  }
}

async function increment(
  db: Knex,
  key: Key,
  contextId: number | null,
  nowMs: number,
  windowMs: number,
): Promise<number> {
  const windowStartMs = nowMs - windowMs;
  await insertUnlessThere(db, key, contextId, nowMs);
  // MySQL assigns in this order: since_ms is still the old one where failures is computed.
  await db('login_attempts')
    .where(key)
    .update({
      failures: db.raw('CASE WHEN since_ms > ? THEN failures + 1 ELSE 1 END', [windowStartMs]),
      since_ms: db.raw('CASE WHEN since_ms > ? THEN since_ms ELSE ? END', [windowStartMs, nowMs]),
      expires_ms: later(db, nowMs + windowMs),
    });
  return (await db('login_attempts').where(key).first('failures'))?.failures ?? 0;
}

async function insertUnlessThere(db: Knex, key: Key, contextId: number | null, nowMs: number): Promise<void> {
  const row = {
    ...key,
    context_id: contextId,
    failures: 0,
    since_ms: nowMs,
    right_ms: null,
    expires_ms: nowMs,
  };
  await db('login_attempts').insert(row).onConflict(['account', 'address']).ignore();
}

function later(db: Knex, expiresMs: number) {
  return db.raw('CASE WHEN expires_ms > ? THEN expires_ms ELSE ? END', [expiresMs, expiresMs]);
}

function toCount(row: LoginAttemptRow | undefined): FailureCount {
  return row === undefined ? none : { failures: row.failures, sinceMs: row.since_ms };
}
