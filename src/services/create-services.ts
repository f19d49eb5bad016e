import type { ProvisioningDeps } from '../provisioning/deps.js';
import { loadContract } from '../soap/load-contract.js';
import type { Handler, SoapService } from '../soap/service.js';
import { oxResellerContextService } from './ox-reseller-context-service.js';
import { oxResellerService } from './ox-reseller-service.js';
import { oxResellerUserService } from './ox-reseller-user-service.js';
import { oxaasService } from './oxaas-service.js';

/** All SOAP services: the contract in `wsdlDirectory` and what answers it. */
export function createServices(deps: ProvisioningDeps, wsdlDirectory: URL): SoapService[] {
  const service = (name: string, handlers: Readonly<Record<string, Handler>>): SoapService => ({
    contract: loadContract(wsdlDirectory, name),
    handlers,
  });
  return [
    service('OXResellerUserService', oxResellerUserService(deps)),
    service('OXResellerContextService', oxResellerContextService(deps)),
    service('OXResellerService', oxResellerService(deps)),
    service('OXaaSService', oxaasService(deps)),
  ];
}

/** The login that a message claims, for the log. */
export function readLogin(message: unknown): string | null {
  if (typeof message !== 'object' || message === null) return null;
  const { auth, creds } = message as { auth?: unknown; creds?: unknown };
  const credentials = auth ?? creds;
  if (typeof credentials !== 'object' || credentials === null || !('login' in credentials)) return null;
  return typeof credentials.login === 'string' ? credentials.login : null;
}
