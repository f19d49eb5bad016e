import type { AccessCombinations } from './access-combinations.js';
import type { ContextSet } from './context-sets.js';
import type { CredentialChecker } from './login-guard.js';
import type { ProvisioningSettings } from './settings.js';
import type { Store } from './store.js';

/** What every provisioning operation works with. */
export interface ProvisioningDeps {
  readonly store: Store;
  readonly settings: ProvisioningSettings;
  readonly accessCombinations: AccessCombinations;
  readonly credentials: CredentialChecker;
  /** The operator's context sets, the strongest first. */
  readonly contextSets: readonly ContextSet[];
  /**
   * Called after a commit that open mail sessions would not notice: their quota, password or rights are others now ('changed'), or nobody
   * has the mailboxes any more ('gone'). Never throws, and waits a moment at most.
   */
  readonly mailboxChanged: (mailboxes: readonly string[], change: 'changed' | 'gone') => Promise<void>;
  /** The server scope of the config cascade. */
  readonly serverProperties: ReadonlyMap<string, string>;
}
