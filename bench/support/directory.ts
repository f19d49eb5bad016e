import { RawSoap, returned, returnedOne } from '../../test/support/wire/raw-soap.js';
import { child } from '../../test/support/wire/xml-tree.js';
import { adminData } from '../../test/wire/fixtures.js';
import { defaultCaller, createRequest, servicePath } from '../peers/messages.js';
import { oxbow, master } from '../servers/baselines.js';
import type { LoadGenerator } from './load.js';
import { reseller } from './messages.js';
import { takePasses } from './rounds.js';
import { startServerProgram } from './server-program.js';

/** A user of the directory, as a row for the load generator. */
export type DirectoryUser = {
  readonly contextId: number;
  readonly userId: number;
  readonly displayName: string;
};

/** What there is to ask about. */
export interface Directory {
  readonly contextIds: readonly number[];
  readonly users: readonly DirectoryUser[];
}

/** How many there shall be; users are spread evenly over contexts. */
export interface DirectorySize {
  readonly contexts: number;
  readonly users: number;
}

/** So much at once while it is filled. */
const connections = 8;
/** Hashes that peers can check, too, and that do not cost more than everything else. */
const settings = { DEFAULT_PASSWORD_MECHANISM: 'SHA-512' };

/**
 * Fills a new database through an Oxbow that is stopped again: the reseller of bench/peers/messages.ts, contexts of its own, and
 * users as createRequest makes them.
 */
export async function fillDirectory(
  databaseUrl: string,
  generator: LoadGenerator,
  size: DirectorySize,
): Promise<Directory> {
  const program = oxbow('Oxbow, filling', settings);
  await program.prepare();
  const server = await startServerProgram(program, databaseUrl);
  try {
    return await fillRunning(server.url, generator, size);
  } finally {
    await server.stop();
  }
}

/** As fillDirectory, over a running Oxbow whose DEFAULT_PASSWORD_MECHANISM is SHA-512. */
export async function fillRunning(
  url: string,
  generator: LoadGenerator,
  size: DirectorySize,
): Promise<Directory> {
  const soap = new RawSoap(url);
  const adm = { name: reseller.login, displayname: 'The reseller of the bench', password: reseller.password };
  returnedOne(await soap.call('OXResellerService', 'create', { adm }, master));
  const contextIds: number[] = [];
  for (let number = 1; number <= size.contexts; number += 1) {
    const name = `bench${number}`;
    const ctx = { name: `${reseller.login}_${name}`, maxQuota: 1_000_000 };
    const admin = adminData(name, { name: 'ctxadmin', password: 'admin-secret' });
    const params = { ctx, admin_user: admin };
    const context = returnedOne(await soap.call('OXResellerContextService', 'create', params, reseller));
    contextIds.push(Number(child(context, 'id')?.text));
  }
  await createUsers(url, generator, contextIds, size.users);
  const users: DirectoryUser[] = [];
  for (const contextId of contextIds) users.push(...(await readUsers(soap, contextId)));
  return { contextIds, users };
}

/** Adds users to contexts in turn. */
export async function createUsers(
  url: string,
  generator: LoadGenerator,
  contextIds: readonly number[],
  count: number,
): Promise<void> {
  if (count === 0) return;
  const body = createRequest('{{n}}', { ...defaultCaller, contextId: '{{contextId}}' });
  await generator.run({
    url,
    steps: [{ path: servicePath, body, expect: 'Anna Berg {{n}}' }],
    rows: contextIds.map((contextId) => ({ contextId })),
    connections: Math.min(connections, count),
    requests: count,
    firstPass: takePasses(count),
  });
}

/** The users of a context but for its admin. For contexts of ordinary size: it reads all data of all of them. */
export async function readUsers(soap: RawSoap, contextId: number): Promise<DirectoryUser[]> {
  return readSome(soap, contextId, await readIds(soap, contextId));
}

/** The ids of all users of a context, ascending. */
export async function readIds(soap: RawSoap, contextId: number): Promise<number[]> {
  const ctx = { id: contextId };
  const all = returned(await soap.call('OXResellerUserService', 'listAll', { ctx }, reseller));
  return all.map((user) => Number(child(user, 'id')?.text)).sort((a, b) => a - b);
}

/** Those of some users of a context that are not its admin. */
export async function readSome(
  soap: RawSoap,
  contextId: number,
  ids: readonly number[],
): Promise<DirectoryUser[]> {
  const params = { ctx: { id: contextId }, users: ids.map((id) => ({ id })) };
  const data = returned(await soap.call('OXResellerUserService', 'getMultipleData', params, reseller));
  return data
    .filter((user) => child(user, 'contextadmin')?.text !== 'true')
    .map((user) => ({
      contextId,
      userId: Number(child(user, 'id')?.text),
      displayName: child(user, 'display_name')?.text ?? '',
    }));
}
