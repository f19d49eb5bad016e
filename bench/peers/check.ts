/**
 * Starts each peer without and with a database, sends it the requests of the bench, validates every answer against the WSDL
 * that Oxbow serves, and looks for the rows in the database.
 *
 *     node --import=tsx bench/peers/check.ts [name…]
 */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { mariadb } from '../../test/support/database/mariadb.js';
import { validateAnswer } from '../../test/support/wire/validate-answer.js';
import { World } from '../../test/wire/fixtures.js';
import {
  createdMaxQuotaMb,
  createRequest,
  defaultCaller,
  getDataRequest,
  requestHeaders,
  serviceName,
  servicePath,
  userTexts,
} from './messages.js';
import { peers, type Peer } from './peers.js';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/** More than one, each followed by wrong requests: a fault must leave the server working. */
const usersPerPeer = 3;

interface Bench {
  readonly oxbow: World;
  readonly connection: Connection;
  readonly databaseUrl: string;
  nextUser: number;
}

class CheckError extends Error {}

function expect(isRight: boolean, complaint: string): asserts isRight {
  if (!isRight) throw new CheckError(complaint);
}

async function startBench(): Promise<Bench> {
  const databaseUrl = await (await mariadb()).createDatabase();
  // SHA-512, so that the peers can check the caller's password.
  const oxbow = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' }, databaseUrl);
  expect(oxbow.contextId === defaultCaller.contextId, 'the first context is not the one of messages.ts');
  return { oxbow, connection: await createConnection(databaseUrl), databaseUrl, nextUser: 1 };
}

async function checkPeer(peer: Peer, bench: Bench): Promise<string> {
  await peer.prepare();
  const bytes = [
    await withServer(peer, null, (url) => checkEngine(peer, bench, url)),
    await withServer(peer, bench.databaseUrl, (url) => checkDatabase(peer, bench, url)),
  ];
  return `answers of ${bytes.flat().join(', ')} bytes`;
}

async function checkEngine(peer: Peer, bench: Bench, url: string): Promise<number[]> {
  const { name = '', display_name = '' } = userTexts(7);
  const xml = await answer(peer, bench, url, createRequest(7));
  expectMembers(xml, { name, display_name, company: 'Berg &amp; Söhne Maschinenbau GmbH', maxQuota: '1024' });
  return [xml.length];
}

async function checkDatabase(peer: Peer, bench: Bench, url: string): Promise<number[]> {
  const lengths: number[] = [];
  for (let round = 0; round < usersPerPeer; round++) {
    const n = bench.nextUser++;
    const { password: _, passwordMech, ...texts } = userTexts(n);
    const shown = { ...texts, maxQuota: String(createdMaxQuotaMb), passwordMech: `{${passwordMech}}` };
    const created = await answer(peer, bench, url, createRequest(n));
    expectMembers(created, shown);
    const id = idOf(created);
    await expectRows(bench.connection, id, n);
    const read = await answer(peer, bench, url, getDataRequest(id));
    expectMembers(read, {
      ...shown,
      id: String(id),
      usedQuota: '0',
      imapServerString: 'imap://localhost:143',
    });
    await expectOxbowReads(bench, id, shown);
    for (const request of [createRequest(n, wrongCaller), createRequest(n), getDataRequest(id, wrongCaller)])
      await expectFault(url, request);
    lengths.splice(0, 2, created.length, read.length);
  }
  await expectMany(peer, bench, url);
  return lengths;
}

const wrongCaller = { ...defaultCaller, password: 'wrong' };

function idOf(xml: string): number {
  const id = Number(/<(?:\w+:)?id(?: [^>]*)?>(\d+)</.exec(xml)?.[1]);
  expect(id > 0, `no id in ${xml}`);
  return id;
}

/** More requests at once than there are connections to the database. */
async function expectMany(peer: Peer, bench: Bench, url: string): Promise<void> {
  const numbers = Array.from({ length: 24 }, () => bench.nextUser++);
  const answers = await Promise.all(numbers.map((n) => answer(peer, bench, url, createRequest(n))));
  const ids = new Set(answers.map(idOf));
  expect(ids.size === numbers.length, 'creates at once got the same id');
}

async function post(url: string, xml: string): Promise<{ status: number; xml: string }> {
  const response = await fetch(`${url}${servicePath}`, {
    method: 'POST',
    headers: requestHeaders,
    body: xml,
  });
  return { status: response.status, xml: await response.text() };
}

async function answer(peer: Peer, { oxbow }: Bench, url: string, request: string): Promise<string> {
  const { status, xml } = await post(url, request);
  expect(status === 200, `status ${status}: ${xml}`);
  const validation = validateAnswer(`${oxbow.url}${servicePath}`, serviceName, xml);
  if (!peer.answersAreInvalid) await validation;
  else expect(await validation.then(() => false).catch(() => true), 'the answer is valid after all');
  return xml;
}

async function expectFault(url: string, request: string): Promise<void> {
  const { status, xml } = await post(url, request);
  expect(status === 500 && /<([\w-]+:)?Fault[ >]/.test(xml), `no fault but ${status}: ${xml}`);
  expect(!/ at |sql|insert|password_hash|\.php/i.test(xml), `a fault that tells too much: ${xml}`);
}

/** The members' text stands in the answer, whatever the prefix. */
function expectMembers(xml: string, members: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(members)) {
    const found = [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`, 'g'))].map(
      ([, text]) => text,
    );
    const wanted = value.replace(/&(?!amp;)/g, '&amp;');
    expect(found.includes(wanted), `${name} is ${found.join(' or ')}, not ${wanted}, in ${xml}`);
  }
  expect(!/pw-\d|SSHA512/.test(xml), 'the answer holds the password');
}

async function expectRows(connection: Connection, id: number, n: number): Promise<void> {
  const { name, display_name, primaryEmail, company } = userTexts(n);
  const read = async (sql: string): Promise<unknown> =>
    (await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true }, [id]))[0];
  const of = 'context_id = 1 AND';
  const rows = {
    users: await read(
      `SELECT login, display_name, primary_email, mailbox, JSON_VALUE(profile, '$.company'), JSON_VALUE(profile, '$.folderTree'),
       LEFT(password_hash, 9) FROM users WHERE ${of} id = ?`,
    ),
    aliases: await read(`SELECT address FROM user_aliases WHERE ${of} user_id = ?`),
    groups: await read(`SELECT group_id FROM group_members WHERE ${of} user_id = ?`),
    names: await read(`SELECT kind, value FROM unique_names WHERE ${of} user_id = ? ORDER BY kind`),
  };
  const expected = {
    users: [[name, display_name, primaryEmail, primaryEmail, company, '1', '{SSHA512}']],
    aliases: [[primaryEmail]],
    groups: [[1]],
    names: [
      ['display', display_name],
      ['mail', primaryEmail],
    ],
  };
  expect(isDeepStrictEqual(rows, expected), `the rows are ${JSON.stringify(rows)}`);
}

/** What the peer stored is a user to Oxbow, down to its password. */
async function expectOxbowReads({ oxbow }: Bench, id: number, shown: Record<string, string>): Promise<void> {
  const { status, xml } = await post(oxbow.url, getDataRequest(id));
  expect(status === 200, xml);
  expectMembers(xml, shown);
  const password = `pw-${shown['name']?.replace('user', '') ?? ''}`;
  const own = { ...defaultCaller, login: shown['name'] ?? '', password };
  const asked = async (caller: typeof own): Promise<string> =>
    (await post(oxbow.url, getDataRequest(id, caller))).xml.replace(/exceptionId [\d-]+/, '');
  const isTold = (await asked(own)) !== (await asked({ ...own, password: 'wrong' }));
  expect(isTold, 'the stored password is not the one that was sent');
}

/** Runs a server in a process group of its own, which must be empty after its SIGTERM. */
async function withServer<T>(
  peer: Peer,
  databaseUrl: string | null,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const { command, args, env } = peer.command(port, databaseUrl);
  const server = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await untilReady(server);
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    await stop(server);
  }
}

async function untilReady(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new CheckError('no output');
  const lines = createInterface({ input: server.stdout });
  const timeout = setTimeout(() => lines.close(), startTimeoutMs);
  for await (const line of lines) {
    if (line !== 'ready') continue;
    clearTimeout(timeout);
    server.stdout.resume();
    return;
  }
  throw new CheckError('the server did not start');
}

async function stop(server: ChildProcess): Promise<void> {
  const group = -(server.pid ?? 0);
  const exited = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : null;
  if (exited) process.kill(server.pid ?? 0, 'SIGTERM');
  const giveUp = setTimeout(() => process.kill(group, 'SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(giveUp);
  for (const giveUpAt = Date.now() + stopTimeoutMs; Date.now() < giveUpAt; await sleep(20))
    if (!groupIsAlive(group)) return;
  process.kill(group, 'SIGKILL');
  throw new CheckError('processes are left after SIGTERM');
}

function groupIsAlive(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !peers.some((peer) => peer.name === name));
  expect(unknown.length === 0, `no such peer: ${unknown.join(', ')}`);
  const bench = await startBench();
  let failures = 0;
  for (const peer of peers.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const told = !peer.isInstalled()
      ? `skipped: needs ${peer.debianPackages.join(' ')}`
      : await checkPeer(peer, bench).catch((error: unknown) => {
          failures += 1;
          return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
        });
    process.stdout.write(`${peer.name.padEnd(16)} ${told}\n`);
  }
  await bench.connection.end();
  await bench.oxbow.stop();
  process.exit(failures === 0 ? 0 : 1);
}

await main();
