import { type AnswerOnce, IdempotencyKeyError } from '../provisioning/access/answer-once.js';
import { SoapFault } from '../soap/contract/soap-fault.js';
import type { SoapEndpointOptions } from '../soap/endpoint.js';
import { readCaller } from './create-services.js';

/**
 * Idempotency keys for SOAP's `create…` operations; others ignore the header.
 * @throws SoapFault Client for a key that was refused; whatever the call throws
 */
export function keyedSoapCalls(answerOnce: AnswerOnce): NonNullable<SoapEndpointOptions['answerOnce']> {
  return (call, encodedAnswer) => {
    const { key, service, operation, message, xml } = call;
    if (!operation.startsWith('create')) return null;
    const request = JSON.stringify([service, operation, xml]);
    return answerOnce({ caller: scopedCaller(service, message), key, request }, encodedAnswer).then(
      ({ answer: envelope, isReplayed }) => ({ envelope, isReplayed }),
      (error: unknown) => {
        throw error instanceof IdempotencyKeyError ? new SoapFault('Client', error.message) : error;
      },
    );
  };
}

/** The context of context services is what the call is about; only the master admin and resellers make such calls. */
function scopedCaller(service: string, message: unknown): ReturnType<typeof readCaller> {
  const { login, contextId } = readCaller(message);
  return { login, contextId: /Context/.test(service) ? null : contextId };
}
