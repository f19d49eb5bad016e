import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { readCaller } from '../../services/create-services.js';
import { SoapFault } from '../../soap/contract/soap-fault.js';
import { ProvisioningError } from '../errors/errors.js';
import { CommitUnknownError, UniqueConflictError } from '../errors/store-errors.js';
import type { KeptAnswer } from '../repositories/outbox-repository.js';
import type { Store } from '../repositories/store.js';
import { outsidePlace } from './call-place.js';

/** How long an answer is kept. */
const keptMs = 24 * 3_600_000;
/** How often answers that are older are looked for. */
const sweepIntervalMs = 60_000;
const keyPattern = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** A call that came with an idempotency key. */
export interface KeyedCall {
  readonly key: string;
  readonly service: string;
  readonly operation: string;
  /** The decoded request. */
  readonly message: unknown;
  /** The request as it came. */
  readonly xml: string;
}

export interface OnceAnswer {
  readonly envelope: string;
  /** Whether it is the answer of an earlier call. */
  readonly isReplayed: boolean;
}

/** Thrown by a store that a repeated call must not write to. */
class RepeatedCall extends Error {}

/**
 * Carries out a create call once, however often it comes with the same key within 24 hours, and answers every time what it answered
 * first. The answer is kept in the transaction of the change, so there is never one without the other; a call that was refused changed
 * nothing and keeps nothing. Keys of other operations than `create…` are not looked at.
 * @throws SoapFault Client for a key that cannot be used, or that was used for another request; whatever `answer` throws
 */
export function answerOnce(
  store: Store,
  now: () => number = Date.now,
): (call: KeyedCall, answer: () => Promise<string>) => Promise<OnceAnswer> | null {
  let nextSweepMs = 0;
  const answerKeyed = async (call: KeyedCall, answer: () => Promise<string>): Promise<OnceAnswer> => {
    if (!keyPattern.test(call.key))
      throw new SoapFault('Client', 'The Idempotency-Key must have 1 to 255 printable ASCII characters.');
    const sinceMs = now() - keptMs;
    if (now() >= nextSweepMs) {
      nextSweepMs = now() + sweepIntervalMs;
      // Whatever hinders it, the next sweep will do.
      await store
        .transaction(({ idempotencyKeys }) => idempotencyKeys.forgetBefore(sinceMs))
        .catch(() => undefined);
    }
    const caller = callerOf(call);
    const find = () => store.idempotencyKeys.find(caller, call.key, sinceMs);
    const known = await find();
    if (known !== null) {
      await authenticate(store, answer);
      return replay(call, known);
    }
    const salt = randomBytes(16).toString('hex');
    const kept = { caller, key: call.key, salt, digest: await digestOf(call, salt), createdAtMs: now() };
    try {
      const envelope = await store.joining(answer, ({ idempotencyKeys }, written) =>
        idempotencyKeys.insert({ ...kept, answer: written }, sinceMs),
      );
      return { envelope, isReplayed: false };
    } catch (error) {
      if (!mayBeRepetition(error)) throw error;
      // The same call may have been made at the same moment, or this one was after all when its end seemed unknown.
      const meanwhile = await find().catch(() => null);
      if (meanwhile === null) throw error;
      return replay(call, meanwhile);
    }
  };
  return (call, answer) => (call.operation.startsWith('create') ? answerKeyed(call, answer) : null);
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
    throw new SoapFault('Client', 'The Idempotency-Key was used for another request.');
  return { envelope: known.answer, isReplayed: true };
}

/**
 * Logins of context admins are unique in their context only, so the context belongs to who calls; except where it is what the call is
 * about, and only the master admin or a reseller can call.
 */
function callerOf({ service, message }: KeyedCall): string {
  const { login, contextId } = readCaller(message);
  const scope = /Context/.test(service) ? null : contextId;
  return createHash('sha256')
    .update(JSON.stringify([login, scope]))
    .digest('hex');
}

/** Slow, since requests hold passwords, which the digest must not give away. Nobody knows yet who calls. */
function digestOf({ service, operation, xml }: KeyedCall, salt: string): Promise<string> {
  const request = JSON.stringify([service, operation, xml]);
  const digest = (): Promise<string> =>
    new Promise((resolve, reject) => {
      scrypt(request, Buffer.from(salt, 'hex'), 32, (error, key) => {
        if (error === null) resolve(key.toString('hex'));
        else reject(error);
      });
    });
  return outsidePlace(digest);
}
