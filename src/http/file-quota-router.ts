import type express from 'express';
import { z } from 'zod';
import type { ProvisioningDeps } from '../provisioning/deps.js';
import {
  authorizeOnContextFiles,
  authorizeOnFiles,
  authorizeOnObjects,
  type FileAccess,
  type FileCaller,
  type FileTarget,
  type LedgerTarget,
} from '../provisioning/ledger-access.js';
import type { LedgerAccount } from '../provisioning/ledger.js';
import {
  commitReservation,
  readUsage,
  releaseReservation,
  reportDeletion,
  reserve,
  setUsage,
} from '../provisioning/use-ledger.js';
import { accountOfFile, fileKinds, snippetProperties, type FileKind } from '../quota/file-budget.js';
import { fileCallers } from './file-caller.js';
import {
  amount,
  bytesShown,
  bytesProblem,
  generation,
  key,
  objectsProblem,
  objectsShown,
  reservationShown,
  ttlSeconds,
} from './ledger-message.js';
import { mailQuotaRoutes } from './mail-quota-routes.js';
import { ProblemError } from './rest.js';
import {
  bodyOf,
  pathIdOf,
  restRoutesFor,
  type AddRoute,
  type RestCall,
  type RestRoutesOptions,
} from './rest-routes.js';

export interface FileQuotaRouterOptions extends Omit<RestRoutesOptions, 'service'> {
  /** null: there is none. */
  readonly serviceToken: string | null;
  /** Told after files of a user were counted. */
  readonly filesCounted: (contextId: number, userId: number) => void;
}

type Call = RestCall<FileCaller>;
type Route = AddRoute<FileCaller>;

const kind = z.enum(fileKinds).default('drive');

/**
 * Reservations, deletions and usages of files and objects, for file services. Below `/quota/v1`. OX: semantics 7.5, but the calls are
 * this project's own.
 */
export function fileQuotaRouter(deps: ProvisioningDeps, options: FileQuotaRouterOptions): express.Router {
  const { serviceToken, filesCounted, ...others } = options;
  const toProblem = (error: unknown) => bytesProblem(error) ?? others.toProblem(error);
  return restRoutesFor(fileCallers(serviceToken), { ...others, service: 'quota/v1', toProblem }, (route) => {
    fileRoutes(route, deps, filesCounted);
    contextRoutes(route, deps);
    objectRoutes(route, deps);
    mailQuotaRoutes(route, deps);
  });
}

function fileRoutes(
  route: Route,
  deps: ProvisioningDeps,
  filesCounted: FileQuotaRouterOptions['filesCounted'],
): void {
  const path = '/contexts/:contextId/users/:userId';
  const target = (call: Call, access: FileAccess) =>
    authorizeOnFiles(
      deps,
      { contextId: pathIdOf(call, 'contextId'), userId: pathIdOf(call, 'userId') },
      call.caller,
      access,
    );

  route('post', `${path}/reservations`, async (call) => {
    const user = await target(call, 'write');
    const sent = bodyOf(call, z.strictObject({ bytes: amount, key, kind, ttlSeconds }));
    const on = { ...user, account: await accountOf(user, sent.kind) };
    return reservationShown(await reserve(deps, on, { ...sent, amount: sent.bytes }));
  });
  route('post', `${path}/reservations/:id/commit`, async (call) => {
    const user = await target(call, 'write');
    const { bytes, files } = bodyOf(call, z.strictObject({ bytes: amount, files: amount.default(1) }));
    const request = { id: reservationId(call), amount: bytes, files };
    await commitReservation(deps, user, request, (of) => accountOf(user, kind.parse(of)));
    filesCounted(pathIdOf(call, 'contextId'), pathIdOf(call, 'userId'));
    return { status: 200, body: { bytes, files } };
  });
  route('delete', `${path}/reservations/:id`, async (call) => {
    await releaseReservation(deps, await target(call, 'write'), reservationId(call));
    return { status: 204 };
  });
  route('post', `${path}/deletions`, async (call) => {
    const user = await target(call, 'write');
    const sent = bodyOf(call, z.strictObject({ bytes: amount, files: amount.default(1), key, kind }));
    const on = { ...user, account: await accountOf(user, sent.kind) };
    return bytesShown(await reportDeletion(deps, on, { ...sent, amount: sent.bytes }));
  });
  route('get', `${path}/usage`, async (call) => {
    const user = await target(call, 'read');
    return bytesShown(await readUsage(deps, await ownAccount(user, call)));
  });
  route('put', `${path}/usage`, async (call) => {
    const user = await target(call, 'write');
    const { bytes, ...sent } = bodyOf(call, z.strictObject({ bytes: amount, files: amount, generation }));
    const counted = await setUsage(deps, await ownAccount(user, call), { ...sent, used: bytes });
    filesCounted(pathIdOf(call, 'contextId'), pathIdOf(call, 'userId'));
    return bytesShown(counted);
  });
}

function contextRoutes(route: Route, deps: ProvisioningDeps): void {
  const path = '/contexts/:contextId/usage';
  const target = (call: Call) => authorizeOnContextFiles(deps, pathIdOf(call, 'contextId'), call.caller);

  route('get', path, async (call) => bytesShown(await readUsage(deps, await target(call))));
  route('put', path, async (call) => {
    const on = await target(call);
    const { bytes, ...sent } = bodyOf(call, z.strictObject({ bytes: amount, files: amount, generation }));
    return bytesShown(await setUsage(deps, on, { ...sent, used: bytes }));
  });
}

function objectRoutes(route: Route, deps: ProvisioningDeps): void {
  const path = '/contexts/:contextId/objects/:module';
  const onModule = async <T>(call: Call, run: (target: LedgerTarget) => Promise<T>): Promise<T> => {
    const module = String(call.request.params['module']);
    const target = await authorizeOnObjects(deps, pathIdOf(call, 'contextId'), module, call.caller);
    if (target === null) throw new ProblemError({ status: 404, detail: 'There is no such module' });
    return run(target).catch((error: unknown) => {
      const problem = objectsProblem(error);
      throw problem === null ? error : new ProblemError(problem);
    });
  };

  route('post', `${path}/reservations`, (call) =>
    onModule(call, async (target) => {
      const { count, ...sent } = bodyOf(call, z.strictObject({ count: amount, key, ttlSeconds }));
      return reservationShown(await reserve(deps, target, { ...sent, kind: 'objects', amount: count }));
    }),
  );
  route('post', `${path}/reservations/:id/commit`, (call) =>
    onModule(call, async (target) => {
      const { count } = bodyOf(call, z.strictObject({ count: amount }));
      const request = { id: reservationId(call), amount: count, files: 0 };
      await commitReservation(deps, target, request, () => Promise.resolve(target.account));
      return { status: 200, body: { count } };
    }),
  );
  route('delete', `${path}/reservations/:id`, (call) =>
    onModule(call, async (target) => {
      await releaseReservation(deps, target, reservationId(call));
      return { status: 204 };
    }),
  );
  route('post', `${path}/deletions`, (call) =>
    onModule(call, async (target) => {
      const { count, key: sentKey } = bodyOf(call, z.strictObject({ count: amount, key }));
      const report = { kind: 'objects', key: sentKey, amount: count, files: 0 };
      return objectsShown(await reportDeletion(deps, target, report));
    }),
  );
  route('get', `${path}/usage`, (call) =>
    onModule(call, async (target) => objectsShown(await readUsage(deps, target))),
  );
  route('put', `${path}/usage`, (call) =>
    onModule(call, async (target) => {
      const sent = bodyOf(call, z.strictObject({ count: amount, generation }));
      return objectsShown(await setUsage(deps, target, { ...sent, used: sent.count, files: 0 }));
    }),
  );
}

async function accountOf(user: FileTarget, of: FileKind): Promise<LedgerAccount> {
  const [mode, perUserLimit] =
    of === 'snippet'
      ? [await user.property(snippetProperties.mode), await user.property(snippetProperties.perUserLimit)]
      : [undefined, undefined];
  return accountOfFile(of, user.userId, { mode, perUserLimit });
}

/**
 * What is counted for this user in particular: Drive files, or with `?kind=snippet` signatures that have their own budget.
 * @throws ProblemError 400 for what counts to the context as a whole
 */
async function ownAccount(user: FileTarget, { request }: Call): Promise<LedgerTarget> {
  const wanted = kind.safeParse(request.query['kind']);
  const account = wanted.success ? await accountOf(user, wanted.data) : null;
  if (account?.kind === 'storage' || account?.kind === 'snippets') return { ...user, account };
  throw new ProblemError({ status: 400, detail: 'Files of that kind are not counted per user' });
}

function reservationId({ request }: Call): string {
  return String(request.params['id']);
}
