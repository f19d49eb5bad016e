import { clientAddress } from './http/client-address.js';
import { requestIdOf } from './http/request-id.js';
import type { RestRoutesOptions } from './http/rest-routes.js';
import { inAuditedCall } from './provisioning/audited-call.js';
import type { SoapEndpointOptions } from './soap/endpoint.js';
import { withinRestSpan } from './tracing.js';

/** Names SOAP calls, so that the trail of changes can say whose they are. */
export const withinSoapCall: NonNullable<SoapEndpointOptions['within']> = (call, request, run) => {
  const { requestId, service, operation, login } = call;
  const address = clientAddress(request);
  return inAuditedCall({ requestId, service, operation: operation ?? '', login: login ?? '', address }, run);
};

/** As withinSoapCall, of REST calls, which have their spans from here, too. */
export const withinRestCall: NonNullable<RestRoutesOptions['within']> = (call, run) => {
  const { service, operation, principal: login, request, response } = call;
  const address = clientAddress(request);
  const facts = { requestId: requestIdOf(response), service, operation, login, address };
  return withinRestSpan(call, () => inAuditedCall(facts, run));
};
