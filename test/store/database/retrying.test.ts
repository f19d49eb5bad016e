import { expect } from 'chai';
import { StoreUnavailableError, UniqueConflictError } from '../../../src/provisioning/errors/store-errors.js';
import {
  DatabaseError,
  withoutDriverText,
  type DatabaseErrorKind,
} from '../../../src/store/database/database-error.js';
import { retrying } from '../../../src/store/database/session.js';

/** Fails as often as said, then answers. */
function failing(
  times: number,
  kind: DatabaseErrorKind,
  code = 'X',
): { attempt: () => Promise<string>; tries: () => number } {
  let tries = 0;
  return {
    attempt: () => {
      tries += 1;
      return tries <= times ? Promise.reject(new DatabaseError(kind, code)) : Promise.resolve('done');
    },
    tries: () => tries,
  };
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('retrying', () => {
  for (const kind of ['again', 'connection'] as const) {
    it(`repeats after "${kind}", and tells`, async () => {
      const fake = failing(4, kind);
      const told: number[] = [];
      expect(await retrying(fake.attempt, ({ attempt, delayMs }) => told.push(attempt, delayMs))).to.equal(
        'done',
      );
      expect(fake.tries()).to.equal(5);
      expect(told.filter((_, index) => index % 2 === 0)).to.deep.equal([1, 2, 3, 4]);
      expect(
        told.filter((_, index) => index % 2 === 1).every((delayMs) => delayMs >= 0 && delayMs <= 400),
      ).to.equal(true);
    });
  }

  it('gives up after five tries with an error of its own', async () => {
    const fake = failing(100, 'again');
    expect(await errorOf(retrying(fake.attempt))).to.be.instanceOf(StoreUnavailableError);
    expect(fake.tries()).to.equal(5);
  });

  it('has more patience after deadlocks, which come to an end', async () => {
    const some = failing(11, 'again', 'ER_LOCK_DEADLOCK');
    const many = failing(100, 'again', 'ER_LOCK_DEADLOCK');
    const [done, error] = await Promise.all([retrying(some.attempt), errorOf(retrying(many.attempt))]);
    expect([done, some.tries()]).to.deep.equal(['done', 12]);
    expect(error).to.be.instanceOf(StoreUnavailableError);
    expect(many.tries()).to.equal(12);
  });

  it('gives up at once when the database cannot write, and names why', async () => {
    const fake = failing(100, 'broken');
    const error = await errorOf(retrying(fake.attempt));
    expect(error).to.be.instanceOf(StoreUnavailableError);
    expect((error as StoreUnavailableError).code).to.equal('X');
    expect(fake.tries()).to.equal(1);
  });

  it('repeats nothing else', async () => {
    for (const kind of ['unique', 'other'] as const) {
      const fake = failing(1, kind);
      expect(await errorOf(retrying(fake.attempt))).to.be.instanceOf(DatabaseError);
      expect(fake.tries()).to.equal(1);
    }
    const conflict = new UniqueConflictError('login', 'x');
    expect(await errorOf(retrying(() => Promise.reject(conflict)))).to.equal(conflict);
  });
});

describe('errors of drivers', () => {
  const secret = "insert into `users` values ('hunter2') - Duplicate entry '1-hunter2' for key 'users_login'";
  const driverError = (members: object) => Object.assign(new Error(secret), members);

  const kinds: [object, DatabaseErrorKind, string][] = [
    [{ code: 'ER_LOCK_DEADLOCK', errno: 1213 }, 'again', 'deadlock'],
    [{ code: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205 }, 'again', 'lock wait'],
    [{ code: 'ER_CHECKREAD', errno: 1020 }, 'again', 'snapshot conflict'],
    [{ code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 }, 'again', 'Galera node not ready'],
    [{ code: 'ER_ERROR_DURING_COMMIT', errno: 1180 }, 'again', 'Galera lost its quorum'],
    [{ code: 'ER_CON_COUNT_ERROR', errno: 1040 }, 'again', 'too many connections'],
    [{ code: 'ER_OPTION_PREVENTS_STATEMENT', errno: 1290 }, 'again', 'read only'],
    [{ code: 'ER_SERVER_SHUTDOWN', errno: 1053 }, 'connection', 'shutdown'],
    [{ code: 'ECONNREFUSED', errno: -111 }, 'connection', 'nobody listens'],
    [{ code: 'ECONNRESET', errno: -104 }, 'connection', 'reset'],
    [{ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'connection', 'closed'],
    [{ code: 'DATABASE_SILENT' }, 'connection', 'statement timed out'],
    [
      { message: "Can't add new command when connection is in closed state", fatal: true },
      'connection',
      'dead',
    ],
    [{ name: 'KnexTimeoutError' }, 'again', 'no free connection'],
    [{ code: 'SQLITE_BUSY' }, 'again', 'another writer'],
    [{ code: 'SQLITE_BUSY_SNAPSHOT' }, 'again', 'another writer'],
    [{ code: 'ER_DUP_ENTRY', errno: 1062, sqlMessage: secret }, 'unique', 'duplicate'],
    [{ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }, 'unique', 'duplicate'],
    [{ code: 'ER_NO_REFERENCED_ROW_2', errno: 1452 }, 'other', 'foreign key'],
    [{ code: 'SQLITE_FULL' }, 'broken', 'disk full'],
    [{ code: 'SQLITE_READONLY_DBMOVED' }, 'broken', 'file gone'],
    [{ code: 'ER_DISK_FULL', errno: 1021 }, 'broken', 'disk full'],
  ];
  for (const [members, kind, meaning] of kinds) {
    it(`${meaning}: ${kind}, without the driver's text`, () => {
      const error = withoutDriverText(driverError(members));
      expect(error).to.be.instanceOf(DatabaseError);
      expect((error as DatabaseError).kind).to.equal(kind);
      expect(JSON.stringify([String(error), (error as Error).stack, error])).not.to.match(
        /hunter2|insert into/,
      );
    });
  }

  it('names the constraint as both databases mean it', () => {
    const constraintOf = (members: object) =>
      (withoutDriverText(driverError(members)) as DatabaseError).constraint;
    const mysql = (sqlMessage: string) => ({ code: 'ER_DUP_ENTRY', errno: 1062, sqlMessage });
    expect(constraintOf(mysql("Duplicate entry 'for key 'x'' for key 'users_login'"))).to.equal(
      'users_login',
    );
    expect(constraintOf(mysql("Duplicate entry '1' for key 'users.PRIMARY'"))).to.equal('PRIMARY');
    const message = 'insert … - UNIQUE constraint failed: users.context_id, users.login';
    expect(constraintOf({ code: 'SQLITE_CONSTRAINT_UNIQUE', message })).to.equal('users_login');
  });

  it('leaves all other errors alone', () => {
    const error = new TypeError('a defect');
    expect(withoutDriverText(error)).to.equal(error);
    expect(withoutDriverText('text')).to.equal('text');
  });
});
