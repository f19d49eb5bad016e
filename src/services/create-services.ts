import type { Installation } from '../provisioning/installation/installation.js';
import type { Handler, ServiceContract, SoapService } from '../soap/contract/descriptors.js';
import { loadContract } from '../soap/contract/load-contract.js';
import type { OXGroupServiceHandlers } from './generated/ox-group-service.js';
import type { OXResourceServiceHandlers } from './generated/ox-resource-service.js';
import { oxContextService } from './ox-context-service.js';
import { oxResellerContextService } from './ox-reseller-context-service.js';
import { oxResellerGroupService } from './ox-reseller-group-service.js';
import { oxResellerResourceService } from './ox-reseller-resource-service.js';
import { oxResellerService } from './ox-reseller-service.js';
import { oxResellerUserService } from './ox-reseller-user-service.js';
import { oxSecondaryAccountService } from './ox-secondary-account-service.js';
import { oxUserService } from './ox-user-service.js';
import { oxUtilService } from './ox-util-service.js';
import { oxaasService } from './oxaas-service.js';

/** All SOAP services: the contract in `wsdlDirectory`, read when a service is first used, and what answers it. */
export function createServices(installation: Installation, wsdlDirectory: URL): SoapService[] {
  const service = (name: string, handlers: Readonly<Record<string, Handler>>): SoapService => {
    let contract: ServiceContract | undefined;
    return {
      name,
      get contract() {
        return (contract ??= loadContract(wsdlDirectory, name));
      },
      handlers,
    };
  };
  return [
    service('OXResellerUserService', oxResellerUserService(installation)),
    service('OXResellerContextService', oxResellerContextService(installation)),
    service('OXResellerService', oxResellerService(installation)),
    service('OXResellerGroupService', oxResellerGroupService(installation)),
    service('OXResellerResourceService', oxResellerResourceService(installation)),
    service('OXUserService', oxUserService(installation)),
    service('OXGroupService', oxGroupService(installation)),
    service('OXResourceService', oxResourceService(installation)),
    service('OXaaSService', oxaasService(installation)),
    service('OXContextService', oxContextService(installation)),
    service('OXUtilService', oxUtilService(installation)),
    service('OXSecondaryAccountService', oxSecondaryAccountService(installation)),
  ];
}

/** Claimed login and context of a message, for the log. */
export function readCaller(message: unknown): { login: string | null; contextId: number | null } {
  const login = member(member(message, 'auth') ?? member(message, 'creds'), 'login');
  const contextId =
    member(member(message, 'ctx') ?? member(message, 'context'), 'id') ?? member(message, 'ctxid');
  return {
    login: typeof login === 'string' ? login : null,
    contextId: typeof contextId === 'number' ? contextId : null,
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** The handlers of OXGroupService: those of its reseller twin. */
function oxGroupService(installation: Installation): OXGroupServiceHandlers {
  return oxResellerGroupService(installation);
}

/** The handlers of OXResourceService: those of its reseller twin. */
function oxResourceService(installation: Installation): OXResourceServiceHandlers {
  return oxResellerResourceService(installation);
}
