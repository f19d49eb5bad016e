import type { RestRoutesOptions } from '../http/rest/engine/rest-routes.js';
import { clientAddress, requestIdOf } from '../http/server/request-id.js';
import { BusyError, type RequestLimiter } from '../http/server/request-limiter.js';
import { logError, type Logger, type RequestLine } from '../observe/logging.js';
import { describeSpan, inRequestSpan } from '../observe/tracing.js';
import type { AnswerOnce } from '../provisioning/access/answer-once.js';
import { inAuditedCall } from '../provisioning/access/audited-call.js';
import { inSlot } from '../provisioning/access/request-slot.js';
import {
  CommitUnknownError,
  StoreUnavailableError,
  provisioningError,
} from '../provisioning/errors/store-errors.js';
import { readCaller } from '../services/create-services.js';
import { toFault } from '../services/faults.js';
import { keyedSoapCalls } from '../services/keyed-soap-calls.js';
import { noteClientAddress } from '../services/wire-values.js';
import type { Config } from '../settings/read-config.js';
import { defaultSoapLimits } from '../soap/contract/limits.js';
import { SoapFault } from '../soap/contract/soap-fault.js';
import { createSoapEndpoint, type SoapEndpoint, type SoapEndpointOptions } from '../soap/endpoint.js';
import type { Interceptor } from '../soap/interceptor.js';

/** A span around each SOAP request; what it is called is said by describeSpan. */
export function traced(endpoint: SoapEndpoint): SoapEndpoint {
  return (request, response, service, requestId) =>
    inRequestSpan(request, service.name, requestId, () => endpoint(request, response, service, requestId));
}

/** A span around a REST call. */
const withinRestSpan: NonNullable<RestRoutesOptions['within']> = (call, run) => {
  const { service, operation, request, response } = call;
  return inRequestSpan(request, service, requestIdOf(response), async () => {
    await run();
    const { statusCode } = response;
    describeSpan({ service, operation, outcome: statusCode < 400 ? 'ok' : `HTTP ${statusCode}` });
  });
};

/** Names SOAP calls, so that the trail of changes can say whose they are. */
const withinSoapCall: NonNullable<SoapEndpointOptions['within']> = (call, request, run) => {
  const { requestId, service, operation, login } = call;
  const address = clientAddress(request);
  return inAuditedCall({ requestId, service, operation: operation ?? '', login: login ?? '', address }, run);
};

/** Like withinSoapCall for REST calls, whose spans start here. */
export const withinRestCall: NonNullable<RestRoutesOptions['within']> = (call, run) => {
  const { service, operation, principal: login, request, response } = call;
  const address = clientAddress(request);
  const facts = { requestId: requestIdOf(response), service, operation, login, address };
  return withinRestSpan(call, () => inAuditedCall(facts, run));
};

interface SoapEndpointParts {
  readonly config: Config;
  readonly answerOnce: AnswerOnce;
  readonly logger: Logger;
  readonly limiter: RequestLimiter;
  readonly observe: (line: RequestLine) => void;
  readonly interceptor: Interceptor | undefined;
}

/** Endpoint of the SOAP services, with the slots, trail and faults of this installation. */
export function soapEndpoint(parts: SoapEndpointParts): SoapEndpoint {
  const { config, answerOnce, logger, limiter, observe, interceptor } = parts;
  return createSoapEndpoint({
    interceptor,
    limits: {
      ...defaultSoapLimits,
      maxBodyBytes: config.maxBodyBytes,
      bodyTimeoutMs: config.requestTimeout * 1_000,
    },
    lenientRequests: config.lenientRequests,
    unknownElementFault: config.unknownElementFault,
    readCaller,
    noteSender: (message, request) => noteClientAddress(message, clientAddress(request)),
    answerOnce: keyedSoapCalls(answerOnce),
    slots: limiter,
    within: (call, request, run) => inSlot(limiter, () => withinSoapCall(call, request, run)),
    toFault: (error, { requestId }) => {
      if (error instanceof BusyError) return new SoapFault('Server', error.message, undefined, 503);
      if (error instanceof StoreUnavailableError)
        logger.warn('database unavailable', {
          code: error.code,
          endUnknown: error instanceof CommitUnknownError,
          requestId,
        });
      if (provisioningError(error) === null) logError(logger, 'unexpected error', error, requestId);
      return toFault(error, requestId);
    },
    observe: ({ login, contextId, ...record }) => {
      const line = { ...record, principal: login, contextId: contextId ?? undefined };
      describeSpan(line);
      observe(line);
    },
  });
}
