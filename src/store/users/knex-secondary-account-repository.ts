import type { Knex } from 'knex';
import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type {
  CapabilityHolder,
  CapabilityRepository,
} from '../../provisioning/repositories/capability-repository.js';
import type {
  SecondaryAccount,
  SecondaryAccountRepository,
  SecondaryAccountSettings,
} from '../../provisioning/repositories/secondary-account-repository.js';
import { chunks } from '../../util/chunks.js';
import { refusing } from '../database/database-error.js';
import { takeIds } from '../database/sequences.js';
import type { Session } from '../database/session.js';
import type { SecondaryAccountRow } from '../oxaas/knex-mail-domain-repository.js';
import { fitting } from '../schema/text-lengths.js';

/** @see SecondaryAccountRepository */
export class KnexSecondaryAccountRepository implements SecondaryAccountRepository {
  constructor(private readonly session: Session) {}

  takeIds(count: number): Promise<number> {
    return this.session.untold('takes a number', (db) => takeIds(db, 'secondary_account', count));
  }

  insert(accounts: readonly SecondaryAccount[]): Promise<void> {
    return this.session.changing('secondaryAccountsCreated', { accounts }, async (db) => {
      for (const chunk of chunks(accounts)) {
        const conflict = () => new UniqueConflictError('secondaryAccount', chunk[0]?.address ?? '');
        await refusing({ secondary_accounts_address: conflict }, () =>
          db('secondary_accounts').insert(chunk.map(toRow)),
        );
      }
    });
  }

  lockByAddress(
    contextId: number,
    address: string,
    userIds: readonly number[] | null,
  ): Promise<SecondaryAccount[]> {
    return this.session.lock((db) => load(db, { context_id: contextId, address }, userIds, true));
  }

  update(account: SecondaryAccount): Promise<void> {
    return this.session.changing('secondaryAccountChanged', { account }, async (db) => {
      const { settings, ...key } = toRow(account);
      await db('secondary_accounts').where(key).update({ settings });
    });
  }

  delete(contextId: number, ids: readonly number[]): Promise<void> {
    return this.session.changing('secondaryAccountsDeleted', { contextId, ids }, async (db) => {
      for (const chunk of chunks(ids))
        await db('secondary_accounts').where({ context_id: contextId }).whereIn('id', chunk).delete();
    });
  }

  countByUser(contextId: number, userIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.session.read(async (db) => {
      const counts = new Map<number, number>();
      for (const chunk of chunks(userIds)) {
        const rows: { user_id: number; count: number | string }[] = await db('secondary_accounts')
          .where({ context_id: contextId })
          .whereIn('user_id', chunk)
          .groupBy('user_id')
          .select('user_id', db.raw('COUNT(*) AS count'));
        for (const row of rows) counts.set(row.user_id, Number(row.count));
      }
      return counts;
    });
  }

  list(contextId: number, userIds: readonly number[] | null): Promise<SecondaryAccount[]> {
    return this.session.read((db) => load(db, { context_id: contextId }, userIds, false));
  }
}

async function load(
  db: Knex,
  key: Partial<Pick<SecondaryAccountRow, 'context_id' | 'address'>>,
  userIds: readonly number[] | null,
  isLocking: boolean,
): Promise<SecondaryAccount[]> {
  const accounts: SecondaryAccount[] = [];
  const ascending = userIds === null ? null : [...new Set(userIds)].sort((a, b) => a - b);
  for (const chunk of ascending === null ? [null] : chunks(ascending)) {
    const query = db('secondary_accounts').where(key).orderBy(['user_id', 'id']).select('*');
    if (chunk !== null) query.whereIn('user_id', chunk);
    accounts.push(...(await (isLocking ? query.forUpdate() : query)).map(toAccount));
  }
  return accounts;
}

/** @throws ValueTooLongError */
function toRow({ contextId, userId, id, address, settings }: SecondaryAccount): SecondaryAccountRow {
  return {
    context_id: contextId,
    user_id: userId,
    id,
    address: fitting('mailClaim', address),
    settings: fitting('secondaryAccount', JSON.stringify(settings)),
  };
}

function toAccount(row: SecondaryAccountRow): SecondaryAccount {
  return {
    contextId: row.context_id,
    userId: row.user_id,
    id: row.id,
    address: row.address,
    settings: JSON.parse(row.settings) as SecondaryAccountSettings,
  };
}

/** @see CapabilityRepository */
export class KnexCapabilityRepository implements CapabilityRepository {
  constructor(private readonly session: Session) {}

  list({ contextId, userId }: CapabilityHolder): Promise<string[]> {
    return this.session.read(async (db) => {
      const names: string[] =
        userId === null
          ? await db('context_capabilities').where({ context_id: contextId }).pluck('name')
          : await db('user_capabilities').where({ context_id: contextId, user_id: userId }).pluck('name');
      return names.sort();
    });
  }

  replace({ contextId, userId }: CapabilityHolder, capabilities: readonly string[]): Promise<void> {
    return this.session.changing(
      'capabilitiesReplaced',
      { of: { contextId, userId }, wanted: capabilities },
      async (db) => {
        const names = capabilities.map((name) => fitting('capability', name));
        if (userId === null) {
          await db('context_capabilities').where({ context_id: contextId }).delete();
          for (const chunk of chunks(names))
            await db('context_capabilities').insert(chunk.map((name) => ({ context_id: contextId, name })));
          return;
        }
        const holder = { context_id: contextId, user_id: userId };
        await db('user_capabilities').where(holder).delete();
        for (const chunk of chunks(names))
          await db('user_capabilities').insert(chunk.map((name) => ({ ...holder, name })));
      },
    );
  }
}
