import type { ProvisioningDeps } from '../provisioning/deps.js';
import { getMailQuota, getMailUsage, setMailQuota } from '../provisioning/mail-quota.js';
import type { OXaaSServiceHandlers } from './generated/oxaas-service.js';
import { notSupported } from './not-supported.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXaaSService, named as on the wire. */
export function oxaasService(deps: ProvisioningDeps): OXaaSServiceHandlers {
  return {
    setMailQuota: ({ ctxid, usrid, quota, creds }) =>
      setMailQuota(deps, { contextId: ctxid, userId: usrid }, quota, callerOf(creds)),
    getMailQuota: async ({ ctxid, usrid, creds }) => ({
      return: BigInt(await getMailQuota(deps, { contextId: ctxid, userId: usrid }, callerOf(creds))),
    }),
    getQuotaUsagePerUser: async ({ ctxid, usrid, creds }) => {
      const usage = await getMailUsage(deps, { contextId: ctxid, userId: usrid }, callerOf(creds));
      // OX: oxaas.md section 2, in KiB; rounded up as IMAP shows it (mailservers.md A2).
      const storage = BigInt(Math.ceil(usage.mailBytes / 1024));
      return { return: { storage, count: BigInt(usage.mailMessages) } };
    },

    createDomainCatchall: notSupported('createDomainCatchall'),
    createSharedDomain: notSupported('createSharedDomain'),
    deleteDomainCatchall: notSupported('deleteDomainCatchall'),
    disablePermissions: notSupported('disablePermissions'),
    enablePermissions: notSupported('enablePermissions'),
    getPermissions: notSupported('getPermissions'),
    listDomainCatchalls: notSupported('listDomainCatchalls'),
  };
}
