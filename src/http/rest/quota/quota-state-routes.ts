import { z } from 'zod';
import { getObjectQuotas } from '../../../provisioning/contexts/context-object-quotas.js';
import type { Installation } from '../../../provisioning/installation/installation.js';
import type { Credentials } from '../../../provisioning/model/credentials.js';
import { getQuotaFacts, type QuotaFacts } from '../../../provisioning/oxaas/mail-quota.js';
import { type QuotaState, quotaState } from '../../../provisioning/quota/quota-state.js';
import { ownsFilestore } from '../../../provisioning/registry/filestores.js';
import type { FileCaller } from '../../../provisioning/usage/authorize-usage.js';
import { personOf } from '../engine/callers.js';
import { type AddRoute, ok } from '../engine/rest-operation.js';
import { id } from '../engine/rest-schemas.js';

const bytes = z.int().min(0);
const limit = bytes.nullable();

const quotaMembers = {
  mode: z.enum(['unified', 'default']).meta({ description: 'Whether mail and files share one limit' }),
  limitBytes: limit.meta({ description: 'The one limit of mode unified; null in mode default' }),
  limits: z.strictObject({ mailBytes: limit, fileBytes: limit }).meta({ description: 'null: no limit' }),
  usage: z.strictObject({
    mailBytes: bytes,
    fileBytes: limit.meta({ description: 'null: not known' }),
    fileBytesOf: z.enum(['user', 'context']).nullable().meta({
      description: 'Owner of the files in fileBytes: the context, for users without own storage',
    }),
    totalBytes: bytes.meta({ description: 'Mail and files of the user alone' }),
  }),
  remainingBytes: limit.meta({ description: 'Remainder of limitBytes' }),
};

/** A user's quota as `/quota/v1` and `/provisioning/v1` show it. */
export const userQuota = z
  .strictObject({ contextId: id, userId: id, ...quotaMembers })
  .meta({ id: 'UserQuota', description: 'Limits and usage of a user' });

const objectLimits = z.array(
  z.strictObject({
    module: z.string(),
    limit: z.int().nullable().meta({ description: 'null: as many as there may be' }),
    source: z.enum(['context', 'config', 'default']).meta({ description: 'Source of the limit' }),
  }),
);

const jslob = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.literal('io.ox/core'),
      tree: z.strictObject({ quotaMode: z.enum(['unified', 'default']) }),
      meta: z.strictObject({}),
    }),
  ),
});

const tag = 'Quota state';

/** Quotas for file services and operators, with the credentials and rights of SOAP. */
export function quotaStateRoutes(route: AddRoute<FileCaller>, installation: Installation): void {
  const user = '/contexts/{contextId}/users/{userId}';

  route(
    'get',
    user,
    {
      id: 'getUserQuota',
      tag,
      summary: 'Limits, usage and remainder of a user',
      answers: { 200: userQuota },
    },
    async ({ params: { contextId, userId }, caller }) =>
      ok({ contextId, userId, ...(await readQuotaState(installation, contextId, userId, personOf(caller))) }),
  );
  // io.ox/core//quotaMode, in the form in which the original's JSlob module answers. Source: docs/contract/quota.md#3-1.
  route(
    'get',
    `${user}/jslob`,
    {
      id: 'getQuotaMode',
      tag,
      summary: 'The mode of a user’s quota, as App Suite’s user interface reads it',
      answers: { 200: jslob },
    },
    async ({ params: { contextId, userId }, caller }) => {
      const { mode } = await readQuotaState(installation, contextId, userId, personOf(caller));
      return ok({ data: [{ id: 'io.ox/core', tree: { quotaMode: mode }, meta: {} }] });
    },
  );
  route(
    'get',
    '/contexts/{contextId}/objects',
    {
      id: 'getObjectQuotas',
      tag,
      summary: 'Object limits of a context by module',
      answers: { 200: objectLimits },
    },
    async ({ params, caller }) => ok(await getObjectQuotas(installation, params.contextId, personOf(caller))),
  );
}

/**
 * The state of a user's quota, for callers with the right to read the user.
 * @throws ProvisioningError InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function readQuotaState(
  installation: Installation,
  contextId: number,
  userId: number,
  caller: Credentials,
): Promise<Omit<z.output<typeof userQuota>, 'contextId' | 'userId'>> {
  const facts = await getQuotaFacts(installation, contextId, userId, caller);
  const state = quotaStateOf(facts);
  return { ...state, usage: { ...state.usage, ...fileUsageOf(facts, state) } };
}

function fileUsageOf({ usage, contextFileBytes }: QuotaFacts, state: QuotaState) {
  if (usage.fileBytes !== null) return { fileBytes: state.usage.fileBytes, fileBytesOf: 'user' } as const;
  return { fileBytes: contextFileBytes, fileBytesOf: contextFileBytes === null ? null : 'context' } as const;
}

/** The quota state that follows from the facts about a user. */
export function quotaStateOf({ user, usage, unifiedEnabled }: QuotaFacts): QuotaState {
  return quotaState({
    maxQuotaMb: user.maxQuotaMb,
    ownsFilestore: ownsFilestore(user),
    mailQuotaMb: user.mailQuotaMb,
    unifiedEnabled,
    mailBytes: usage.mailBytes,
    fileBytes: usage.fileBytes ?? 0,
  });
}
