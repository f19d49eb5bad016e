import type express from 'express';
import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import type { LedgerAccount } from '../../../provisioning/repositories/ledger-repository.js';
import {
  authorizeOnContextFiles,
  authorizeOnFiles,
  type FileAccess,
  type FileCaller,
  type FileTarget,
  type LedgerTarget,
} from '../../../provisioning/usage/authorize-usage.js';
import {
  accountOfFile,
  fileKinds,
  snippetProperties,
  type FileKind,
} from '../../../provisioning/usage/file-budget.js';
import {
  commitReservation,
  readUsage,
  releaseReservation,
  reportDeletion,
  reserve,
  setUsage,
} from '../../../provisioning/usage/reservations.js';
import { fileCallers } from '../engine/callers.js';
import { noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { restRoutesFor, type RestRoutesOptions } from '../engine/rest-routes.js';
import { ProblemError } from '../engine/rest.js';
import {
  amount,
  bytesProblem,
  bytesShown,
  bytesUsage,
  generation,
  key,
  reservation,
  reservationShown,
  ttlSeconds,
} from './ledger-message.js';
import { mailQuotaRoutes } from './mail-quota-routes.js';
import { objectLedgerRoutes } from './object-ledger-routes.js';
import { quotaStateRoutes } from './quota-state-routes.js';

export interface QuotaRouterOptions extends Omit<RestRoutesOptions, 'service'> {
  /** null: there is none. */
  readonly serviceToken: string | null;
  /** Told after files of a user were counted. */
  readonly filesCounted: (contextId: number, userId: number) => void;
}

type Route = AddRoute<FileCaller>;
type UserPath = { readonly contextId: number; readonly userId: number };

const kind = z.enum(fileKinds).default('drive');
const query = {
  kind: kind.meta({ description: 'Kind of files; other kinds count to the context' }),
};
const bytesCounted = z
  .strictObject({ bytes: amount, files: amount, generation })
  .meta({ examples: [{ bytes: 1_048_576, files: 1, generation: null }] });
const conflicts = [409];
const full = [409, 507];

/**
 * Reservations, deletions and usages of files and objects, for file services, and what they need to know of quotas. Below `/quota/v1`. The
 * calls are this project's own.
 * Source: docs/contract/quota.md#4.
 */
export function quotaRouter(installation: Installation, options: QuotaRouterOptions): express.Router {
  const { serviceToken, filesCounted, ...others } = options;
  const toProblem = (error: unknown) => bytesProblem(error) ?? others.toProblem(error);
  return restRoutesFor(fileCallers(serviceToken), { ...others, service: 'quota/v1', toProblem }, (route) => {
    quotaStateRoutes(route, installation);
    reservationRoutes(route, installation, filesCounted);
    userUsageRoutes(route, installation, filesCounted);
    contextUsageRoutes(route, installation);
    objectLedgerRoutes(route, installation);
    mailQuotaRoutes(route, installation);
  });
}

function reservationRoutes(
  route: Route,
  installation: Installation,
  filesCounted: QuotaRouterOptions['filesCounted'],
): void {
  const path = '/contexts/{contextId}/users/{userId}/reservations';
  const tag = 'File reservations';

  route(
    'post',
    path,
    {
      id: 'reserveBytes',
      tag,
      summary: 'Reserve room for a file that is about to be stored',
      description: 'The same key answers the same reservation, however often the call is repeated.',
      body: z
        .strictObject({ bytes: amount, key, kind, ttlSeconds })
        .meta({ examples: [{ bytes: 1024, key: 'upload-1' }] }),
      answers: { 201: reservation },
      problems: full,
    },
    async ({ params, caller, body }) => {
      const user = await authorizeOnFiles(installation, params, caller, 'write');
      const sent = body();
      const on = { ...user, account: await accountOf(user, sent.kind) };
      return reservationShown(await reserve(installation, on, { ...sent, amount: sent.bytes }));
    },
  );
  route(
    'post',
    `${path}/{reservationId}/commit`,
    {
      id: 'commitBytes',
      tag,
      summary: 'Turn a reservation into usage: the file is stored',
      body: z.strictObject({ bytes: amount, files: amount.default(1) }).meta({ examples: [{ bytes: 1000 }] }),
      answers: { 200: z.strictObject({ bytes: z.int(), files: z.int() }) },
      problems: full,
    },
    async ({ params, caller, body }) => {
      const user = await authorizeOnFiles(installation, params, caller, 'write');
      const { bytes, files } = body();
      const request = { id: params.reservationId, amount: bytes, files };
      await commitReservation(installation, user, request, (of) => accountOf(user, kind.parse(of)));
      filesCounted(params.contextId, params.userId);
      return ok({ bytes, files });
    },
  );
  route(
    'delete',
    `${path}/{reservationId}`,
    {
      id: 'releaseBytes',
      tag,
      summary: 'Give reserved room back',
      answers: { 204: null },
      problems: conflicts,
    },
    async ({ params, caller }) => {
      const user = await authorizeOnFiles(installation, params, caller, 'write');
      await releaseReservation(installation, user, params.reservationId);
      return noContent;
    },
  );
}

function userUsageRoutes(
  route: Route,
  installation: Installation,
  filesCounted: QuotaRouterOptions['filesCounted'],
): void {
  const path = '/contexts/{contextId}/users/{userId}';
  const tag = 'File usage';
  const target = (params: UserPath, caller: FileCaller, access: FileAccess) =>
    authorizeOnFiles(installation, params, caller, access);

  route(
    'post',
    `${path}/deletions`,
    {
      id: 'reportDeletedBytes',
      tag,
      summary: 'Report that files were deleted',
      body: z
        .strictObject({ bytes: amount, files: amount.default(1), key, kind })
        .meta({ examples: [{ bytes: 1000, key: 'deletion-1' }] }),
      answers: { 200: bytesUsage },
      problems: conflicts,
    },
    async ({ params, caller, body }) => {
      const user = await target(params, caller, 'write');
      const sent = body();
      const on = { ...user, account: await accountOf(user, sent.kind) };
      return bytesShown(await reportDeletion(installation, on, { ...sent, amount: sent.bytes }));
    },
  );
  route(
    'get',
    `${path}/usage`,
    { id: 'getStoredBytes', tag, summary: 'Usage of a user', query, answers: { 200: bytesUsage } },
    async ({ params, caller, query: wanted }) => {
      const user = await target(params, caller, 'read');
      return bytesShown(await readUsage(installation, await ownAccount(user, wanted().kind)));
    },
  );
  route(
    'put',
    `${path}/usage`,
    {
      id: 'setStoredBytes',
      tag,
      summary: 'Set what a user has stored, as it was counted',
      description:
        'With the generation that the usage had before the counting began, a count that was overtaken by a change is refused.',
      query,
      body: bytesCounted,
      answers: { 200: bytesUsage },
      problems: conflicts,
    },
    async ({ params, caller, body, query: wanted }) => {
      const user = await target(params, caller, 'write');
      const { bytes, ...sent } = body();
      const counted = await setUsage(installation, await ownAccount(user, wanted().kind), {
        ...sent,
        used: bytes,
      });
      filesCounted(params.contextId, params.userId);
      return bytesShown(counted);
    },
  );
}

function contextUsageRoutes(route: Route, installation: Installation): void {
  const path = '/contexts/{contextId}/usage';
  const tag = 'File usage';

  route(
    'get',
    path,
    {
      id: 'getStoredBytesOfContext',
      tag,
      summary: "Usage of a context's own storage",
      answers: { 200: bytesUsage },
    },
    async ({ params, caller }) =>
      bytesShown(
        await readUsage(installation, await authorizeOnContextFiles(installation, params.contextId, caller)),
      ),
  );
  route(
    'put',
    path,
    {
      id: 'setStoredBytesOfContext',
      tag,
      summary: 'Set what a context has in its own storage, as it was counted',
      body: bytesCounted,
      answers: { 200: bytesUsage },
      problems: conflicts,
    },
    async ({ params, caller, body }) => {
      const on = await authorizeOnContextFiles(installation, params.contextId, caller);
      const { bytes, ...sent } = body();
      return bytesShown(await setUsage(installation, on, { ...sent, used: bytes }));
    },
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
 * Account of the user's own files: Drive, or signatures with `?kind=snippet`.
 * @throws ProblemError 400 for kinds that count to the context
 */
async function ownAccount(user: FileTarget, wanted: FileKind): Promise<LedgerTarget> {
  const account = await accountOf(user, wanted);
  if (account.kind === 'storage' || account.kind === 'snippets') return { ...user, account };
  throw new ProblemError({ status: 400, detail: 'Files of that kind are not counted per user' });
}
