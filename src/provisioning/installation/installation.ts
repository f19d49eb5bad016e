import type { CredentialChecker, PasswordMechanism } from '../model/credentials.js';
import type { ObjectBounds } from './object-bounds.js';
import type { Store } from '../repositories/store.js';
import type { AccessCombinations } from './access-combinations.js';
import type { ContextSet } from './context-sets.js';

/** Dependencies of every provisioning operation. */
export interface Installation {
  readonly store: Store;
  readonly settings: ProvisioningSettings;
  readonly accessCombinations: AccessCombinations;
  readonly credentials: CredentialChecker;
  /** The operator's context sets, the strongest first. */
  readonly contextSets: readonly ContextSet[];
  /** The server scope of the config cascade. */
  readonly serverProperties: ReadonlyMap<string, string>;
}

/** The operator's choices that the provisioning rules depend on; the names are those of the configuration. */
export interface ProvisioningSettings extends ObjectBounds {
  readonly masterLogin: string;
  /** OX: MASTER_ACCOUNT_OVERRIDE, whether master and resellers may act inside contexts. */
  readonly masterAccountOverride: boolean;
  readonly usernameChangeable: boolean;
  readonly primaryMailUnchangeable: boolean;
  readonly allowChangingQuotaIfNoFilestoreSet: boolean;
  readonly checkUserUidForNotAllowedChars: boolean;
  /** A character class; every character of a login that it does not match is refused. */
  readonly checkUserUidRegexp: string;
  readonly autoToLowercaseUid: boolean;
  readonly defaultTimezone: string;
  readonly defaultLanguage: string;
  readonly defaultPasswordMechanism: PasswordMechanism;
  readonly enforceUniqueDisplayName: boolean;
  readonly mailAddressScope: 'platform' | 'context';
  /** Rule for the first use of a mail domain: src/provisioning/addresses/use-mail-domains.ts. */
  readonly mailDomainRule: 'approved' | 'owned' | 'off';
  /**
   * Rule for the names of a reseller's contexts, which begin with its login in OX Cloud.
   * Source: docs/contract/oxaas.md#3-1.
   */
  readonly contextNamePrefix: 'login' | 'none';
  readonly unifiedQuotaDeleteVeto: 'always' | 'moves' | 'never';
  readonly newContextDefaultAccessCombinationName: string;
  readonly averageUserSizeMb: number;
  /** Of himself an ordinary user changes only what is his own, or (the rule of the original) everything. */
  readonly selfChange: 'own' | 'original';
}
