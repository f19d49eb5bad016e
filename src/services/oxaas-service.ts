import type { Installation } from '../provisioning/installation/installation.js';
import {
  createDomainCatchall,
  deleteDomainCatchall,
  listDomainCatchalls,
} from '../provisioning/oxaas/domain-catchalls.js';
import { getMailQuota, getMailUsage, setMailQuota } from '../provisioning/oxaas/mail-quota.js';
import {
  changeMailboxPermissions,
  getMailboxPermissions,
} from '../provisioning/oxaas/mailbox-permissions.js';
import { createSharedDomain } from '../provisioning/oxaas/shared-mail-domains.js';
import type { OXaaSServiceHandlers } from './generated/oxaas-service.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXaaSService, named as on the wire. */
export function oxaasService(installation: Installation): OXaaSServiceHandlers {
  return {
    setMailQuota: ({ ctxid, usrid, quota, creds }) =>
      setMailQuota(installation, { contextId: ctxid, userId: usrid }, quota, callerOf(creds)),
    getMailQuota: async ({ ctxid, usrid, creds }) => ({
      return: BigInt(await getMailQuota(installation, { contextId: ctxid, userId: usrid }, callerOf(creds))),
    }),
    getQuotaUsagePerUser: async ({ ctxid, usrid, creds }) => {
      const usage = await getMailUsage(installation, { contextId: ctxid, userId: usrid }, callerOf(creds));
      // In KiB; rounded up as IMAP shows it (docs/contract/mail-servers.md#1-2). Source: docs/contract/oxaas.md#2.
      const storage = BigInt(Math.ceil(usage.mailBytes / 1024));
      return { return: { storage, count: BigInt(usage.mailMessages) } };
    },

    enablePermissions: ({ ctxid, usrid, permissions = [], creds }) =>
      changeMailboxPermissions(
        installation,
        { contextId: ctxid, userId: usrid },
        permissions,
        true,
        callerOf(creds),
      ),
    disablePermissions: ({ ctxid, usrid, permissions = [], creds }) =>
      changeMailboxPermissions(
        installation,
        { contextId: ctxid, userId: usrid },
        permissions,
        false,
        callerOf(creds),
      ),
    getPermissions: async ({ ctxid, usrid, creds }) => ({
      return: await getMailboxPermissions(installation, { contextId: ctxid, userId: usrid }, callerOf(creds)),
    }),

    createDomainCatchall: ({ ctxid, domain, user, creds }) =>
      createDomainCatchall(installation, { contextId: ctxid, domain, recipient: user }, callerOf(creds)),
    deleteDomainCatchall: ({ ctxid, domain, user, creds }) =>
      deleteDomainCatchall(installation, { contextId: ctxid, domain, recipient: user }, callerOf(creds)),
    listDomainCatchalls: async ({ ctxid, creds }) => {
      const catchalls = await listDomainCatchalls(installation, ctxid, callerOf(creds));
      return { return: catchalls.map(({ domain, login }) => ({ domain, user: login })) };
    },
    createSharedDomain: ({ domainname, creds }) =>
      createSharedDomain(installation, domainname, callerOf(creds)),
  };
}
