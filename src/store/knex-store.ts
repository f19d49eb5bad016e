import type { Knex } from 'knex';
import { presentCall, type AuditedCall } from '../provisioning/access/audited-call.js';
import { StoreUnavailableError } from '../provisioning/errors/store-errors.js';
import type { AccessRepository } from '../provisioning/repositories/access-repository.js';
import type { Repositories, Store, PoolState } from '../provisioning/repositories/store.js';
import type { UserDataRepository, UserWrites } from '../provisioning/repositories/user-repository.js';
import { SqlAccessRepository } from './access/sql-access-repository.js';
import { KnexLoginAttempts } from './access/login-attempts.js';
import { KnexAuditRepository } from './audit/knex-audit-repository.js';
import { AuditTrail } from './audit/audit-trail.js';
import { auditTable } from './audit/audit-table.js';
import { heardBy } from './database/changes.js';
import { poolStateOf, requireReady } from './database/readiness.js';
import {
  afterCommit,
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
import { outboxTable } from './outbox/outbox-table.js';
import { copyDatabase, replaceDatabase, type DatabaseCopy } from './schema/whole-database.js';
import { SqlUserDataRepository } from './users/sql-user-data-repository.js';
import { DirectUserWrites } from './users/direct-user-writes.js';
import { KnexUserRepository } from './users/knex-user-repository.js';
import { EndedSessions, sessionTable, type EndSessions } from './users/ended-sessions.js';
import { repositoriesOf } from './repositories-of.js';

/** Runs a step of the store, so that it can be watched. */
export type Around = <T>(step: string, run: () => Promise<T>) => Promise<T>;

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
    /** True to record mail server changes in the outbox. */
    private readonly notesChanges = false,
    /** True to record changes in the audit trail. */
    private readonly audits = false,
    private readonly around: Around = (_step, run) => run(),
    /** null: there is no mail server whose sessions could end. */
    private readonly endSessions: EndSessions | null = null,
  ) {
    const runner = new StatementRunner(knex, onRetry);
    const access = new SqlAccessRepository(runner);
    this.access = { find: (query) => around('authorize', () => access.find(query)) };
    this.userData = new SqlUserDataRepository(runner.select);
    this.read = repositoriesOf(directSession(knex, onRetry));
    const users = new DirectUserWrites(runner, dialectOf(knex), {
      transaction: (work, ended) => this.transact(work, ended),
      isPartOfMore: () => this.isPartOfMore(),
      auditedCall: () => this.auditedCall(),
    });
    this.users = {
      create: (user) => this.committing('create user', (ended) => users.create(user, ended)),
      setMailQuota: (...of) => this.committing('set mail quota', (ended) => users.setMailQuota(...of, ended)),
    };
    this.loginAttempts = new KnexLoginAttempts(knex, onRetry);
    this.audit = new KnexAuditRepository(knex, onRetry);
  }

  transaction<T>(work: (repositories: Repositories) => Promise<T>): Promise<T> {
    return this.committing('transaction', (ended) => this.transact(work, ended));
  }

  /** Runs a watched step that commits, and then ends the sessions that would not notice. */
  private async committing<T>(step: string, run: (ended: EndedSessions) => Promise<T>): Promise<T> {
    const ended = new EndedSessions();
    const result = await this.around(step, () => run(ended));
    const { endSessions } = this;
    if (endSessions !== null) await afterCommit(() => ended.tell(endSessions));
    return result;
  }

  private transact<T>(work: (repositories: Repositories) => Promise<T>, ended: EndedSessions): Promise<T> {
    const call = this.auditedCall();
    const attempt = (session: Session): Promise<T> => {
      ended.clear();
      return this.run(this.ending(session, ended), call, work);
    };
    return inTransaction(this.knex, attempt, this.onRetry);
  }

  private ending(session: Session, ended: EndedSessions): Session {
    if (this.endSessions === null) return session;
    return heardBy(session, sessionTable(session, new KnexUserRepository(session), ended));
  }

  private async run<T>(
    session: Session,
    call: AuditedCall | null,
    work: (repositories: Repositories) => Promise<T>,
  ): Promise<T> {
    const noted = this.noted(session);
    if (call === null) return work(repositoriesOf(noted));
    const trail = new AuditTrail(session, call);
    const result = await work(repositoriesOf(heardBy(noted, auditTable(repositoriesOf(session), trail))));
    await trail.write();
    return result;
  }

  /** The call whose changes are to be recorded; null: none. */
  private auditedCall(): AuditedCall | null {
    return this.audits ? presentCall() : null;
  }

  private noted(session: Session): Session {
    return this.notesChanges ? heardBy(session, outboxTable(session)) : session;
  }

  joining<T>(
    call: () => Promise<T>,
    finish: (repositories: Repositories, result: T) => Promise<void>,
  ): Promise<T> {
    const end = (session: Session, result: T) => finish(repositoriesOf(this.noted(session)), result);
    return inOneTransaction(this.knex, call, end, this.onRetry);
  }

  untilTransaction<T>(call: () => Promise<T>, end: () => Error): Promise<T> {
    return untilTransaction(call, end);
  }

  /** True where more is to be written in the same transaction. */
  private isPartOfMore(): boolean {
    return this.notesChanges || joining.getStore() !== undefined;
  }

  async ping(): Promise<void> {
    try {
      await requireReady(this.knex);
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
    return poolStateOf(this.knex);
  }

  close(): Promise<void> {
    return this.knex.destroy();
  }
}
