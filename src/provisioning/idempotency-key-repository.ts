/** The answer that a call with an idempotency key got. */
export interface KeptAnswer {
  /** Who called: keys of different callers have nothing to do with each other. */
  readonly caller: string;
  readonly key: string;
  /** Random, hexadecimal. */
  readonly salt: string;
  /** Of the request, made with the salt; hexadecimal. */
  readonly digest: string;
  readonly answer: string;
  readonly createdAtMs: number;
}

export interface IdempotencyKeyRepository {
  /** null as well when it was kept before `sinceMs`. */
  find(caller: string, key: string, sinceMs: number): Promise<KeptAnswer | null>;
  /** Replaces one that was kept before `sinceMs`. @throws UniqueConflictError key `idempotencyKey` */
  insert(kept: KeptAnswer, sinceMs: number): Promise<void>;
  /** Deletes some of those that were kept before `sinceMs`. */
  forgetBefore(sinceMs: number): Promise<void>;
}
