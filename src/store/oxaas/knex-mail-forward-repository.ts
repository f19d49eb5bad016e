import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type {
  MailForward,
  MailForwardRepository,
} from '../../provisioning/repositories/mailbox-repository.js';
import { chunks } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import type { Session } from '../database/session.js';
import { countRows } from '../database/statement-runner.js';
import { fitting } from '../schema/text-lengths.js';
import { claimForwards } from '../users/unique-names.js';
import './knex-mail-domain-repository.js';

/** @see MailForwardRepository */
export class KnexMailForwardRepository implements MailForwardRepository {
  constructor(private readonly session: Session) {}

  put({ alias, contextId, targets }: MailForward): Promise<void> {
    return this.session.changing('forwardPut', { alias, contextId, targets }, async (db) => {
      const ofContext = { alias: fitting('mailClaim', alias), context_id: contextId };
      // The targets go with it. What is another context's stays, and refuses the insert.
      await db('mail_forwards').where(ofContext).delete();
      const domain = fitting('mailDomain', alias.slice(alias.lastIndexOf('@') + 1));
      const conflicts = { PRIMARY: () => new UniqueConflictError('mailForward', alias) };
      await refusing(conflicts, () => db('mail_forwards').insert({ ...ofContext, domain }));
      const rows = targets.map((target, position) => {
        return { alias, position, target: fitting('mailForwardTarget', target) };
      });
      for (const chunk of chunks(rows)) await db('mail_forward_targets').insert([...chunk]);
      await refusing(conflicts, () => claimForwards(db, contextId, [alias]));
    });
  }

  find(contextId: number, alias: string): Promise<MailForward | null> {
    return this.session.read(async (db) => {
      const [forward] = await load(db, { 'f.context_id': contextId, 'f.alias': alias });
      return forward ?? null;
    });
  }

  count(contextId: number): Promise<number> {
    return this.session.read((db) => countRows(db('mail_forwards').where({ context_id: contextId })));
  }

  list(contextId: number): Promise<MailForward[]> {
    return this.session.read((db) => load(db, { 'f.context_id': contextId }));
  }

  delete(contextId: number, alias: string | null): Promise<number> {
    return this.session.changing('forwardsDeleted', { contextId, alias }, async (db) => {
      const ofContext = { context_id: contextId };
      const claims = db('unique_names').where({ ...ofContext, kind: 'mail', holder: 'forward' });
      await (alias === null ? claims : claims.where({ value: alias })).delete();
      const forwards = db('mail_forwards').where(ofContext);
      return (alias === null ? forwards : forwards.where({ alias })).delete();
    });
  }
}

async function load(db: Knex, key: Readonly<Record<string, string | number>>): Promise<MailForward[]> {
  const rows: { alias: string; context_id: number; target: string }[] = await db('mail_forwards as f')
    .join('mail_forward_targets as t', 't.alias', 'f.alias')
    .where(key)
    .orderBy(['f.alias', 't.position'])
    .select('f.alias', 'f.context_id', 't.target');
  const forwards = new Map<string, MailForward & { readonly targets: string[] }>();
  for (const { alias, context_id: contextId, target } of rows) {
    const targets = forwards.get(alias)?.targets ?? [];
    if (targets.length === 0) forwards.set(alias, { alias, contextId, targets });
    targets.push(target);
  }
  return [...forwards.values()];
}
