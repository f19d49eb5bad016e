import { errors } from '../errors/errors.js';
import { illegalCharacters } from '../users/user-names.js';

const nameCharacters = '[ $@%\\.+a-zA-Z0-9_-]';

/**
 * Checks the new name of a group or resource; one that it has already is not asked about.
 * Source: docs/contract/groups-and-resources.md#1.
 * @throws ProvisioningError InvalidData: `invalid` for a blank one, or the characters that it may not have
 */
export function checkName(name: string | undefined, invalid: () => Error, present?: string): void {
  if (name === undefined || name === present) return;
  if (name.trim() === '') throw invalid();
  const offending = illegalCharacters(name, nameCharacters);
  if (offending !== '') throw errors.illegalLoginChars(offending);
}
