import type { UserFields } from './user-fields.js';

/** OX: semantics 1.2, in the order in which the fault lists them. */
const mandatory = [
  ['name', 'login'],
  ['display_name', 'displayName'],
  ['password', 'password'],
  ['given_name', 'givenName'],
  ['sur_name', 'surName'],
  ['primaryEmail', 'primaryEmail'],
  ['email1', 'email1'],
] as const satisfies readonly (readonly [string, keyof UserFields])[];

/** A user's fields with all mandatory ones set. */
export type CompleteUserFields = UserFields & Readonly<Record<(typeof mandatory)[number][1], string>>;

/** The names of the mandatory fields that are missing; an empty string counts as missing. */
export function missingMandatoryFields(fields: UserFields): string[] {
  return mandatory.filter(([, key]) => !fields[key]).map(([name]) => name);
}

/** Whether nothing mandatory is missing. */
export function isComplete(fields: UserFields): fields is CompleteUserFields {
  return missingMandatoryFields(fields).length === 0;
}
