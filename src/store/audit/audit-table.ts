import type { Repositories } from '../../provisioning/repositories/store.js';
import { type ChangeTable, notConcerned } from '../database/changes.js';
import { auditedBelongings } from './audited-belongings.js';
import { auditedMembers } from './audited-members.js';
import { auditedRegistries } from './audited-registries.js';
import type { AuditTrail } from './audit-trail.js';

/** Entries of the trail for each kind of change. */
export function auditTable(reads: Repositories, trail: AuditTrail): ChangeTable {
  return {
    ...auditedMembers(reads, trail),
    ...auditedBelongings(reads, trail),
    ...auditedRegistries(reads, trail),
    // Flags and files passed on follow from other changes; what file services count of every upload is far too much.
    ...notConcerned(
      'unifiedFlagsInherited',
      'unifiedFlagSet',
      'fileUsagePassedOn',
      'filesReserved',
      'filesMoved',
      'reservationsSwept',
    ),
  };
}
