import type { ErrorReason, ProvisioningErrorKind } from '../../../provisioning/errors/errors.js';
import { provisioningError } from '../../../provisioning/errors/store-errors.js';
import { BusyError } from '../../server/request-limiter.js';
import type { Problem } from './rest.js';

const ofReason: Readonly<Record<ErrorReason, number>> = {
  absent: 404,
  taken: 409,
  refused: 409,
  forbidden: 403,
  unavailable: 503,
  invalid: 400,
};

const ofKind: Readonly<Partial<Record<ProvisioningErrorKind, number>>> = {
  NoSuchContext: 404,
  NoSuchUser: 404,
  NoSuchGroup: 404,
  NoSuchResource: 404,
  ContextExists: 409,
  InvalidCredentials: 401,
  Storage: 503,
};

/** Problem for an error of rules or store; null for an unexpected one. */
export function restProblem(error: unknown): Problem | null {
  if (error instanceof BusyError) return { status: 503, detail: error.message };
  const known = provisioningError(error);
  if (known === null) return null;
  const { kind, message, reason } = known;
  const detail = message === '' ? 'The request misses something' : message;
  if (message === 'Permission denied') return { status: 403, detail };
  const status = reason === null ? (ofKind[kind] ?? 400) : ofReason[reason];
  return { status, detail, ...(reason === 'taken' || kind === 'ContextExists' ? { type: 'taken' } : {}) };
}
