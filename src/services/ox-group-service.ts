import type { ProvisioningDeps } from '../provisioning/installation/installation.js';
import type { OXGroupServiceHandlers } from './generated/ox-group-service.js';
import { oxResellerGroupService } from './ox-reseller-group-service.js';

/** The handlers of OXGroupService: those of its reseller twin. */
export function oxGroupService(deps: ProvisioningDeps): OXGroupServiceHandlers {
  return oxResellerGroupService(deps);
}
