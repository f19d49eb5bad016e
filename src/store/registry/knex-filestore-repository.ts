import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { Filestore } from '../../provisioning/model/model.js';
import type {
  FilestoreLoad,
  FilestoreRepository,
  RoughLoad,
} from '../../provisioning/repositories/registry-repository.js';
import { refusing } from '../database/database-error.js';
import { lockAcrossNodes } from '../database/mysql-client.js';
import { likeEscape, toLikePattern } from '../database/search-pattern.js';
import { takeNext } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import { fitting } from '../schema/text-lengths.js';
import { definedColumns } from '../schema/rows.js';
import { countLoad, FilestoreLoads } from './filestore-load.js';

interface FilestoreRow {
  readonly id: number;
  readonly url: string;
  readonly size_mb: number;
  readonly max_contexts: number;
}

/** In a select that joins `filestores s`; names of its own, since the other tables have such columns, too. */
export const storageColumns = [
  's.url AS storage_url',
  's.size_mb AS storage_size_mb',
  's.max_contexts AS storage_max_contexts',
];

export interface StorageCells {
  /** null: there is no such storage. */
  readonly storage_url: string | null;
  readonly storage_size_mb: number;
  readonly storage_max_contexts: number;
}

export function storageOf(row: StorageCells, id: number): Filestore | null {
  if (row.storage_url === null) return null;
  return { id, url: row.storage_url, sizeMb: row.storage_size_mb, maxContexts: row.storage_max_contexts };
}

/** @see FilestoreRepository */
export class KnexFilestoreRepository implements FilestoreRepository {
  private readonly loads: FilestoreLoads;

  constructor(private readonly session: Session) {
    this.loads = new FilestoreLoads(session);
  }

  takeNextId(): Promise<number> {
    return this.session.untold('takes a number', (db) => takeNext(db, 'filestore'));
  }

  insert(filestore: Filestore): Promise<void> {
    return this.session.changing(
      'entryRegistered',
      { kind: 'filestore', id: filestore.id, entry: filestore },
      async (db) => {
        const row = { ...toColumns(filestore), id: filestore.id };
        await refusing(urlConflict(filestore.url), () => db('filestores').insert(row));
      },
    );
  }

  find(id: number): Promise<Filestore | null> {
    return this.session.read(async (db) => toFilestore(await db('filestores').where({ id }).first()));
  }

  hold(id: number): Promise<Filestore | null> {
    return this.session.lock(async (db) =>
      toFilestore(await db('filestores').where({ id }).forShare().first()),
    );
  }

  lock(id: number): Promise<Filestore | null> {
    return this.session.lock(async (db) => {
      await lockAcrossNodes(db, 'filestore', [id]);
      return toFilestore(await db('filestores').where({ id }).forUpdate().first());
    });
  }

  list(): Promise<Filestore[]> {
    return this.search('*');
  }

  search(pattern: string): Promise<Filestore[]> {
    return this.session.read(async (db) => {
      const like = toLikePattern(pattern);
      if (like === null) return [];
      const rows = await db('filestores').whereRaw(`url LIKE ? ESCAPE '${likeEscape}'`, [like]).orderBy('id');
      return rows.flatMap((row) => toFilestore(row) ?? []);
    });
  }

  update(id: number, changes: Partial<Omit<Filestore, 'id'>>): Promise<void> {
    return this.session.changing('entryChanged', { kind: 'filestore', id, changes }, async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      await refusing(urlConflict(changes.url), () => db('filestores').where({ id }).update(columns));
    });
  }

  delete(id: number): Promise<void> {
    return this.session.changing('entryUnregistered', { kind: 'filestore', id }, async (db) => {
      await db('filestores').where({ id }).delete();
    });
  }

  countContexts(id: number): Promise<number> {
    return this.session.read(async (db) => {
      const row = await db('contexts').where({ filestore_id: id }).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    });
  }

  load(id: number): Promise<FilestoreLoad> {
    return countLoad(this.session, id);
  }

  roughLoad(id: number): Promise<RoughLoad> {
    return this.loads.rough(id);
  }
}

function urlConflict(url: string | undefined): Record<string, () => UniqueConflictError> {
  return { filestores_url: () => new UniqueConflictError('filestoreUrl', url ?? '') };
}

function toColumns(filestore: Partial<Filestore>): Partial<FilestoreRow> {
  return definedColumns({
    url: fitting('filestoreUrl', filestore.url),
    size_mb: filestore.sizeMb,
    max_contexts: filestore.maxContexts,
  });
}

function toFilestore(row: FilestoreRow | undefined): Filestore | null {
  if (row === undefined) return null;
  return { id: row.id, url: row.url, sizeMb: row.size_mb, maxContexts: row.max_contexts };
}
