import type { Filestore } from '../provisioning/model.js';
import type { FilestoreRepository } from '../provisioning/store.js';
import type { Session } from './session.js';

interface FilestoreRow {
  readonly id: number;
  readonly url: string;
  readonly size_mb: number;
  readonly max_contexts: number;
}

/** @see FilestoreRepository */
export class KnexFilestoreRepository implements FilestoreRepository {
  constructor(private readonly session: Session) {}

  find(id: number): Promise<Filestore | null> {
    return this.session.read(async (db) => {
      const row = await db('filestores').where({ id }).first();
      return row === undefined ? null : toFilestore(row);
    });
  }

  list(): Promise<Filestore[]> {
    return this.session.read(async (db) => (await db('filestores').orderBy('id')).map(toFilestore));
  }
}

function toFilestore(row: FilestoreRow): Filestore {
  return { id: row.id, url: row.url, sizeMb: row.size_mb, maxContexts: row.max_contexts };
}
