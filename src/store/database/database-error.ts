import {
  StoreUnavailableError,
  UniqueConflictError,
  ValueTooLongError,
} from '../../provisioning/errors/store-errors.js';
import { silenceCode } from './driver/bounded-wait.js';

/**
 * Meaning of a database error for a transaction.
 * - `again`: rolled back or never begun, may run again.
 * - `connection`: lost, so a COMMIT under way has an unknown outcome.
 * - `unique`: a unique constraint refused.
 * - `broken`: the database cannot write until the operator helps, nothing was changed.
 * - `other`: a defect.
 */
export type DatabaseErrorKind = 'again' | 'connection' | 'unique' | 'broken' | 'other';

/** An error of the driver without its text, which holds SQL and values. */
export class DatabaseError extends Error {
  constructor(
    readonly kind: DatabaseErrorKind,
    readonly code: string,
    /** The unique constraint that refused: its name, or `PRIMARY`. */
    readonly constraint: string | null = null,
    /** The text of a SIGNAL, which is always one of ours. */
    readonly signal: string | null = null,
  ) {
    super(`database error ${code}`);
    this.name = 'DatabaseError';
  }
}

const kindOfErrno: ReadonlyMap<number, DatabaseErrorKind> = new Map([
  [1213, 'again'], // deadlock, or a Galera certification conflict (also at COMMIT)
  [1205, 'again'], // lock wait timeout
  [1020, 'again'], // snapshot isolation conflict
  [1047, 'again'], // Galera node not ready
  [1180, 'again'], // error during commit: nothing was committed
  [1040, 'again'], // too many connections
  [1203, 'again'], // too many connections of this user
  [1226, 'again'], // likewise, by a limit of the account
  [1290, 'again'], // read only: failover in progress
  [1836, 'again'], // read only: failover in progress
  [1053, 'connection'], // server shutdown in progress
  [1927, 'connection'], // connection was killed
  [1062, 'unique'],
  [1021, 'broken'], // disk full
  [1114, 'broken'], // table or temporary file full
  [1030, 'broken'], // the storage engine reports an error, such as a full disk
  [1026, 'broken'], // error writing a file
]);

const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  silenceCode,
]);

/** SQLite names the columns of the constraint, MariaDB its name. */
const sqliteConstraints: Readonly<Record<string, string>> = {
  'contexts.id': 'PRIMARY',
  'contexts.name': 'contexts_name',
  'login_mappings.mapping': 'PRIMARY',
  'resellers.name': 'resellers_name',
  'filestores.url': 'filestores_url',
  'registered_servers.name': 'registered_servers_name',
  'registered_databases.name': 'registered_databases_name',
  'maintenance_reasons.text': 'maintenance_reasons_text',
  'resources.context_id, resources.email_lower': 'resources_email',
  'resources.context_id, resources.name_lower': 'resources_name',
  'user_groups.context_id, user_groups.name_lower': 'user_groups_name',
  'users.context_id, users.login': 'users_login',
  'mail_forwards.alias': 'PRIMARY',
  'idempotency_keys.caller, idempotency_keys.idempotency_key': 'PRIMARY',
  'secondary_accounts.context_id, secondary_accounts.user_id, secondary_accounts.address':
    'secondary_accounts_address',
  'unique_names.kind, unique_names.scope_context_id, unique_names.value': 'PRIMARY',
};

/** Texts for the operator about TLS that does not meet `ssl=true` of the database URL. */
const tlsTexts: Readonly<Record<string, string>> = {
  TLS_NOT_OFFERED: 'the server offers no TLS, and the database URL says ssl=true',
  TLS_OTHER_NAME:
    "the server's certificate is for another name than the database URL says; see ssl-name in docs/operating.md",
  TLS_NOT_TRUSTED:
    "the server's certificate is not of a CA that is trusted, or not valid now; see ssl-ca in docs/operating.md",
};

/** Explanation of an error for the operator, beside its code. */
export function explainDatabaseError({ code }: DatabaseError): string {
  const text = tlsTexts[code];
  return text === undefined ? code : `${code}: ${text}`;
}

interface DriverError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly sqlMessage?: unknown;
  /** Of a certificate for another name. */
  readonly cert?: unknown;
}

/** The error that may leave the store: errors of the driver become a DatabaseError, all others are themselves. */
export function withoutDriverText(error: unknown): unknown {
  if (error === null || typeof error !== 'object' || isOurs(error)) return error;
  const { name, message, code, errno, sqlMessage, cert }: DriverError = error;
  const text = typeof message === 'string' ? message : '';
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return fromSqlite(code, text);
  // libsql has no code for a file that it cannot open, and its text holds the path.
  if (text.startsWith('ConnectionFailed(')) return new DatabaseError('broken', 'SQLITE_CANTOPEN');
  if (name === 'KnexTimeoutError') return new DatabaseError('again', 'POOL_TIMEOUT');
  // knex runs the work of a transaction even when BEGIN failed; nothing was sent then.
  if (text.includes('Transaction query already complete'))
    return new DatabaseError('connection', 'TRANSACTION_GONE');
  if (text.includes('connection is in closed state')) return new DatabaseError('connection', 'CLOSED');
  if (typeof code !== 'string') return error;
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return new DatabaseError('broken', 'TLS_NOT_OFFERED');
  if (code === 'HANDSHAKE_SSL_ERROR')
    return new DatabaseError('broken', cert === undefined ? 'TLS_NOT_TRUSTED' : 'TLS_OTHER_NAME');
  if (connectionCodes.has(code)) return new DatabaseError('connection', code);
  if (typeof errno !== 'number') return error;
  const kind = kindOfErrno.get(errno) ?? 'other';
  const constraint =
    kind === 'unique' && typeof sqlMessage === 'string' ? constraintOfMysql(sqlMessage) : null;
  const signal = code === 'ER_SIGNAL_EXCEPTION' && typeof sqlMessage === 'string' ? sqlMessage : null;
  return new DatabaseError(kind, code, constraint, signal);
}

function isOurs(error: object): boolean {
  return [DatabaseError, UniqueConflictError, StoreUnavailableError, ValueTooLongError].some(
    (type) => error instanceof type,
  );
}

function fromSqlite(code: string, text: string): DatabaseError {
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new DatabaseError('again', code);
  if (/^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|PERM|NOTADB|CORRUPT)/.test(code))
    return new DatabaseError('broken', code);
  if (code !== 'SQLITE_CONSTRAINT_UNIQUE' && code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    return new DatabaseError('other', code);
  }
  const columns = /UNIQUE constraint failed: (.+)$/.exec(text)?.[1] ?? '';
  return new DatabaseError('unique', code, sqliteConstraints[columns] ?? null);
}

/** `Duplicate entry '…' for key 'users_login'`; MySQL 8 puts the table before the name. */
function constraintOfMysql(sqlMessage: string): string | null {
  return /for key '(?:[^'.]*\.)?([^'.]+)'$/.exec(sqlMessage)?.[1] ?? null;
}

/**
 * Runs a write and maps violated unique constraints to their errors. An unlisted constraint is a defect and
 * stays a DatabaseError.
 * @throws UniqueConflictError
 */
export async function refusing<T>(
  conflicts: Readonly<Record<string, () => UniqueConflictError>>,
  write: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const plain = withoutDriverText(error);
    if (plain instanceof DatabaseError && plain.kind === 'unique') {
      const conflict = conflicts[plain.constraint ?? ''];
      if (conflict !== undefined) throw conflict();
    }
    throw plain;
  }
}
