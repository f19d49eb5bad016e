import { BusyError } from './http/request-limiter.js';
import type { Problem } from './http/rest.js';
import { provisioningError } from './services/faults.js';

/** What a REST call answers for whatever it threw; null: nobody foresaw it. */
export function toProblem(error: unknown): Problem | null {
  if (error instanceof BusyError) return { status: 503, detail: error.message };
  const known = provisioningError(error);
  if (known === null) return null;
  const statuses = { NoSuchContext: 404, NoSuchUser: 404, InvalidCredentials: 401, Storage: 503 } as const;
  const status = known.kind in statuses ? statuses[known.kind as keyof typeof statuses] : 400;
  return { status: known.message === 'Permission denied' ? 403 : status, detail: known.message };
}
