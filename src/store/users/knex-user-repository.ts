import type { Knex } from 'knex';
import type { ClaimHolder, MailClaim, UserClaims } from '../../provisioning/model/claims.js';
import type { QuotaUsage, User } from '../../provisioning/model/model.js';
import { permissionModules } from '../../provisioning/model/module-access.js';
import type {
  ModuleAccessChange,
  NewUser,
  OpenSessions,
  UserChanges,
  UserCredentials,
  UserRepository,
  UserSearch,
} from '../../provisioning/repositories/user-repository.js';
import { chunks } from '../../util/chunks.js';
import {
  endingPattern,
  likeEscape,
  literalPrefix,
  toLikePattern,
  whereLike,
} from '../database/search-pattern.js';
import type { Session } from '../database/session.js';
import { dialectOf } from '../database/sql-dialect.js';
import { requireTakenId, runInOrder } from '../database/statement-runner.js';
import { loadUsage } from '../quota/users-with-usage.js';
import { claimForwards, findHolder, forwardedAmong, insertClaims } from './unique-names.js';
import { writeAttributeChanges, deleteUserRows, updateUser } from './user-changes.js';
import { userCreation } from './user-insertion.js';
import { completeUsers, findUsers } from './user-rows.js';

const allPageLength = 500;

/** @see UserRepository */
export class KnexUserRepository implements UserRepository {
  private readonly locked = new Map<string, User>();

  constructor(private readonly session: Session) {}

  create(user: NewUser): Promise<number> {
    return this.session.changing('userCreated', { user: user.user }, async (db) => {
      const forwarded = await forwardedAmong(db, user.user.contextId, user.claims);
      const { id } = await runInOrder(db, userCreation(user, forwarded, dialectOf(db)));
      return user.guard === null ? user.user.id : requireTakenId(id);
    });
  }

  async setMailQuota(contextId: number, userId: number, mailQuotaMb: number): Promise<boolean> {
    const before = await this.lock(contextId, userId);
    if (before !== null) await this.update(contextId, userId, { mailQuotaMb });
    return before !== null;
  }

  find(contextId: number, id: number): Promise<User | null> {
    return this.session.read(async (db) => (await findUsers(db, contextId, [id]))[0] ?? null);
  }

  async lock(contextId: number, id: number): Promise<User | null> {
    const user = await this.session.lock((db) => lockUser(db, contextId, id));
    if (user !== null) this.locked.set(`${contextId} ${id}`, user);
    return user;
  }

  findMany(contextId: number, ids: readonly number[]): Promise<User[]> {
    return this.session.read(async (db) => {
      const found = new Map<number, User>();
      for (const chunk of chunks([...new Set(ids)])) {
        for (const user of await findUsers(db, contextId, chunk)) found.set(user.id, user);
      }
      return ids.flatMap((id) => found.get(id) ?? []);
    });
  }

  findIdByLogin(contextId: number, login: string): Promise<number | null> {
    return this.session.read(async (db) => {
      const row = await db('users').where({ context_id: contextId, login }).first('id');
      return row?.id ?? null;
    });
  }

  findIdsByLogin(contextId: number, logins: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.session.read((db) => findIdsByLogin(db, contextId, logins));
  }

  findExisting(contextId: number, ids: readonly number[]): Promise<ReadonlySet<number>> {
    return this.session.read((db) => findExisting(db, contextId, ids));
  }

  findIdByDisplayName(contextId: number, displayName: string): Promise<number | null> {
    return this.session.read(async (db) => {
      const ofName = {
        context_id: contextId,
        // The column that has an index.
        display_name_lower: displayName.toLowerCase(),
        display_name: displayName,
      };
      const row = await db('users').where(ofName).orderBy('id').first('id');
      return row?.id ?? null;
    });
  }

  findCredentials(contextId: number, login: string): Promise<UserCredentials | null> {
    return this.session.read(async (db) => {
      const row = await db('users')
        .where({ context_id: contextId, login })
        .first('id', 'is_context_admin', 'password_hash');
      if (row === undefined) return null;
      return { id: row.id, isContextAdmin: row.is_context_admin === 1, passwordHash: row.password_hash };
    });
  }

  findDisplayNameHolder(contextId: number, displayName: string): Promise<ClaimHolder | null> {
    const key = { kind: 'display', scope_context_id: contextId, value: displayName } as const;
    return this.session.read((db) => findHolder(db, key));
  }

  findMailHolder({ scopeContextId, address }: MailClaim): Promise<ClaimHolder | null> {
    const key = { kind: 'mail', scope_context_id: scopeContextId, value: address } as const;
    return this.session.read((db) => findHolder(db, key));
  }

  isAddressHeldElsewhere(address: string, contextId: number): Promise<boolean> {
    return this.session.read(async (db) => {
      const found = (await db('unique_names as n')
        .join('users as u', (on) => void on.on('u.context_id', 'n.context_id').andOn('u.id', 'n.user_id'))
        .where({ 'n.kind': 'mail', 'n.value': address, 'n.holder': 'user', 'u.is_context_admin': 0 })
        .whereNot('n.context_id', contextId)
        .limit(1)
        .pluck('n.user_id')) as number[];
      return found.length > 0;
    });
  }

  update(
    contextId: number,
    id: number,
    changes: UserChanges,
    sessions: OpenSessions = 'end where concerned',
  ): Promise<void> {
    const key = `${contextId} ${id}`;
    const locked = this.locked.get(key) ?? null;
    this.locked.delete(key);
    return this.session.changing('userChanged', { contextId, id, changes, locked, sessions }, async (db) => {
      await updateUser(db, contextId, id, changes);
      await writeAttributeChanges(db, contextId, id, changes.attributeChanges ?? []);
    });
  }

  delete(contextId: number, ids: readonly number[]): Promise<void> {
    return this.session.changing('usersDeleted', { contextId, ids }, (db) =>
      deleteUserRows(db, contextId, ids),
    );
  }

  search(contextId: number, search: UserSearch): Promise<number[]> {
    return this.session.read((db) => searchUsers(db, contextId, search));
  }

  hasOrdinaryUser(contextId: number): Promise<boolean> {
    return this.session.read(async (db) => {
      const ordinary = db('users').where({ context_id: contextId, is_context_admin: 0 });
      return (await ordinary.first('id')) !== undefined;
    });
  }

  findIdsByAliasEnding(
    contextId: number,
    ending: string,
    { length, offset }: Pick<UserSearch, 'length' | 'offset'>,
  ): Promise<number[]> {
    return this.session.read(async (db) => {
      const like = endingPattern(ending.toLowerCase());
      if (like === null) return [];
      const query = db('user_aliases')
        .where({ context_id: contextId })
        .whereRaw(`LOWER(address) LIKE ? ESCAPE '${likeEscape}'`, [like])
        .distinct('user_id')
        .orderBy('user_id');
      if (length !== null) query.limit(length).offset(offset);
      return query.pluck('user_id');
    });
  }

  lockExisting(contextId: number, ids: readonly number[]): Promise<number[]> {
    return this.session.lock(async (db) => {
      const found: number[] = [];
      for (const chunk of chunks([...new Set(ids)].sort((a, b) => a - b))) {
        const users = db('users').where({ context_id: contextId }).whereIn('id', chunk);
        const locked: number[] = await users.orderBy('id').forUpdate().pluck('id');
        found.push(...locked);
      }
      return found;
    });
  }

  changeModuleAccess(change: ModuleAccessChange): Promise<void> {
    const { ofContextAdmins, present, added, kept } = change;
    return this.session.changing('moduleAccessChanged', change, async (db) => {
      const users = db('users').where({ is_context_admin: ofContextAdmins ? 1 : 0 });
      if (present !== undefined) users.whereRaw('(module_access & ?) = ?', [permissionModules, present]);
      await users.update({ module_access: db.raw('(module_access | ?) & ?', [added, kept]) });
    });
  }

  async *all(): AsyncIterable<User> {
    let last = { contextId: 0, id: 0 };
    for (;;) {
      const page = await this.session.read((db) => loadPageAfter(db, last));
      yield* page;
      const end = page.at(-1);
      if (end === undefined) return;
      last = end;
    }
  }

  deleteAllClaims(): Promise<void> {
    return this.session.untold('follows from a told change', async (db) => {
      await db('unique_names').delete();
    });
  }

  claimForwards(): Promise<void> {
    return this.session.untold('follows from a told change', (db) => claimForwards(db, null, null));
  }

  insertClaims(contextId: number, id: number, claims: UserClaims): Promise<void> {
    return this.session.untold('follows from a told change', (db) => insertClaims(db, contextId, id, claims));
  }

  usage(contextId: number, ids: readonly number[]): Promise<ReadonlyMap<number, QuotaUsage>> {
    return this.session.read((db) => loadUsage(db, contextId, ids));
  }
}

async function lockUser(db: Knex, contextId: number, id: number): Promise<User | null> {
  const rows = await db('users').where({ context_id: contextId, id }).forUpdate();
  const [user] = await completeUsers(db, rows);
  return user ?? null;
}

/** The next users of the same context, or else the first of the next one. */
async function loadPageAfter(db: Knex, last: { contextId: number; id: number }): Promise<User[]> {
  const rest = await db('users')
    .where('context_id', last.contextId)
    .where('id', '>', last.id)
    .orderBy('id')
    .limit(allPageLength);
  if (rest.length > 0) return completeUsers(db, rest);
  const next = await db('users')
    .where('context_id', '>', last.contextId)
    .orderBy('context_id')
    .first('context_id');
  return next === undefined ? [] : loadPageAfter(db, { contextId: next.context_id, id: 0 });
}

/** The ids of the users of a context whose login or display name matches, ascending. */
async function searchUsers(
  db: Knex,
  contextId: number,
  { pattern, ignoreCase, length, offset }: UserSearch,
): Promise<number[]> {
  const exact = toLikePattern(pattern);
  const lower = toLikePattern(pattern.toLowerCase());
  if (exact === null || lower === null) return [];
  const login = ignoreCase ? { column: 'login_lower', like: lower } : { column: 'login', like: exact };
  const users = () => db('users').where({ context_id: contextId }).select('id', 'login');
  const query: Knex.QueryBuilder = exact === '%' ? users() : matching(users, login, lower);
  void query.orderBy('login');
  if (length !== null) void query.limit(length).offset(offset);
  const rows = (await query) as { id: number }[];
  return rows.map(({ id }) => id);
}

/** Searches by the index of login or display name after a literal beginning, else by a scan of the context. */
function matching(
  users: () => Knex.QueryBuilder,
  login: { readonly column: string; readonly like: string },
  displayName: string,
): Knex.QueryBuilder {
  const byName = { column: 'display_name_lower', like: displayName };
  if (literalPrefix(login.like) === '')
    return users().where((either) => {
      void either
        .where((condition) => whereLike(condition, login.column, login.like))
        .orWhere((condition) => whereLike(condition, byName.column, byName.like));
    });
  const [first, second] = [login, byName].map(({ column, like }) =>
    users().modify((query) => whereLike(query, column, like)),
  );
  if (first === undefined || second === undefined) throw new Error('there are two of them');
  return first.union(second);
}

/** The ids behind logins, for those that exist. */
async function findIdsByLogin(
  db: Knex,
  contextId: number,
  logins: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const chunk of chunks([...new Set(logins)])) {
    const rows = await db('users')
      .where({ context_id: contextId })
      .whereIn('login', chunk)
      .select('login', 'id');
    for (const { login, id } of rows) found.set(login, id);
  }
  return found;
}

/** Existing ones of the ids. */
async function findExisting(
  db: Knex,
  contextId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const chunk of chunks([...new Set(ids)])) {
    const users = db('users').where({ context_id: contextId }).whereIn('id', chunk);
    for (const id of await users.pluck('id')) found.add(id);
  }
  return found;
}
