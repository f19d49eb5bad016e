import type { Installation } from '../provisioning/installation/installation.js';
import {
  createSecondaryAccounts,
  deleteSecondaryAccounts,
  listSecondaryAccounts,
  updateSecondaryAccounts,
  type AccountHolders,
} from '../provisioning/users/secondary-accounts.js';
import type {
  ListRequest,
  OXSecondaryAccountServiceHandlers,
} from './generated/ox-secondary-account-service.js';
import {
  newSecondaryAccount,
  secondaryAccountFields,
  showSecondaryAccount,
} from './secondary-account-message.js';
import { callerOf } from './wire-values.js';

/** The handlers of OXSecondaryAccountService, named as on the wire. */
export function oxSecondaryAccountService(installation: Installation): OXSecondaryAccountServiceHandlers {
  return {
    create: (request) => {
      const { accountDataOnCreate: data, auth } = request;
      return createSecondaryAccounts(
        installation,
        holders(request),
        data ? newSecondaryAccount(data) : null,
        callerOf(auth),
      );
    },
    update: async (request) => {
      const { primaryAddress, accountDataUpdate: data, auth } = request;
      const fields = data ? secondaryAccountFields(data) : null;
      return {
        return: await updateSecondaryAccounts(
          installation,
          holders(request),
          primaryAddress,
          fields,
          callerOf(auth),
        ),
      };
    },
    delete: async (request) => {
      const { primaryAddress, auth } = request;
      return {
        return: await deleteSecondaryAccounts(installation, holders(request), primaryAddress, callerOf(auth)),
      };
    },
    list: async (request) => {
      const accounts = await listSecondaryAccounts(installation, holders(request), callerOf(request.auth));
      return { return: accounts.map(showSecondaryAccount) };
    },
  };
}

function holders({ context, users, groups }: ListRequest): AccountHolders {
  return {
    contextId: context?.id,
    userIds: (users ?? []).map(({ id }) => id),
    groupIds: (groups ?? []).map(({ id }) => id),
  };
}
