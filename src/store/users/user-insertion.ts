import { UniqueConflictError } from '../../provisioning/errors/store-errors.js';
import type { UserClaims } from '../../provisioning/model/claims.js';
import type { User } from '../../provisioning/model/model.js';
import { StaleAccessError } from '../../provisioning/repositories/access-repository.js';
import type { NewUser } from '../../provisioning/repositories/user-repository.js';
import type { SqlDialect } from '../database/sql-dialect.js';
import {
  insertInChunks,
  insertRows,
  placeholders,
  takenId,
  type TakenId,
  type Binding,
  type StatementList,
  type WriteStatement,
} from '../database/statement.js';
import { toCells } from '../schema/attributes.js';
import { fitting } from '../schema/text-lengths.js';
import { flag } from '../schema/rows.js';
import { forwardRelease, nameInsertion } from './unique-names.js';
import { toMailbox, toUserColumns } from './user-rows.js';

type Id = number | TakenId;

/**
 * A new user as one list of statements; the first of them takes its id where it has none.
 * @param forwarded the addresses that forwards of the context give up
 * @throws ValueTooLongError
 */
export function userCreation(
  { user, claims, guard }: NewUser,
  forwarded: readonly string[],
  dialect: SqlDialect,
): StatementList {
  const { contextId } = user;
  const release = forwardRelease(contextId, forwarded);
  // The flag for the first user of a context is written later.
  if (guard === null)
    return {
      writes: [
        ...dropMailUsage(user),
        insertUser(user, user.id, false),
        ...release,
        ...insertBelongings(user, user.id, claims),
      ],
    };
  const { cascadeVersion, isUnifiedEnabled, holdsFilestore, hasMailUsage } = guard;
  const stale = () => new StaleAccessError();
  return {
    takeId: {
      table: 'contexts',
      counter: 'next_principal_id',
      where: { sql: 'id = ? AND cascade_version = ?', bindings: [contextId, cascadeVersion] },
      onNothing: stale,
    },
    writes: [
      ...(hasMailUsage ? dropMailUsage(user) : []),
      holdsFilestore
        ? { ...insertWhileRegistered(user, isUnifiedEnabled, dialect), onNothing: stale }
        : insertUser(user, takenId, isUnifiedEnabled),
      ...release,
      ...insertBelongings(user, takenId, claims),
    ],
  };
}

function userRow(
  user: Omit<User, 'id'>,
  id: Id,
  isUnifiedEnabled: boolean,
): Record<string, Binding | TakenId> {
  return {
    context_id: user.contextId,
    id,
    is_context_admin: flag(user.isContextAdmin),
    mailbox: toMailbox(user),
    unified_enabled: flag(isUnifiedEnabled),
    ...toUserColumns(user),
  };
}

function insertUser(user: Omit<User, 'id'>, id: Id, isUnifiedEnabled: boolean): WriteStatement {
  return {
    ...insertRows('users', [userRow(user, id, isUnifiedEnabled)]),
    conflicts: loginConflict(user),
  };
}

/** Keeps the file storage of the user from being unregistered meanwhile. */
function insertWhileRegistered(
  user: Omit<User, 'id'>,
  isUnifiedEnabled: boolean,
  { forShare }: SqlDialect,
): WriteStatement {
  const row = userRow(user, takenId, isUnifiedEnabled);
  const columns = Object.keys(row);
  return {
    sql: `INSERT INTO users (${columns.join(', ')}) SELECT ${placeholders(columns.length)} FROM filestores WHERE filestores.id = ?${forShare}`,
    bindings: [...Object.values(row), user.filestoreId],
    conflicts: loginConflict(user),
  };
}

function loginConflict({ login }: Pick<User, 'login'>): NonNullable<WriteStatement['conflicts']> {
  return { users_login: () => Promise.resolve(new UniqueConflictError('login', login)) };
}

/** A session that outlived an earlier user of the address may have written its usage once more. */
function dropMailUsage(user: Pick<User, 'isContextAdmin' | 'primaryEmail'>): WriteStatement[] {
  const mailbox = toMailbox(user);
  if (mailbox === null) return [];
  const unused = 'NOT EXISTS (SELECT 1 FROM users WHERE users.mailbox = ?)';
  return [{ sql: `DELETE FROM mail_usage WHERE username = ? AND ${unused}`, bindings: [mailbox, mailbox] }];
}

/** Aliases, attributes, names and membership of the default group. */
function insertBelongings(user: Omit<User, 'id'>, id: Id, claims: UserClaims): WriteStatement[] {
  const owner = { context_id: user.contextId, user_id: id };
  const aliases = user.aliases.map((alias, position) => {
    return { ...owner, position, address: fitting('aliases', alias) };
  });
  const attributes = toCells(user.attributes).map((cell) => ({ ...owner, ...cell }));
  return [
    ...insertInChunks('user_aliases', aliases),
    ...insertInChunks('user_attributes', attributes),
    ...insertInChunks('group_members', [{ ...owner, group_id: user.defaultGroupId }]),
    ...nameInsertion(user.contextId, id, claims),
  ];
}
