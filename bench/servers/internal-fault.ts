import { SoapFault } from '../../src/soap/contract/soap-fault.js';

/** Every unexpected error of a bench server: the load generator stops at it. */
export function internalFault(error: unknown): SoapFault {
  return new SoapFault('Server', `Internal error: ${String(error)}`);
}
