import { z } from 'zod';
import type { AuditFilter } from '../provisioning/repositories/audit-repository.js';
import { ProblemError } from './rest.js';

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
 * Which entries are meant.
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
