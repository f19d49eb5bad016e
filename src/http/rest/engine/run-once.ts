import { z } from 'zod';
import { SoapFault } from '../../../soap/contract/soap-fault.js';
import type { RestAnswer, RestCall } from './rest-operation.js';
import { ProblemError, type BasicCredentials } from './rest.js';

/** A call that came with an idempotency key, as SOAP's calls are kept. */
interface KeyedCall {
  readonly key: string;
  readonly service: string;
  readonly operation: string;
  readonly message: unknown;
  readonly xml: string;
}

/** Carries out a call once, however often it comes with its key; null: it is none of those that are. */
export type AnswerOnce = (
  call: KeyedCall,
  answer: () => Promise<string>,
) => Promise<{ readonly envelope: string; readonly isReplayed: boolean }> | null;

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

/** Gives the calls of REST the idempotency keys of SOAP; one key means one request, whichever way it came. */
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
      const keyed: KeyedCall = {
        key: sent,
        service: 'provisioning/v1',
        operation,
        message: { auth: { login: caller.login }, ctx: { id: contextId } },
        xml: JSON.stringify([request.path, request.body]),
      };
      const once = answerOnce(keyed, async () => JSON.stringify(await answer()));
      if (once === null) return answer();
      const { envelope, isReplayed } = await once.catch(explain);
      const kept = JSON.parse(envelope) as Answer;
      return isReplayed ? { ...kept, headers: { ...kept.headers, 'Idempotent-Replayed': 'true' } } : kept;
    },
  };
}

/** Turns the fault for a bad key into a problem. */
function explain(error: unknown): never {
  throw error instanceof SoapFault ? new ProblemError({ status: 400, detail: error.message }) : error;
}
