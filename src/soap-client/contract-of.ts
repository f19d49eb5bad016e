import { packageRoot } from '../package-root.js';
import type { ServiceContract } from '../soap/descriptors.js';
import { loadContract } from '../soap/load-contract.js';

const wsdlDirectory = new URL('wsdl/', packageRoot);
const contracts = new Map<string, ServiceContract>();

/** The contract of a service, read when it is first asked for. */
export function contractOf(service: string): ServiceContract {
  const known = contracts.get(service);
  if (known !== undefined) return known;
  const contract = loadContract(wsdlDirectory, service);
  contracts.set(service, contract);
  return contract;
}
