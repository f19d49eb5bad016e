import type express from 'express';
import { z } from 'zod';
import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import { findAuditEntries } from '../provisioning/overview/audit.js';
import type { AuditEntry } from '../provisioning/repositories/audit-repository.js';
import { auditEntryId, auditFilterOf, auditFilters } from './audit-filters.js';
import { ok } from './rest-answers.js';
import { restRoutes, type RestRoutesOptions } from './rest-routes.js';
import { ProblemError } from './rest.js';

const maxLength = 1_000;
const outOfRange = `must be a number from 1 to ${maxLength}`;

const query = {
  ...auditFilters,
  limit: z
    .string()
    .regex(/^\d{1,4}$/, outOfRange)
    .transform(Number)
    .pipe(z.int().min(1, outOfRange).max(maxLength, outOfRange))
    .optional(),
  before: auditEntryId
    .optional()
    .meta({ description: 'Only entries before this one; `next` of the page before' }),
};

const entry = z.looseObject({
  id: z.string(),
  at: z.string().meta({ description: 'When, as ISO 8601 has it' }),
  login: z.string(),
  service: z.string(),
  operation: z.string(),
});
const page = z.strictObject({
  entries: z.array(entry),
  next: z
    .string()
    .nullable()
    .meta({ description: 'Give it as `before` for the next page; null: there is none' }),
});

/** `GET /audit/v1/entries`: who changed what, newest first, for the master admin and resellers. */
export function auditRouter(
  deps: ProvisioningDeps,
  options: Omit<RestRoutesOptions, 'service'>,
): express.Router {
  return restRoutes({ ...options, service: 'audit/v1' }, (route) => {
    route(
      'get',
      '/entries',
      {
        id: 'listAuditEntries',
        tag: 'Audit',
        summary: 'Who changed what, newest first',
        query,
        answers: { 200: page },
      },
      async (call) => {
        refuseStrangers(call.request.query);
        const { limit = 100, before, ...sent } = call.query();
        const wanted = { length: limit, ...(before === undefined ? {} : { beforeId: before }) };
        const { entries, next } = await findAuditEntries(deps, auditFilterOf(sent), wanted, call.caller);
        return ok({ entries: entries.map(shown), next });
      },
    );
  });
}

/** Lest a slip of the pen showed everything. @throws ProblemError 400 */
function refuseStrangers(sent: object): void {
  const stranger = Object.keys(sent).find((name) => !Object.hasOwn(query, name));
  if (stranger === undefined) return;
  const detail = 'there is no such parameter';
  const errors = [{ parameter: stranger, detail }];
  throw new ProblemError({ status: 400, type: 'invalid-request', detail, members: { errors } });
}

function shown({ atMs, ...rest }: AuditEntry) {
  return { ...rest, at: new Date(atMs).toISOString() };
}
