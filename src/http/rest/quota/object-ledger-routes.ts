import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  authorizeOnObjects,
  type FileCaller,
  type LedgerTarget,
} from '../../../provisioning/usage/authorize-usage.js';
import {
  commitReservation,
  readUsage,
  releaseReservation,
  reportDeletion,
  reserve,
  setUsage,
} from '../../../provisioning/usage/reservations.js';
import { noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { ProblemError } from '../engine/rest.js';
import {
  amount,
  generation,
  key,
  objectsProblem,
  objectsShown,
  objectsUsage,
  reservation,
  reservationShown,
  ttlSeconds,
} from './ledger-message.js';

const tag = 'Object reservations';
const conflicts = [409];
const full = [409, 507];

/** Reservations, deletions and usages of the objects of a context: appointments, contacts and what else is counted. */
export function objectLedgerRoutes(route: AddRoute<FileCaller>, installation: Installation): void {
  const path = '/contexts/{contextId}/objects/{module}';
  const onModule = async <T>(
    { params, caller }: { params: { contextId: number; module: string }; caller: FileCaller },
    run: (target: LedgerTarget) => Promise<T>,
  ): Promise<T> => {
    const target = await authorizeOnObjects(installation, params.contextId, params.module, caller);
    if (target === null) throw new ProblemError({ status: 404, detail: 'There is no such module' });
    return run(target).catch((error: unknown) => {
      const problem = objectsProblem(error);
      throw problem === null ? error : new ProblemError(problem);
    });
  };

  route(
    'post',
    `${path}/reservations`,
    {
      id: 'reserveObjects',
      tag,
      summary: 'Reserve room for objects that are about to be made',
      body: z
        .strictObject({ count: amount, key, ttlSeconds })
        .meta({ examples: [{ count: 1, key: 'appointment-1' }] }),
      answers: { 201: reservation },
      problems: full,
    },
    (call) =>
      onModule(call, async (target) => {
        const { count, ...sent } = call.body();
        return reservationShown(
          await reserve(installation, target, { ...sent, kind: 'objects', amount: count }),
        );
      }),
  );
  route(
    'post',
    `${path}/reservations/{reservationId}/commit`,
    {
      id: 'commitObjects',
      tag,
      summary: 'Turn a reservation into objects that are there',
      body: z.strictObject({ count: amount }).meta({ examples: [{ count: 1 }] }),
      answers: { 200: z.strictObject({ count: z.int() }) },
      problems: full,
    },
    (call) =>
      onModule(call, async (target) => {
        const { count } = call.body();
        const request = { id: call.params.reservationId, amount: count, files: 0 };
        await commitReservation(installation, target, request, () => Promise.resolve(target.account));
        return ok({ count });
      }),
  );
  route(
    'delete',
    `${path}/reservations/{reservationId}`,
    {
      id: 'releaseObjects',
      tag,
      summary: 'Give reserved room back',
      answers: { 204: null },
      problems: conflicts,
    },
    (call) =>
      onModule(call, async (target) => {
        await releaseReservation(installation, target, call.params.reservationId);
        return noContent;
      }),
  );
  route(
    'post',
    `${path}/deletions`,
    {
      id: 'reportDeletedObjects',
      tag,
      summary: 'Report that objects were deleted',
      body: z.strictObject({ count: amount, key }).meta({ examples: [{ count: 1, key: 'deletion-2' }] }),
      answers: { 200: objectsUsage },
      problems: conflicts,
    },
    (call) =>
      onModule(call, async (target) => {
        const { count, key: sentKey } = call.body();
        const report = { kind: 'objects', key: sentKey, amount: count, files: 0 };
        return objectsShown(await reportDeletion(installation, target, report));
      }),
  );
  route(
    'get',
    `${path}/usage`,
    {
      id: 'getObjectUsage',
      tag,
      summary: 'Number of objects of a module',
      answers: { 200: objectsUsage },
    },
    (call) => onModule(call, async (target) => objectsShown(await readUsage(installation, target))),
  );
  route(
    'put',
    `${path}/usage`,
    {
      id: 'setObjectUsage',
      tag,
      summary: 'Set how many objects of a module there are, as they were counted',
      body: z
        .strictObject({ count: amount, generation })
        .meta({ examples: [{ count: 10, generation: null }] }),
      answers: { 200: objectsUsage },
      problems: conflicts,
    },
    (call) =>
      onModule(call, async (target) => {
        const sent = call.body();
        return objectsShown(await setUsage(installation, target, { ...sent, used: sent.count, files: 0 }));
      }),
  );
}
