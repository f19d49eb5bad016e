import { expect } from 'chai';
import Database from 'libsql';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hasWalResetFault } from '../../../src/app/check-installation.js';
import { openStore } from '../../../src/store/open-store.js';
import { sqliteFile } from '../../support/database/databases.js';
import { startNode } from '../../support/processes/node-program.js';
import { aContext, createUser, insertContext } from '../fixtures.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** As Dovecot writes: a library with its defaults, a transaction for each mailbox, and checkpoints as often as it can. */
const writer = `
  const Database = require('libsql');
  const db = new Database(process.argv[1]);
  db.pragma('busy_timeout = 20000');
  db.pragma('wal_autocheckpoint = 1');
  const insert = db.prepare('INSERT INTO mail_usage (username, bytes, messages) VALUES (?, 1, 1)');
  for (let i = 0; i < 50; i += 1) {
    insert.run(process.argv[2] + i + '@example.org');
    db.pragma('wal_checkpoint(PASSIVE)');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  }
  db.close();
`;

/** Ends well once its 50 mailboxes are written. */
async function write(file: string, name: string): Promise<void> {
  const child = startNode(['-e', writer, file, name], { cwd: root });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(errors);
}

const holder = `
  const Database = require('libsql');
  const db = new Database(process.argv[1]);
  db.pragma(process.argv[2]);
  if (!process.argv[2].startsWith('query_only'))
    db.exec("INSERT INTO settings (name, value) VALUES ('of the other', 'written')");
  db.prepare('SELECT COUNT(*) FROM users').get();
  console.log('has it');
  setInterval(() => db.name, 1000);
`;

/** Has the file open until it is killed. libsql closes a file only when its statements are collected, so it is a process. */
class OtherProgram {
  private constructor(private readonly child: ChildProcess) {}

  /** @throws Error when it is refused */
  static async start(file: string, pragma: string): Promise<OtherProgram> {
    const child = startNode(['-e', holder, file, pragma], { cwd: root });
    let output = '';
    const ends = once(child, 'close');
    await new Promise<void>((resolve, reject) => {
      const keep = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes('has it')) resolve();
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      void ends.then(() => reject(new Error(output)));
    });
    return new OtherProgram(child);
  }

  async kill(): Promise<void> {
    const ends = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await ends;
  }
}

/** Resolves at the first `all` of libsql that meets a lock. */
function firstBusyStatement(database: Database.Database): Promise<void> {
  const prototype = Object.getPrototypeOf(database.prepare('SELECT 1')) as {
    all: (this: Database.Statement, ...values: unknown[]) => unknown[];
  };
  const { all } = prototype;
  return new Promise((resolve) => {
    prototype.all = function (...values) {
      try {
        return all.apply(this, values);
      } catch (error) {
        prototype.all = all;
        resolve();
        throw error;
      }
    };
  });
}

describe('SQLite: several processes on one file (issue 12, J)', function () {
  this.timeout(120_000);
  let databaseUrl: string;
  let file: string;
  beforeEach(async () => {
    databaseUrl = await sqliteFile.url();
    file = databaseUrl.slice('sqlite:'.length);
  });

  const messageOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'no error',
      (error: unknown) => (error as Error).message,
    );

  it('none of them has a write-ahead log, none loses what it wrote, and the file is whole', async () => {
    const retries: string[] = [];
    const store = await openStore({ databaseUrl, onRetry: ({ code }) => retries.push(code) });
    await insertContext(store, aContext(1));
    let isOver = false;
    let made = 0;
    let logs = 0;
    const ours = (async () => {
      while (!isOver) {
        await store.transaction((tx) => createUser(tx, 1, `user${(made += 1)}`));
        if (existsSync(`${file}-wal`)) logs += 1;
        // Others get their turn, as between requests.
        await sleep(5);
      }
    })();
    await Promise.all([write(file, 'one'), write(file, 'two')]).finally(() => (isOver = true));
    await ours;
    await store.close();
    const db = new Database(file);
    expect(db.pragma('integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
    const count = (sql: string): unknown => Object.values(db.prepare(sql).get() as object)[0];
    expect(
      count("SELECT COUNT(*) FROM mail_usage WHERE username LIKE 'one%' OR username LIKE 'two%'"),
    ).to.equal(100);
    expect(count("SELECT COUNT(*) FROM users WHERE login LIKE 'user%'")).to.equal(made);
    expect(made).to.be.greaterThan(0);
    expect(logs).to.equal(0);
    expect(retries).to.deep.equal([]);
    db.close();
  });

  it('a commit waits for somebody who reads, and is not done twice', async () => {
    const retries: string[] = [];
    const store = await openStore({ databaseUrl, onRetry: ({ code }) => retries.push(code) });
    await insertContext(store, aContext(1));
    const reader = new Database(file);
    reader.exec('BEGIN');
    reader.prepare('SELECT COUNT(*) FROM users').get();
    const created = store.transaction((tx) => createUser(tx, 1, 'patient'));
    await sleep(1_000);
    reader.exec('COMMIT');
    reader.close();
    await created;
    expect(await store.read.users.findIdByLogin(1, 'patient')).to.be.a('number');
    expect(retries).to.deep.equal([]);
    await store.close();
  });

  it('a read that met the lock of another program keeps no lock of its own afterwards', async () => {
    const store = await openStore({ databaseUrl });
    const other = new Database(file);
    other.pragma('busy_timeout = 0');
    const writes = (): void => {
      other.exec('BEGIN EXCLUSIVE');
      other.exec('COMMIT');
    };
    writes();
    other.exec('BEGIN EXCLUSIVE');
    const isBusy = firstBusyStatement(other);
    const read = store.read.settings.get('of nobody');
    await isBusy;
    other.exec('COMMIT');
    expect(await read).to.equal(null);
    await store.read.settings.get('of nobody');
    try {
      writes();
    } finally {
      await store.close();
      other.close();
    }
  });

  it('the log of an earlier version goes at the start, with nothing lost', async () => {
    await (await openStore({ databaseUrl })).close();
    await (await OtherProgram.start(file, 'journal_mode = WAL')).kill();
    expect(existsSync(`${file}-wal`)).to.equal(true);
    const store = await openStore({ databaseUrl });
    expect(existsSync(`${file}-wal`)).to.equal(false);
    expect(await store.read.settings.get('of the other')).to.equal('written');
    await store.close();
  });

  it('there is no start while another program has such a log open', async () => {
    await (await openStore({ databaseUrl })).close();
    const old = await OtherProgram.start(file, 'journal_mode = WAL');
    expect(await messageOf(openStore({ databaseUrl }))).to.match(
      /^another program has the SQLite file open with a write-ahead log.*stop it for this start/,
    );
    await old.kill();
  });

  it('with exclusive=true every other process is refused', async () => {
    const store = await openStore({ databaseUrl: `${databaseUrl}?exclusive=true` });
    const other = await OtherProgram.start(file, 'query_only = ON').then(
      () => 'let in',
      (error: unknown) => String(error),
    );
    expect(other).to.match(/SQLITE_BUSY/);
    expect(await messageOf(openStore({ databaseUrl }))).to.match(/^another program has the SQLite file open/);
    await store.transaction(({ settings }) => settings.set('made', 'alone'));
    await store.close();
  });

  it('exclusive=true starts only where nobody else has the file open', async () => {
    await (await openStore({ databaseUrl })).close();
    const other = await OtherProgram.start(file, 'locking_mode = EXCLUSIVE');
    for (const parameters of ['', '?exclusive=true'])
      expect(await messageOf(openStore({ databaseUrl: databaseUrl + parameters })), parameters).to.match(
        /^another program has the SQLite file (open|for itself)/,
      );
    await other.kill();
    const store = await openStore({ databaseUrl: `${databaseUrl}?exclusive=true` });
    expect(await store.read.settings.get('of the other')).to.equal('written');
    await store.close();
  });

  it('knows the versions with the fault', () => {
    const faulty = ['3.7.0', '3.40.1', '3.44.5', '3.45.1', '3.46.1', '3.50.6', '3.51.2'];
    const sound = ['3.6.23', '3.44.6', '3.50.7', '3.51.3', '3.52.0', '3.53.4', '4.0.0'];
    expect([...faulty, ...sound].filter(hasWalResetFault)).to.deep.equal(faulty);
  });
});
