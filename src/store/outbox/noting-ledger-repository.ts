import type { Knex } from 'knex';
import type {
  CommitRequest,
  DeletionReport,
  LedgerAccount,
  LedgerPlace,
  Reservation,
  ReservationRequest,
} from '../../provisioning/repositories/ledger-repository.js';
import type { FileCount, HolderKey } from '../../provisioning/repositories/usage-repository.js';
import type { Session } from '../database/session.js';
import { KnexLedgerRepository } from '../quota/knex-ledger-repository.js';
import { KnexUsageRepository } from '../quota/knex-usage-repository.js';
import { noteFilesChanged } from './outbox-notes.js';

/** The ledger, with a note for the mail server wherever files change the room for mail. */
export class NotingLedgerRepository extends KnexLedgerRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async reserve(
    place: LedgerPlace,
    account: LedgerAccount,
    request: ReservationRequest,
    nowMs: number,
  ): Promise<Reservation> {
    const reservation = await super.reserve(place, account, request, nowMs);
    await this.note(place, account);
    return reservation;
  }

  override async commit(
    place: LedgerPlace,
    account: LedgerAccount,
    request: CommitRequest,
    nowMs: number,
  ): Promise<void> {
    await super.commit(place, account, request, nowMs);
    await this.note(place, account);
  }

  override async release(place: LedgerPlace, id: string): Promise<void> {
    await super.release(place, id);
    const userId = Number(/^user:(\d+)$/.exec(place.holder)?.[1] ?? 0);
    if (userId > 0) await this.note(place, { kind: 'storage', userId });
  }

  override async reportDeletion(
    place: LedgerPlace,
    account: LedgerAccount,
    report: DeletionReport,
    nowMs: number,
  ): Promise<void> {
    await super.reportDeletion(place, account, report, nowMs);
    await this.note(place, account);
  }

  override async setUsage(
    place: LedgerPlace,
    account: LedgerAccount,
    total: Parameters<KnexLedgerRepository['setUsage']>[2],
  ): Promise<void> {
    await super.setUsage(place, account, total);
    await this.note(place, account);
  }

  override async sweep(nowMs: number): Promise<void> {
    const expiring = await this.noted.write((db) =>
      db('quota_reservations')
        .where({ state: 'open' })
        .where('expires_at_ms', '<=', nowMs)
        .where('counter', 'like', 'own:%')
        .distinct('context_id', 'counter')
        .orderBy(['context_id', 'counter']),
    );
    await super.sweep(nowMs);
    await this.noted.write(async (db) => {
      for (const { context_id: contextId, counter } of expiring)
        await noteFilesChanged(db, contextId, Number(counter.slice('own:'.length)));
    });
  }

  private async note({ contextId }: LedgerPlace, account: LedgerAccount): Promise<void> {
    if (account.kind !== 'storage') return;
    await this.noted.write(async (db) =>
      noteFilesChanged(db, contextId, await hostOf(db, contextId, account.userId)),
    );
  }
}

/** What is counted anew changes the room for mail like what is uploaded. */
export class NotingUsageRepository extends KnexUsageRepository {
  constructor(private readonly noted: Session) {
    super(noted);
  }

  override async replaceFileUsage(
    holder: HolderKey,
    seen: FileCount & { readonly generation: number },
    counted: FileCount,
  ): Promise<boolean> {
    const isReplaced = await super.replaceFileUsage(holder, seen, counted);
    if (isReplaced && holder.userId > 0)
      await this.noted.write((db) => noteFilesChanged(db, holder.contextId, holder.userId));
    return isReplaced;
  }
}

/** In whose storage a user's files are. */
async function hostOf(db: Knex, contextId: number, userId: number): Promise<number> {
  const row = await db('users').where({ context_id: contextId, id: userId }).first('filestore_owner_id');
  return row === undefined || row.filestore_owner_id === 0 ? userId : row.filestore_owner_id;
}
