import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ProvisioningError } from '../errors/errors.js';
import { CommitUnknownError, UniqueConflictError } from '../errors/store-errors.js';
import type { KeptAnswer } from '../repositories/outbox-repository.js';
import type { Store } from '../repositories/store.js';
import { outsideSlot } from './request-slot.js';

/** Lifetime of a stored answer. */
const keptMs = 24 * 3_600_000;
/** Interval of sweeps for expired answers. */
const sweepIntervalMs = 60_000;
const keyPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** A call that came with an idempotency key. */
export interface KeyedCall {
  /** The claimed caller: logins of context admins are unique in their context only. */
  readonly caller: { readonly login: string | null; readonly contextId: number | null };
  readonly key: string;
  /** Everything that tells this request from others, whose repetition must be the same. */
  readonly request: string;
}

export interface OnceAnswer {
  readonly answer: string;
  /** True for the answer of an earlier call. */
  readonly isReplayed: boolean;
}

/** The refusal of an idempotency key that cannot be used, or that was used for another request. */
export class IdempotencyKeyError extends Error {}

/** Carries out a call once, however often it comes with its key. */
export type AnswerOnce = (call: KeyedCall, answer: () => Promise<string>) => Promise<OnceAnswer>;

/** Thrown by a store that a repeated call must not write to. */
class RepeatedCall extends Error {}

/**
 * Executes a call once per key within 24 hours, and repeats its first answer. The answer is stored in
 * the change's transaction, so neither exists without the other. A refused call changed and stores nothing.
 * @throws IdempotencyKeyError for an invalid key, or one used for another request
 * @throws any error of `answer`
 */
export function answerOnce(store: Store, now: () => number = Date.now): AnswerOnce {
  let nextSweepMs = 0;
  return async (call, answer) => {
    if (!keyPattern.test(call.key))
      throw new IdempotencyKeyError('The Idempotency-Key must have 1 to 255 printable ASCII characters.');
    const sinceMs = now() - keptMs;
    if (now() >= nextSweepMs) {
      nextSweepMs = now() + sweepIntervalMs;
      // A failed sweep is left to the next one.
      await store
        .transaction(({ idempotencyKeys }) => idempotencyKeys.forgetBefore(sinceMs))
        .catch(() => undefined);
    }
    const caller = digestOfCaller(call);
    const find = () => store.read.idempotencyKeys.find(caller, call.key, sinceMs);
    const known = await find();
    if (known !== null) {
      await authenticate(store, answer);
      return replay(call, known);
    }
    const salt = randomBytes(16).toString('hex');
    const kept = { caller, key: call.key, salt, digest: await digestOf(call, salt), createdAtMs: now() };
    try {
      const first = await store.joining(answer, ({ idempotencyKeys }, written) =>
        idempotencyKeys.insert({ ...kept, answer: written }, sinceMs),
      );
      return { answer: first, isReplayed: false };
    } catch (error) {
      if (!mayBeRepetition(error)) throw error;
      // The same call may have run at the same time, or committed although its outcome seemed unknown.
      const meanwhile = await find().catch(() => null);
      if (meanwhile === null) throw error;
      return replay(call, meanwhile);
    }
  };
}

function mayBeRepetition(error: unknown): boolean {
  if (error instanceof UniqueConflictError || error instanceof CommitUnknownError) return true;
  return error instanceof ProvisioningError && error.kind !== 'InvalidCredentials';
}

/** Begins the call, so that the caller shows who it is, and ends it where it would first write. */
async function authenticate(store: Store, answer: () => Promise<string>): Promise<void> {
  await store
    .untilTransaction(answer, () => new RepeatedCall())
    .catch((error: unknown) => {
      const isRefused = error instanceof ProvisioningError && error.kind === 'InvalidCredentials';
      const isForeseen = error instanceof RepeatedCall || error instanceof ProvisioningError;
      if (isRefused || !isForeseen) throw error;
    });
}

async function replay(call: KeyedCall, known: KeptAnswer): Promise<OnceAnswer> {
  const digest = Buffer.from(await digestOf(call, known.salt), 'hex');
  if (!timingSafeEqual(digest, Buffer.from(known.digest, 'hex')))
    throw new IdempotencyKeyError('The Idempotency-Key was used for another request.');
  return { answer: known.answer, isReplayed: true };
}

function digestOfCaller({ caller: { login, contextId } }: KeyedCall): string {
  return createHash('sha256')
    .update(JSON.stringify([login, contextId]))
    .digest('hex');
}

/** Slow, since requests hold passwords, which the digest must not give away. Nobody knows yet who calls. */
function digestOf({ request }: KeyedCall, salt: string): Promise<string> {
  const digest = (): Promise<string> =>
    new Promise((resolve, reject) => {
      scrypt(request, Buffer.from(salt, 'hex'), 32, (error, key) => {
        if (error === null) resolve(key.toString('hex'));
        else reject(error);
      });
    });
  return outsideSlot(digest);
}
