import { randomInt } from 'node:crypto';
import type { ProvisioningErrorKind } from '../provisioning/errors/errors.js';
import { provisioningError } from '../provisioning/errors/store-errors.js';
import { SoapFault } from '../soap/contract/soap-fault.js';

const exceptionNames: Readonly<Record<ProvisioningErrorKind, string | undefined>> = {
  InvalidData: 'InvalidDataException',
  InvalidCredentials: 'InvalidCredentialsException',
  NoSuchContext: 'NoSuchContextException',
  NoSuchUser: 'NoSuchUserException',
  NoSuchGroup: 'NoSuchGroupException',
  NoSuchResource: 'NoSuchResourceException',
  NoSuchFilestore: 'NoSuchFilestoreException',
  NoSuchDatabase: 'NoSuchDatabaseException',
  ContextState: 'OXContextException',
  ContextExists: 'ContextExistsException',
  Storage: 'StorageException',
  Reseller: 'OXResellerException',
  Remote: 'RemoteException',
  Undeclared: undefined,
};

/** One random signed number per process, then a counter. Source: docs/contract/faults.md#2. */
const processId = randomInt(-(2 ** 31), 2 ** 31);
let exceptionCounter = 0;

/**
 * The fault for whatever a handler threw. What nobody foresaw becomes a plain server fault that says nothing but where to look.
 * Source: docs/contract/faults.md#1.
 */
export function toFault(error: unknown, requestId: string): SoapFault {
  const known = provisioningError(error);
  if (known === null) return new SoapFault('Server', `Internal error, see request ${requestId} in the log`);
  const suffix = `; exceptionId ${processId}-${++exceptionCounter}`;
  return new SoapFault('Server', known.message + suffix, exceptionNames[known.kind]);
}
