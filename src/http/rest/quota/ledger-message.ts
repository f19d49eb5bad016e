import { z } from 'zod';
import {
  KeyConflictError,
  NoSuchReservationError,
  QuotaExceededError,
  StaleGenerationError,
} from '../../../provisioning/errors/ledger-errors.js';
import type { LedgerUsage, Reservation } from '../../../provisioning/repositories/ledger-repository.js';
import type { Problem } from '../engine/rest.js';

const maxTtlSeconds = 24 * 3600;

/** Bytes, files or objects; a PiB at once is enough. */
export const amount = z
  .int()
  .min(0)
  .max(2 ** 50)
  .meta({ examples: [1024] });

/**
 * Client's key of a request, to be able to repeat it. Restricted to characters that databases keep, so that
 * different keys stay different.
 */
export const key = z
  .string()
  .min(1)
  .max(255)
  .refine(
    (text) => !/[\p{Cc}\p{Cs}]/u.test(text),
    'control characters and halves of characters are not allowed',
  )
  .meta({
    description: "Client's key of the request, which is executed once per key",
  });

export const ttlSeconds = z.int().min(1).max(maxTtlSeconds).default(300);

/** Generation from an earlier usage answer; null to ignore changes since then. */
export const generation = z.int().min(0).nullable();

export const reservation = z
  .strictObject({ id: z.string(), expiresAt: z.iso.datetime() })
  .meta({ id: 'Reservation', description: 'Room that is kept until the reservation expires' });

export const bytesUsage = z
  .strictObject({ bytes: z.int(), files: z.int(), reserved: z.int(), generation: z.int() })
  .meta({ id: 'BytesUsage', description: 'Stored and reserved bytes' });

export const objectsUsage = z
  .strictObject({ count: z.int(), reserved: z.int(), generation: z.int() })
  .meta({ id: 'ObjectsUsage', description: 'Stored and reserved objects' });

export function reservationShown({ id, expiresAtMs }: Reservation) {
  return { status: 201, body: { id, expiresAt: new Date(expiresAtMs).toISOString() } } as const;
}

export function bytesShown({ used, files, reserved, generation: of }: LedgerUsage) {
  return { status: 200, body: { bytes: used, files, reserved, generation: of } } as const;
}

export function objectsShown({ used, reserved, generation: of }: LedgerUsage) {
  return { status: 200, body: { count: used, reserved, generation: of } } as const;
}

/** Refusal of the ledger, in bytes; null for other errors. */
export function bytesProblem(error: unknown): Problem | null {
  if (!(error instanceof QuotaExceededError)) return refusal(error);
  const { limit, mail, used: files, reserved } = error.state;
  const members = { limit, mail, files, reserved, available: available(limit, mail + files + reserved) };
  return { status: 507, type: 'quota-exceeded', detail: error.message, members };
}

/** The same of objects. */
export function objectsProblem(error: unknown): Problem | null {
  if (!(error instanceof QuotaExceededError)) return refusal(error);
  const { limit, used, reserved } = error.state;
  const members = { limit, used, reserved, available: available(limit, used + reserved) };
  return { status: 507, type: 'quota-exceeded', detail: error.message, members };
}

function refusal(error: unknown): Problem | null {
  if (error instanceof NoSuchReservationError) return { status: 404, detail: error.message };
  if (error instanceof KeyConflictError || error instanceof StaleGenerationError)
    return { status: 409, detail: error.message };
  return null;
}

/** null: as much as there may be. */
function available(limit: number | null, taken: number): number | null {
  return limit === null ? null : Math.max(0, limit - taken);
}
