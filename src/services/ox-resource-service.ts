import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import type { OXResourceServiceHandlers } from './generated/ox-resource-service.js';
import { oxResellerResourceService } from './ox-reseller-resource-service.js';

/** The handlers of OXResourceService: those of its reseller twin. */
export function oxResourceService(deps: ProvisioningDeps): OXResourceServiceHandlers {
  return oxResellerResourceService(deps);
}
