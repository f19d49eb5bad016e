import type { ProvisioningSettings } from '../installation/installation.js';
import type { Filestore } from '../model/model.js';
import type { NameHolders } from './user-names.js';

/** Dependencies of a plan, beside the user itself. */
export interface PlanningDeps {
  readonly settings: ProvisioningSettings;
  readonly holders: NameHolders;
  readonly findFilestore: (id: number) => Promise<Filestore | null>;
  /** Chooses an own file storage for a user who has none. */
  readonly chooseFilestore: () => Promise<number>;
}

/** For plans under the lock: there unique constraints decide. */
export const noHolders: NameHolders = {
  findDisplayNameHolder: () => Promise.resolve(null),
  findMailHolder: () => Promise.resolve(null),
  findIdByLogin: () => Promise.resolve(null),
};
