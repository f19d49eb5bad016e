import type { FilestoreLoad, FilestoreRepository, RoughLoad } from '../provisioning/filestore-repository.js';
import type { Filestore } from '../provisioning/model.js';
import { UniqueConflictError } from '../provisioning/store.js';
import { refusing } from './database-error.js';
import { countLoad, FilestoreLoads } from './filestore-load.js';
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
  private readonly loads: FilestoreLoads;

  private listed: { readonly all: readonly Filestore[]; readonly readAtMs: number } | null = null;

  constructor(private readonly session: Session) {
    this.loads = new FilestoreLoads(session);
  }

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
    return this.session.write(async (db) =>
      toFilestore(await db('filestores').where({ id }).forUpdate().first()),
    );
  }

  async list(maxAgeMs = 0): Promise<readonly Filestore[]> {
    const known = this.listed;
    if (known !== null && Date.now() - known.readAtMs < maxAgeMs) return known.all;
    const readAtMs = Date.now();
    const all = await this.search('*');
    this.listed = { all, readAtMs };
    return all;
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
