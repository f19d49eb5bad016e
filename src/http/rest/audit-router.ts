import type express from 'express';
import { z } from 'zod';
import type { Installation } from '../../provisioning/installation/installation.js';
import { findAuditEntries } from '../../provisioning/overview/read-audit.js';
import type { AuditEntry, AuditFilter } from '../../provisioning/repositories/audit-repository.js';
import { ok } from './engine/rest-operation.js';
import { restRoutes, type RestRoutesOptions } from './engine/rest-routes.js';
import { ProblemError } from './engine/rest.js';

const id = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be an id')
  .transform(Number)
  .pipe(z.int());
const text = z.string().min(1).max(255);
const time = z
  .string()
  .refine((value) => Number.isFinite(Date.parse(value)), 'must be a time as ISO 8601 has it')
  .transform((value) => Date.parse(value))
  .pipe(z.number());

/** The parameters of a query that choose entries of the trail. */
export const auditFilters = {
  context: id.optional(),
  object: id.optional(),
  login: text.optional(),
  operation: text.optional(),
  requestId: text.optional(),
  since: time.optional(),
  until: time.optional(),
};

/** The id of an entry, behind which a page of the trail begins. */
export const auditEntryId = z.string().regex(/^[0-9a-f]{26}$/, 'must be the id of an entry');

/**
 * Filter of the audit trail from a query.
 * @throws ProblemError 400
 */
export function auditFilterOf(sent: z.output<z.ZodObject<typeof auditFilters>>): AuditFilter {
  const { context, object, login, operation, requestId, since, until } = sent;
  if (object !== undefined && context === undefined)
    throw new ProblemError({
      status: 400,
      detail: 'object: needs context, since ids are those of a context',
    });
  const filter: { -readonly [Key in keyof AuditFilter]: AuditFilter[Key] } = {};
  if (context !== undefined) filter.contextId = context;
  if (object !== undefined) filter.objectId = object;
  if (login !== undefined) filter.login = login;
  if (operation !== undefined) filter.operation = operation;
  if (requestId !== undefined) filter.requestId = requestId;
  if (since !== undefined) filter.sinceMs = since;
  if (until !== undefined) filter.untilMs = until;
  return filter;
}

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
  at: z.string().meta({ description: 'Time, in ISO 8601' }),
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
  installation: Installation,
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
        const { entries, next } = await findAuditEntries(
          installation,
          auditFilterOf(sent),
          wanted,
          call.caller,
        );
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
