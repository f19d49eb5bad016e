import type { Knex } from 'knex';
import { presentCall, type AuditedCall } from '../provisioning/access/audited-call.js';
import { StoreUnavailableError } from '../provisioning/errors/store-errors.js';
import type { AccessRepository } from '../provisioning/repositories/access-repository.js';
import type { Repositories, Store, PoolState } from '../provisioning/repositories/store.js';
import type { UserDataRepository } from '../provisioning/repositories/user-repository.js';
import { SqlAccessRepository } from './access/sql-access-repository.js';
import { KnexLoginAttempts } from './access/login-attempts.js';
import { KnexAuditRepository } from './audit/knex-audit-repository.js';
import { AuditTrail } from './audit/audit-trail.js';
import { auditingRepositories } from './audit/auditing-repositories.js';
import { isGalera } from './database/mysql-client.js';
import {
  inOneTransaction,
  untilTransaction,
  type OnRetry,
  directSession,
  inTransaction,
  joining,
  type Session,
} from './database/session.js';
import { dialectOf } from './database/sql-dialect.js';
import { StatementRunner } from './database/statement-runner.js';
import { notingRepositories } from './outbox/noting-repositories.js';
import { copyDatabase, replaceDatabase, type DatabaseCopy } from './schema/whole-database.js';
import { SqlUserDataRepository } from './users/sql-user-data-repository.js';
import type { UserWrites } from '../provisioning/repositories/user-repository.js';
import { DirectUserWrites } from './users/direct-user-writes.js';
import { repositoriesOf } from './repositories-of.js';

/** The store on SQLite or MariaDB/MySQL. Made by openStore. */
export class KnexStore implements Store {
  readonly read: Repositories;
  readonly users: UserWrites;
  readonly access: AccessRepository;
  readonly userData: UserDataRepository;
  readonly loginAttempts: Store['loginAttempts'];
  readonly audit: Store['audit'];

  constructor(
    private readonly knex: Knex,
    private readonly onRetry?: OnRetry,
    /** Whether changes that concern a mail server leave a note in the outbox. */
    private readonly notesChanges = false,
    /** Whether changes leave an entry in the trail. */
    private readonly audits = false,
  ) {
    const runner = new StatementRunner(knex, onRetry);
    this.access = new SqlAccessRepository(runner);
    this.userData = new SqlUserDataRepository(runner.select);
    this.read = repositoriesOf(directSession(knex, onRetry));
    this.users = new DirectUserWrites(runner, dialectOf(knex), {
      transaction: (work) => this.transaction(work),
      isPartOfMore: () => this.isPartOfMore(),
      auditedCall: () => this.auditedCall(),
    });
    this.loginAttempts = new KnexLoginAttempts(knex, onRetry);
    this.audit = new KnexAuditRepository(knex, onRetry);
  }

  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T> {
    const call = this.auditedCall();
    return inTransaction(this.knex, (session) => this.run(session, call, work), this.onRetry);
  }

  private async run<T>(
    session: Session,
    call: AuditedCall | null,
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> {
    if (call === null) return work(this.within(session));
    const trail = new AuditTrail(session, call);
    const result = await work(auditingRepositories(this.within(session), trail));
    await trail.write();
    return result;
  }

  /** Whose changes are to be written down. */
  private auditedCall(): AuditedCall | null {
    return this.audits ? presentCall() : null;
  }

  private within(session: Session): Repositories {
    return this.notesChanges
      ? { ...repositoriesOf(session), ...notingRepositories(session) }
      : repositoriesOf(session);
  }

  joining<T>(
    call: () => Promise<T>,
    finish: (repositories: Repositories, result: T) => Promise<void>,
  ): Promise<T> {
    const end = (session: Session, result: T) => finish(this.within(session), result);
    return inOneTransaction(this.knex, call, end, this.onRetry);
  }

  untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T> {
    return untilTransaction(call, end);
  }

  /** Whether more is to be written in the same transaction. */
  private isPartOfMore(): boolean {
    return this.notesChanges || joining.getStore() !== undefined;
  }

  async ping(): Promise<void> {
    try {
      // A Galera node outside of the primary component still answers `select 1`, but reads no table and is not ready. While a cluster
      // waits for a node that died, all of it does: no wait here, since no other process would be readier.
      if (isGalera(this.knex)) await requireReadyNode(this.knex);
      else await this.knex('sequences').first('name');
    } catch {
      throw new StoreUnavailableError();
    }
  }

  /** Every row there is, at one moment; for test systems. */
  copyAll(): Promise<DatabaseCopy> {
    return copyDatabase(this.knex, this.onRetry);
  }

  /** Puts everything back to a copy; for test systems. */
  replaceAll(copy: DatabaseCopy): Promise<void> {
    return replaceDatabase(this.knex, copy, this.onRetry);
  }

  poolState(): PoolState {
    const { pool } = this.knex.client as { pool?: Pool };
    if (pool === undefined) return { used: 0, free: 0, waiting: 0, size: 0 };
    return {
      used: pool.numUsed(),
      free: pool.numFree(),
      waiting: pool.numPendingAcquires(),
      size: pool.max,
    };
  }

  close(): Promise<void> {
    return this.knex.destroy();
  }
}

/** What of knex's pool is of interest; its types leave it out. */
interface Pool {
  readonly max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

async function requireReadyNode(knex: Knex): Promise<void> {
  const [rows] = (await knex.raw(
    `SET STATEMENT wsrep_sync_wait = 0 FOR SELECT name, (SELECT variable_value FROM information_schema.global_status
     WHERE variable_name = 'wsrep_ready') AS ready FROM sequences LIMIT 1`,
  )) as [{ ready: string }[]];
  if (rows[0]?.ready !== 'ON') throw new StoreUnavailableError();
}
