import { ProvisioningError } from './errors.js';

const invalidData = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text);
const noSuchUser = (text: string): ProvisioningError => new ProvisioningError('NoSuchUser', text);
const storage = (text: string): ProvisioningError => new ProvisioningError('Storage', text);

/**
 * The part of the catalogue (see errors.ts) for OXaaSService, the REST calls beside it and OXSecondaryAccountService. The original's
 * texts are not known, so clients cannot depend on them.
 */
export const cloudErrors = {
  /** @param name as OXaaSService calls it */
  argumentMissing: (name: string) => invalidData(`Missing argument: ${name}`),
  userArgumentMissing: (name: string) => invalidData(`Missing argument: ${name}, no userid or username`),
  noPermissions: (known: readonly string[]) =>
    invalidData(`No permissions specified. Known are: ${known.join(', ')}`),
  unknownPermission: (name: string, known: readonly string[]) =>
    invalidData(`Unknown permission: ${name}. Known are: ${known.join(', ')}`),
  invalidMailDomain: (domain: string) => invalidData(`Invalid mail domain: ${domain}`),
  mailDomainNotApproved: (domain: string) =>
    invalidData(`Mail domain ${domain} is not approved for this context: ask your provider to approve it`),
  mailDomainNotActive: (domain: string) => invalidData(`Mail domain ${domain} is not active`),
  mailDomainNotYours: (domain: string) => invalidData(`Mail domain ${domain} is not yours to administer`),
  noSuchDomainOwner: () => invalidData('There is no such reseller for a mail domain'),
  mailDomainInUse: (domain: string) =>
    invalidData(`Mail domain ${domain} cannot be deleted while there are addresses of it`),
  mailDomainUsedElsewhere: (domain: string) =>
    invalidData(`Mail domain ${domain} is also used by contexts that are not yours`),
  mailDomainShared: (domain: string) =>
    invalidData(`Mail domain ${domain} is shared, so only the provider can have its catch-alls`),
  noSuchCatchall: (domain: string, login: string, contextId: number) =>
    invalidData(`No catch-all of mail domain ${domain} for user ${login} in context ${contextId}`),
  userWithoutMailbox: (login: string) => invalidData(`User ${login} has no mailbox`),
  invalidForwardTargets: (maxTargets: number) =>
    invalidData(`A forward has 1 to ${maxTargets} addresses as its targets`),
  invalidChoice: (field: string, choices: readonly string[]) =>
    invalidData(`${field} must be one of ${choices.join(', ')}`),
  invalidText: (field: string) => invalidData(`The value of ${field} has characters that are not allowed`),

  // Secondary accounts
  noAccountHolders: () => invalidData('At least one user or group is required'),
  accountDataMissing: () => invalidData('Missing account data'),
  primaryAddressMissing: () => invalidData('Missing primary address'),
  noSuchAccountGroup: (groupId: number, contextId: number) =>
    noSuchUser(`No such group ${groupId} in context ${contextId}`),
  mailServerMissing: () => storage('Missing mail server'),
  secondaryAccountExists: (address: string, contextId: number) =>
    storage(`A user of context ${contextId} already has an account with the address ${address}`),
} as const;
