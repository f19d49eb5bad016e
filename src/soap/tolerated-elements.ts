/**
 * Elements that are accepted and ignored although no type of the contract has them, because clients in the field still
 * send them. Everything else unknown is refused, see decode.ts.
 */

/**
 * Dropped by later versions, ignored wherever they stand.
 * OX: wire.md 6 (clusterWeight is dropped by the original itself; the five module access flags are gone) and
 * wire.md 7 (Restriction once had the four mandatoryMembers lists).
 */
export const DROPPED_ELEMENTS: ReadonlySet<string> = new Set([
  'clusterWeight',
  'clusterWeightset',
  'forum',
  'pinboardWrite',
  'projects',
  'rssBookmarks',
  'rssPortal',
  'mandatoryMembersChange',
  'mandatoryMembersCreate',
  'mandatoryMembersDelete',
  'mandatoryMembersRegister',
]);

/** OX: wire.md 9: an intermediate version of user create* had this parameter after auth; it is a field of User now. */
export const DROPPED_PARAMETERS: ReadonlySet<string> = new Set(['primaryAccountName']);

/**
 * Fields that a type has in one service and not in another; clients share one class for both.
 * OX: wire.md 7 (User has two shapes, and default_folder_mode was drive_user_folder_mode's name once).
 */
export const FIELDS_OF_OTHER_VARIANTS: Readonly<Record<string, ReadonlySet<string>>> = {
  User: new Set([
    'maxQuota',
    'usedQuota',
    'filestoreId',
    'filestore_name',
    'drive_user_folder_mode',
    'drive_folder_mode',
    'default_folder_mode',
    'convert_drive_user_folders',
    'load_remote_mail_content_by_default',
    'primaryAccountName',
  ]),
};

/** OX: oxaas.md 1.1: some clients pass a whole admin object as credentials, so only login and password are read. */
export const TYPES_THAT_IGNORE_UNKNOWN: ReadonlySet<string> = new Set(['Credentials']);

/** OX: wire.md 8: the request class of getSelfData has another root element than the operation. */
export const ALTERNATIVE_REQUEST_ELEMENTS: ReadonlyMap<string, string> = new Map([
  ['selfData', 'getSelfData'],
]);
