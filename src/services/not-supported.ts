import { SoapFault } from '../soap/soap-fault.js';
import { unsupportedHandler } from '../soap/service.js';

/** The handler of an operation that Oxbow declares but does not implement yet; docs/operations.md lists them. */
export function notSupported(operation: string): () => Promise<never> {
  return unsupportedHandler(() => new SoapFault('Server', `Operation ${operation} is not supported.`));
}
