import { z } from 'zod';
import type { Installation } from '../../../provisioning/installation/installation.js';
import {
  getMailObjectQuotas,
  getTenantQuota,
  maxObjects,
  maxTenantMb,
  setMailObjectQuotas,
  setTenantQuota,
} from '../../../provisioning/oxaas/mail-object-quotas.js';
import { mailObjectKinds } from '../../../provisioning/repositories/mailbox-repository.js';
import type { FileCaller } from '../../../provisioning/usage/authorize-usage.js';
import { personOf } from '../engine/callers.js';
import { noContent, ok, type AddRoute } from '../engine/rest-operation.js';
import { id } from '../engine/rest-schemas.js';

const objectQuotas = z
  .array(
    z.strictObject({
      kind: z.enum(mailObjectKinds),
      limit: z.number().int().min(1).max(maxObjects).nullable(),
    }),
  )
  .meta({ examples: [[{ kind: 'email', limit: 100_000 }]] });
const limitMb = z.number().int().min(1).max(maxTenantMb).nullable();
const tenantQuota = z.strictObject({ limitMb }).meta({ examples: [{ limitMb: 10_240 }] });
const tag = 'Mail server';

/** Routes of mail server objects of a user or context, stored as the attributes that SOAP shows. */
export function mailQuotaRoutes(route: AddRoute<FileCaller>, installation: Installation): void {
  const objects = '/contexts/{contextId}/users/{userId}/mail-objects';
  const tenant = '/contexts/{contextId}/tenant';

  route(
    'get',
    objects,
    {
      id: 'getMailObjectQuotas',
      tag,
      summary: 'Mail server object limits of a user; null: no limit',
      answers: { 200: objectQuotas },
    },
    async ({ params, caller }) => {
      const { contextId, userId } = params;
      return ok(await getMailObjectQuotas(installation, contextId, userId, personOf(caller)));
    },
  );
  route(
    'put',
    objects,
    {
      id: 'setMailObjectQuotas',
      tag,
      summary: 'Limit the objects of a user; kinds that are not named keep their limit',
      body: objectQuotas,
      answers: { 204: null },
    },
    async ({ params: { contextId, userId }, body, caller }) => {
      await setMailObjectQuotas(installation, contextId, userId, body(), personOf(caller));
      return noContent;
    },
  );
  route(
    'get',
    tenant,
    {
      id: 'getTenantQuota',
      tag,
      summary: 'Limit of all mailboxes of a context together; null: no limit',
      answers: { 200: z.strictObject({ contextId: id, limitBytes: z.int().nullable() }) },
    },
    async ({ params, caller }) => ok(await getTenantQuota(installation, params.contextId, personOf(caller))),
  );
  route(
    'put',
    tenant,
    {
      id: 'setTenantQuota',
      tag,
      summary: 'Limit what the mailboxes of a context hold together',
      body: tenantQuota,
      answers: { 204: null },
    },
    async ({ params, body, caller }) => {
      await setTenantQuota(installation, params.contextId, body().limitMb, personOf(caller));
      return noContent;
    },
  );
}
