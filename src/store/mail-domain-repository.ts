import type { Knex } from 'knex';
import type {
  DomainCatchall,
  MailDomainRepository,
  SharedMailDomain,
} from '../provisioning/mail-domain-repository.js';
import './cloud-rows.js';
import { countRows } from './count-rows.js';
import { fitting } from './limits.js';
import type { Session } from './session.js';

/** @see MailDomainRepository */
export class KnexMailDomainRepository implements MailDomainRepository {
  constructor(private readonly session: Session) {}

  insertCatchall(catchall: DomainCatchall): Promise<void> {
    return this.session.write(async (db) => {
      await db('domain_catchalls')
        .insert(toRow(catchall))
        .onConflict(['domain', 'context_id', 'user_id'])
        // MariaDB's INSERT IGNORE would ignore a missing user, too.
        .merge(['domain']);
    });
  }

  deleteCatchall(catchall: DomainCatchall): Promise<boolean> {
    return this.session.write(
      async (db) => (await db('domain_catchalls').where(toRow(catchall)).delete()) > 0,
    );
  }

  countCatchalls(catchall: DomainCatchall): Promise<{ count: number; isThere: boolean }> {
    return this.session.read(async (db) => {
      const ofContext = db('domain_catchalls').where({ context_id: catchall.contextId });
      const present = await db('domain_catchalls').where(toRow(catchall)).first('domain');
      return { count: await countRows(ofContext), isThere: present !== undefined };
    });
  }

  listCatchalls(contextId: number): Promise<(DomainCatchall & { readonly login: string })[]> {
    return this.session.read(async (db) => {
      const rows: { domain: string; user_id: number; login: string }[] = await db('domain_catchalls as c')
        .join('users as u', (on) => void on.on('u.context_id', 'c.context_id').andOn('u.id', 'c.user_id'))
        .where('c.context_id', contextId)
        .orderBy(['c.domain', 'c.user_id'])
        .select('c.domain', 'c.user_id', 'u.login');
      return rows.map(({ domain, user_id, login }) => ({ domain, contextId, userId: user_id, login }));
    });
  }

  insertShared({ domain, ownerId }: SharedMailDomain): Promise<void> {
    return this.session.write(async (db) => {
      const row = { domain: fitting('mailDomain', domain), owner_id: ownerId };
      await db('shared_mail_domains').insert(row).onConflict('domain').merge(['domain']);
    });
  }

  findShared(domain: string): Promise<SharedMailDomain | null> {
    return this.session.read(async (db) => {
      const row = await db('shared_mail_domains').where({ domain }).first();
      return row === undefined ? null : { domain: row.domain, ownerId: row.owner_id };
    });
  }

  deleteShared(domain: string): Promise<void> {
    return this.session.write(async (db) => {
      await db('shared_mail_domains').where({ domain }).delete();
    });
  }

  listShared(): Promise<SharedMailDomain[]> {
    return this.session.read(async (db) => {
      const rows = await db('shared_mail_domains').orderBy('domain');
      return rows.map((row) => ({ domain: row.domain, ownerId: row.owner_id }));
    });
  }

  isUsedElsewhere(
    domain: string,
    except: { readonly contextId: number; readonly ownerIds: readonly number[] },
  ): Promise<boolean> {
    return this.session.read(async (db) => {
      // A domain has no character that means something to LIKE.
      const uses = [
        db('unique_names').where({ kind: 'mail' }).where('value', 'like', `%@${domain}`),
        db('domain_catchalls').where({ domain }),
        db('mail_forwards').where({ domain }),
      ];
      for (const use of uses) {
        const found = await (use as Knex.QueryBuilder)
          .whereNot('context_id', except.contextId)
          .whereNotIn(
            'context_id',
            db('contexts')
              .whereIn('owner_id', [...except.ownerIds])
              .select('id'),
          )
          .limit(1)
          .pluck('context_id');
        if (found.length > 0) return true;
      }
      return false;
    });
  }
}

function toRow({ domain, contextId, userId }: DomainCatchall) {
  return { domain: fitting('mailDomain', domain), context_id: contextId, user_id: userId };
}
