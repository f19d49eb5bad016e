import type { Knex } from 'knex';
import type { FilestoreLoad, FilestoreRepository } from '../provisioning/filestore-repository.js';
import type { Filestore } from '../provisioning/model.js';
import { UniqueConflictError } from '../provisioning/store.js';
import { lockAcrossNodes } from './across-nodes.js';
import { refusing } from './database-error.js';
import { fitting } from './limits.js';
import { definedColumns } from './rows.js';
import { likeEscape, toLikePattern } from './search-pattern.js';
import { takeNext } from './sequences.js';
import type { Session } from './session.js';

interface FilestoreRow {
  readonly id: number;
  readonly url: string;
  readonly size_mb: number;
  readonly max_contexts: number;
}

/** @see FilestoreRepository */
export class KnexFilestoreRepository implements FilestoreRepository {
  private readonly loads = new Map<number, { readonly load: FilestoreLoad; readonly countedAtMs: number }>();

  constructor(private readonly session: Session) {}

  takeNextId(): Promise<number> {
    return this.session.write((db) => takeNext(db, 'filestore'));
  }

  insert(filestore: Filestore): Promise<void> {
    return this.session.write(async (db) => {
      const row = { ...toColumns(filestore), id: filestore.id };
      await refusing(urlConflict(filestore.url), () => db('filestores').insert(row));
    });
  }

  find(id: number): Promise<Filestore | null> {
    return this.session.read(async (db) => toFilestore(await db('filestores').where({ id }).first()));
  }

  hold(id: number): Promise<Filestore | null> {
    return this.session.write(async (db) =>
      toFilestore(await db('filestores').where({ id }).forShare().first()),
    );
  }

  lock(id: number): Promise<Filestore | null> {
    return this.session.write(async (db) => {
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
    return this.session.write(async (db) => {
      const columns = toColumns(changes);
      if (Object.keys(columns).length === 0) return;
      await refusing(urlConflict(changes.url), () => db('filestores').where({ id }).update(columns));
    });
  }

  delete(id: number): Promise<void> {
    return this.session.write(async (db) => {
      await db('filestores').where({ id }).delete();
    });
  }

  countContexts(id: number): Promise<number> {
    return this.session.read(async (db) => {
      const row = await db('contexts').where({ filestore_id: id }).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    });
  }

  async load(id: number, maxAgeMs: number): Promise<FilestoreLoad> {
    const known = this.loads.get(id);
    if (known !== undefined && Date.now() - known.countedAtMs < maxAgeMs) return known.load;
    const countedAtMs = Date.now();
    const load = await this.session.read((db) => countLoad(db, id));
    this.loads.set(id, { load, countedAtMs });
    return load;
  }
}

async function countLoad(db: Knex, id: number): Promise<FilestoreLoad> {
  const contexts: Counted | undefined = await db
    .from('contexts as c')
    .leftJoin('context_usage as u', 'u.context_id', 'c.id')
    .where('c.filestore_id', id)
    .first({
      count: db.raw('COUNT(*)'),
      bytes: db.raw('SUM(u.bytes)'),
      sizesMb: db.raw('SUM(c.average_size_mb)'),
    });
  const users: Counted | undefined = await db
    .from('users as u')
    .leftJoin('file_usage as f', (join) => join.on('f.context_id', 'u.context_id').andOn('f.user_id', 'u.id'))
    .where({ 'u.filestore_id': id, 'u.filestore_owner_id': 0 })
    .first({ count: db.raw('COUNT(*)'), bytes: db.raw('SUM(f.bytes)') });
  return {
    contexts: Number(contexts?.count ?? 0),
    users: Number(users?.count ?? 0),
    usedBytes: Number(contexts?.bytes ?? 0) + Number(users?.bytes ?? 0),
    contextSizesMb: Number(contexts?.sizesMb ?? 0),
  };
}

/** Sums come as text from MariaDB, and as null where there is nothing to sum. */
interface Counted {
  readonly count: number | string;
  readonly bytes: number | string | null;
  readonly sizesMb?: number | string | null;
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
