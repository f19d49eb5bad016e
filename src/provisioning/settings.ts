import type { ObjectBounds } from './bounds/object-bounds.js';
import type { PasswordMechanism } from './password-hashing.js';

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
  /** Who may use a mail domain for the first time: src/provisioning/use-mail-domains.ts. */
  readonly mailDomainRule: 'approved' | 'owned' | 'off';
  /** Whether the contexts of a reseller have names that begin with its login. OX: oxaas.md section 4.1. */
  readonly contextNamePrefix: 'login' | 'none';
  readonly unifiedQuotaDeleteVeto: 'always' | 'moves' | 'never';
  readonly newContextDefaultAccessCombinationName: string;
  readonly averageUserSizeMb: number;
  /** Of himself an ordinary user changes only what is his own, or (the rule of the original) everything. */
  readonly selfChange: 'own' | 'original';
}
