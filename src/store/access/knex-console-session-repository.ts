import type {
  ConsoleSession,
  ConsoleSessionRepository,
} from '../../provisioning/repositories/console-session-repository.js';
import type { Session } from '../database/session.js';

export interface ConsoleSessionRow {
  readonly id_hash: string;
  readonly login: string;
  readonly password_mark: string;
  readonly expires_ms: number;
}

declare module 'knex/types/tables.js' {
  interface Tables {
    console_sessions: ConsoleSessionRow;
  }
}

/** @see ConsoleSessionRepository */
export class KnexConsoleSessionRepository implements ConsoleSessionRepository {
  constructor(private readonly session: Session) {}

  find(idHash: string): Promise<ConsoleSession | null> {
    return this.session.read(async (db) => {
      const row = await db('console_sessions').where({ id_hash: idHash }).first();
      if (row === undefined) return null;
      return {
        idHash: row.id_hash,
        login: row.login,
        passwordMark: row.password_mark,
        expiresMs: row.expires_ms,
      };
    });
  }

  insert({ idHash, login, passwordMark, expiresMs }: ConsoleSession, nowMs: number): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      await db('console_sessions').where('expires_ms', '<=', nowMs).delete();
      await db('console_sessions').insert({
        id_hash: idHash,
        login,
        password_mark: passwordMark,
        expires_ms: expiresMs,
      });
    });
  }

  delete(idHash: string): Promise<void> {
    return this.session.untold('bookkeeping', async (db) => {
      await db('console_sessions').where({ id_hash: idHash }).delete();
    });
  }
}
