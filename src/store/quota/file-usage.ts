import type { Knex } from 'knex';

/** Bytes and files on their way from one counter to another. */
export interface Amount {
  readonly bytes: number;
  readonly files: number;
}

/** The file storage of a user, as its row says it. */
export interface StorageColumns {
  readonly id: number;
  readonly filestore_id: number;
  readonly filestore_owner_id: number;
}

/**
 * Row that counts a user's files: the storage owner's in file_usage, or (null) the context's in
 * context_usage. For users without own storage hosted_file_usage has their share of the host's bytes.
 */
export interface Place {
  readonly hostId: number | null;
  readonly isOwn: boolean;
}

export function placeOf({ id, filestore_id, filestore_owner_id }: StorageColumns): Place {
  if (filestore_owner_id > 0) return { hostId: filestore_owner_id, isOwn: false };
  return filestore_id > 0 ? { hostId: id, isOwn: true } : { hostId: null, isOwn: false };
}

/** Takes what a user holds out of the counters. Nothing is lost as long as the answer is given to somebody. */
export async function takeUsage(db: Knex, contextId: number, userId: number, place: Place): Promise<Amount> {
  const key = { context_id: contextId, user_id: userId };
  const table = place.isOwn ? 'file_usage' : 'hosted_file_usage';
  const row = await db(table).where(key).forUpdate().first('bytes', 'files');
  if (row === undefined) return { bytes: 0, files: 0 };
  await db(table).where(key).delete();
  return place.isOwn ? row : subtract(db, contextId, place.hostId, row);
}

/** Counts an amount where a user's files are. An own storage gets its counter here. */
export async function giveUsage(
  db: Knex,
  contextId: number,
  userId: number,
  place: Place,
  amount: Amount,
): Promise<void> {
  if (place.isOwn) return insertOrAdd(db, 'file_usage', contextId, userId, amount);
  if (amount.bytes === 0 && amount.files === 0) return;
  await addToHost(db, contextId, place.hostId, amount);
  await insertOrAdd(db, 'hosted_file_usage', contextId, userId, amount);
}

/** Adds to a row of a user, which is made if it is not there. */
export async function insertOrAdd(
  db: Knex,
  table: 'file_usage' | 'hosted_file_usage',
  contextId: number,
  userId: number,
  { bytes, files }: Amount,
): Promise<void> {
  const key = { context_id: contextId, user_id: userId };
  await db(table)
    // A row that was there before and comes back must not have a generation that it had then.
    .insert({ ...key, bytes: 0, files: 0, generation: Date.now() })
    .onConflict(['context_id', 'user_id'])
    .ignore();
  await db(table).where(key).increment('bytes', bytes).increment('files', files).increment('generation');
}

/** Counts an amount in the storage of a user, or (null) of the context. */
export async function addToHost(
  db: Knex,
  contextId: number,
  hostId: number | null,
  amount: Amount,
): Promise<void> {
  if (hostId !== null) return insertOrAdd(db, 'file_usage', contextId, hostId, amount);
  await db('context_usage')
    .where({ context_id: contextId })
    .increment('bytes', amount.bytes)
    .increment('files', amount.files)
    .increment('generation');
}

/** Never below 0: what is really subtracted is the answer. */
async function subtract(db: Knex, contextId: number, hostId: number | null, wanted: Amount): Promise<Amount> {
  if (hostId === null) {
    const ofContext = { context_id: contextId };
    const present = await db('context_usage').where(ofContext).forUpdate().first('bytes', 'files');
    const bytes = Math.min(wanted.bytes, present?.bytes ?? 0);
    const files = Math.min(wanted.files, present?.files ?? 0);
    await db('context_usage')
      .where(ofContext)
      .decrement('bytes', bytes)
      .decrement('files', files)
      .increment('generation');
    return { bytes, files: wanted.files };
  }
  const key = { context_id: contextId, user_id: hostId };
  const present = await db('file_usage').where(key).forUpdate().first('bytes', 'files');
  const bytes = Math.min(wanted.bytes, present?.bytes ?? 0);
  const files = Math.min(wanted.files, present?.files ?? 0);
  await db('file_usage')
    .where(key)
    .decrement('bytes', bytes)
    .decrement('files', files)
    .increment('generation');
  return { bytes, files };
}
