import { z } from 'zod';
import { type AnswerOnce, IdempotencyKeyError } from '../../../provisioning/access/answer-once.js';
import type { RestAnswer, RestCall } from './rest-operation.js';
import { ProblemError, type BasicCredentials } from './rest.js';

export interface OnceRunner {
  /** Headers of an operation with an idempotency key. */
  readonly headers: Readonly<Record<string, z.ZodType>>;
  /**
   * The answer of a call, or if it was made before with the same `Idempotency-Key` the answer of that time.
   * @throws ProblemError 400 for a key that cannot be used, or was used for another request; whatever `answer` throws
   */
  run<Answer extends RestAnswer>(
    operation: string,
    contextId: number | null,
    call: RestCall<BasicCredentials>,
    answer: () => Promise<Answer>,
  ): Promise<Answer>;
}

const key = z.string().optional().meta({
  description:
    'Up to 255 printable characters: within 24 hours the same call with the same key is carried out once',
});

/** Idempotency keys for REST calls, shared with SOAP: one key means one request, whichever way it came. */
export function onceRunner(answerOnce: AnswerOnce): OnceRunner {
  return {
    headers: { 'Idempotency-Key': key },
    run: async <Answer extends RestAnswer>(
      operation: string,
      contextId: number | null,
      { request, caller }: RestCall<BasicCredentials>,
      answer: () => Promise<Answer>,
    ): Promise<Answer> => {
      const sent = request.get('idempotency-key');
      if (sent === undefined) return answer();
      const body = JSON.stringify([request.path, request.body]);
      const keyed = {
        caller: { login: caller.login, contextId },
        key: sent,
        request: JSON.stringify(['provisioning/v1', operation, body]),
      };
      const once = await answerOnce(keyed, async () => JSON.stringify(await answer())).catch(explain);
      const kept = JSON.parse(once.answer) as Answer;
      return once.isReplayed
        ? { ...kept, headers: { ...kept.headers, 'Idempotent-Replayed': 'true' } }
        : kept;
    },
  };
}

/** Turns the fault for a bad key into a problem. */
function explain(error: unknown): never {
  throw error instanceof IdempotencyKeyError
    ? new ProblemError({ status: 400, detail: error.message })
    : error;
}
