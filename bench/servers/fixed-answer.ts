import type { ServiceContract } from '../../src/soap/contract/descriptors.js';
import { loadContract } from '../../src/soap/contract/load-contract.js';
import { serviceCodec } from '../../src/soap/service-codec.js';
import { fixedUser, shownUser } from '../peers/soap/user.js';

/** OXResellerUserService, whose create all servers under test answer. */
export function userServiceContract(): ServiceContract {
  return loadContract(new URL('../../wsdl/', import.meta.url), 'OXResellerUserService');
}

/** The user of bench/peers/user.json as Oxbow's encoder takes it. */
export function fixedUserMessage(): Record<string, unknown> {
  const user = shownUser(fixedUser);
  return {
    ...user,
    maxQuota: BigInt(Number(user['maxQuota'])),
    usedQuota: BigInt(Number(user['usedQuota'])),
  };
}

/** The bytes that the text echoes answer: the same as Oxbow's answer to a create. */
export function fixedAnswer(operation: 'create' | 'getData' = 'create'): string {
  const contract = userServiceContract();
  const found = contract.operations.get(operation);
  if (found === undefined) throw new Error(`no ${operation} in the contract`);
  return serviceCodec(contract).encodeResponse(found, { return: fixedUserMessage() });
}
