import type { Knex } from 'knex';
import type {
  FileCount,
  HolderKey,
  HolderSelection,
  MailCount,
  UsageHolder,
  UsageRepository,
} from '../../provisioning/repositories/usage-repository.js';
import { chunks } from '../../util/chunks.js';
import type { Session } from '../database/session.js';
import type { UserRow } from '../schema/rows.js';
import { dropUnusedMailUsage } from './mail-usage.js';

type CountedFiles = FileCount & { readonly generation: number };

/** @see UsageRepository */
export class KnexUsageRepository implements UsageRepository {
  constructor(private readonly session: Session) {}

  holdersAfter(place: HolderKey, selection: HolderSelection, length: number): Promise<UsageHolder[]> {
    return this.session.read(async (db) => {
      const contexts = await contextsAfter(db, place, selection, length);
      const users = await usersAfter(db, place, selection, length);
      return [...contexts, ...users]
        .sort((a, b) => a.contextId - b.contextId || a.userId - b.userId)
        .slice(0, length);
    });
  }

  countHolders(selection: HolderSelection, place: HolderKey): Promise<number> {
    return this.session.read(async (db) => {
      const [contexts] = selection.contexts
        ? await selectContexts(db, selection, place).count({ n: '*' })
        : [];
      const [users] = selection.users ? await selectUsers(db, selection, place).count({ n: '*' }) : [];
      return Number(contexts?.['n'] ?? 0) + Number(users?.['n'] ?? 0);
    });
  }

  mailUsage(mailbox: string): Promise<MailCount | null> {
    return this.session.read((db) => readMail(db, mailbox));
  }

  mailUsageOf(mailboxes: readonly string[]): Promise<ReadonlyMap<string, MailCount | null>> {
    return this.session.read(async (db) => {
      const found = new Map<string, MailCount | null>();
      for (const chunk of chunks(mailboxes)) {
        const rows: { mailbox: string; bytes: number | null; messages: number | null }[] = await db('users')
          .leftJoin('mail_usage', 'mail_usage.username', 'users.mailbox')
          .whereIn('users.mailbox', chunk)
          .select('users.mailbox', 'mail_usage.bytes', 'mail_usage.messages');
        for (const { mailbox, bytes, messages } of rows)
          found.set(mailbox, bytes === null || messages === null ? null : { bytes, messages });
      }
      return found;
    });
  }

  replaceMailUsage(mailbox: string, seen: MailCount | null, counted: MailCount): Promise<boolean> {
    return this.session.changing('mailUsageReplaced', { mailbox, seen, counted }, async (db) => {
      const { bytes, messages } = counted;
      if (seen === null) {
        await db('mail_usage').insert({ username: mailbox, bytes, messages }).onConflict('username').ignore();
        return isSame(await readMail(db, mailbox), counted);
      }
      const changed = await db('mail_usage')
        .where({ username: mailbox, bytes: seen.bytes, messages: seen.messages })
        .update({ bytes, messages });
      return changed === 1;
    });
  }

  fileUsage({ contextId, userId }: HolderKey): Promise<CountedFiles | null> {
    return this.session.read(async (db) => {
      const columns = ['bytes', 'files', 'generation'] as const;
      const row =
        userId === 0
          ? await db('context_usage')
              .where({ context_id: contextId })
              .first(...columns)
          : await db('file_usage')
              .where({ context_id: contextId, user_id: userId })
              .first(...columns);
      // The row of a user comes with the first file.
      return row ?? (userId === 0 ? null : { bytes: 0, files: 0, generation: 0 });
    });
  }

  replaceFileUsage(holder: HolderKey, seen: CountedFiles, counted: FileCount): Promise<boolean> {
    const { contextId, userId } = holder;
    const { bytes, files } = counted;
    return this.session.changing('fileUsageReplaced', { holder, seen, counted }, async (db) => {
      const [table, owner] =
        userId === 0 ? (['context_usage', {}] as const) : (['file_usage', { user_id: userId }] as const);
      if (userId !== 0 && seen.generation === 0) await ensureFileUsage(db, contextId, userId);
      const changed = await db(table)
        .where({ context_id: contextId, ...owner })
        .where({ bytes: seen.bytes, files: seen.files, generation: seen.generation })
        .update({ bytes, files, generation: seen.generation + 1 });
      return changed === 1;
    });
  }

  usersWithStorage(contextId: number): Promise<number[]> {
    return this.session.read((db) =>
      db('users').where({ context_id: contextId }).where('filestore_id', '>', 0).orderBy('id').pluck('id'),
    );
  }

  forgetUnusedMail(mailboxes: readonly string[] | null): Promise<number> {
    return this.session.untold('bookkeeping', async (db) => {
      if (mailboxes !== null) return dropUnusedMailUsage(db, mailboxes);
      const used = db('users').select(db.raw('1')).whereRaw('users.mailbox = mail_usage.username');
      return db('mail_usage').whereNotExists(used).delete();
    });
  }
}

/** A user that is gone has no row to write to. */
async function ensureFileUsage(db: Knex, contextId: number, userId: number): Promise<void> {
  const user = await db('users').where({ context_id: contextId, id: userId }).forShare().first('id');
  const row = { context_id: contextId, user_id: userId };
  if (user !== undefined) await db('file_usage').insert(row).onConflict(['context_id', 'user_id']).ignore();
}

function isSame(row: MailCount | null, counted: MailCount): boolean {
  return row !== null && row.bytes === counted.bytes && row.messages === counted.messages;
}

async function readMail(db: Knex, mailbox: string): Promise<MailCount | null> {
  return (await db('mail_usage').where({ username: mailbox }).first('bytes', 'messages')) ?? null;
}

function selectContexts(db: Knex, { contextId }: HolderSelection, place: HolderKey) {
  // A context's own storage is user 0.
  const comparison = place.userId < 0 ? '>=' : '>';
  const query = db('contexts').where('contexts.id', comparison, place.contextId);
  return contextId === null ? query : query.where('contexts.id', contextId);
}

function selectUsers(db: Knex, { contextId, userId }: HolderSelection, place: HolderKey) {
  const query = db('users').where((after) => {
    void after.where('users.context_id', '>', place.contextId).orWhere((same) => {
      void same.where('users.context_id', place.contextId).where('users.id', '>', place.userId);
    });
  });
  if (contextId !== null) void query.where('users.context_id', contextId);
  return userId === null ? query : query.where('users.id', userId);
}

async function contextsAfter(
  db: Knex,
  place: HolderKey,
  selection: HolderSelection,
  length: number,
): Promise<UsageHolder[]> {
  if (!selection.contexts) return [];
  const ids: number[] = await selectContexts(db, selection, place)
    .orderBy('contexts.id')
    .limit(length)
    .pluck('contexts.id');
  return ids.map((contextId) => ({ contextId, userId: 0, mailbox: null, hasFiles: true }));
}

async function usersAfter(
  db: Knex,
  place: HolderKey,
  selection: HolderSelection,
  length: number,
): Promise<UsageHolder[]> {
  if (!selection.users) return [];
  const rows: UserRow[] = await selectUsers(db, selection, place)
    .orderBy(['users.context_id', 'users.id'])
    .limit(length)
    .select('users.*');
  return rows.map((row) => ({
    contextId: row.context_id,
    userId: row.id,
    mailbox: row.mailbox || null,
    hasFiles: row.filestore_id > 0 && row.filestore_owner_id === 0,
  }));
}
