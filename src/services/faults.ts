import type { ProvisioningErrorKind } from '../provisioning/errors/errors.js';
import { provisioningError } from '../provisioning/errors/store-errors.js';
import { SoapFault } from '../soap/contract/soap-fault.js';
import { exceptionId } from '../util/exception-id.js';

const exceptionNames: Readonly<Record<ProvisioningErrorKind, string>> = {
  InvalidData: 'InvalidDataException',
  InvalidCredentials: 'InvalidCredentialsException',
  NoSuchContext: 'NoSuchContextException',
  NoSuchUser: 'NoSuchUserException',
  NoSuchGroup: 'NoSuchGroupException',
  NoSuchResource: 'NoSuchResourceException',
  NoSuchFilestore: 'NoSuchFilestoreException',
  NoSuchDatabase: 'NoSuchDatabaseException',
  NoSuchReason: 'NoSuchReasonException',
  ContextState: 'OXContextException',
  ContextExists: 'ContextExistsException',
  Storage: 'StorageException',
  Reseller: 'OXResellerException',
};

/**
 * The fault for whatever a handler threw. What nobody foresaw becomes a plain server fault that says nothing but where to look.
 * Source: docs/contract/faults.md#1.
 */
export function toFault(error: unknown, requestId: string): SoapFault {
  const known = provisioningError(error);
  if (known === null) return new SoapFault('Server', `Internal error, see request ${requestId} in the log`);
  const suffix = `; exceptionId ${exceptionId()}`;
  return new SoapFault('Server', known.message + suffix, exceptionNames[known.kind]);
}
