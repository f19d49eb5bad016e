import { z } from 'zod';
import type { Credentials } from '../provisioning/authorization.js';
import type { ProvisioningDeps } from '../provisioning/deps.js';
import type { FileCaller } from '../provisioning/ledger-access.js';
import {
  mailObjectKinds,
  maxObjects,
  maxTenantMb,
  setMailObjectQuotas,
  setTenantQuota,
} from '../provisioning/mail-object-quotas.js';
import { ProblemError } from './rest.js';
import { bodyOf, pathIdOf, type AddRoute } from './rest-routes.js';

const objectQuotas = z.array(
  z.strictObject({
    kind: z.enum(mailObjectKinds),
    limit: z.number().int().min(1).max(maxObjects).nullable(),
  }),
);
const tenantQuota = z.strictObject({ limitMb: z.number().int().min(1).max(maxTenantMb).nullable() });

/** What a user or a context may have in the mail server, set as the attributes that SOAP shows. */
export function mailQuotaRoutes(route: AddRoute<FileCaller>, deps: ProvisioningDeps): void {
  route('put', '/contexts/:contextId/users/:userId/mail-objects', async (call) => {
    const contextId = pathIdOf(call, 'contextId');
    const userId = pathIdOf(call, 'userId');
    const quotas = bodyOf(call, objectQuotas);
    await setMailObjectQuotas(deps, contextId, userId, quotas, personOf(call.caller));
    return { status: 204 };
  });
  route('put', '/contexts/:contextId/tenant', async (call) => {
    const { limitMb } = bodyOf(call, tenantQuota);
    await setTenantQuota(deps, pathIdOf(call, 'contextId'), limitMb, personOf(call.caller));
    return { status: 204 };
  });
}

/** @throws ProblemError 403 to the file service, whose token is for files */
function personOf(caller: FileCaller): Credentials {
  if (caller === 'fileService') throw new ProblemError({ status: 403, detail: 'Permission denied' });
  return caller;
}
