import { exceptionId } from '../../util/exception-id.js';
import type { SentMb } from '../model/sent-mb.js';

/** Kind of an error; each is one exception of the original's wire. */
export type ProvisioningErrorKind =
  | 'InvalidData'
  | 'InvalidCredentials'
  | 'NoSuchContext'
  | 'NoSuchUser'
  | 'NoSuchGroup'
  | 'NoSuchResource'
  | 'NoSuchFilestore'
  | 'NoSuchDatabase'
  | 'NoSuchReason'
  | 'ContextState'
  | 'ContextExists'
  | 'Storage'
  | 'Reseller'
  | 'Remote'
  /** Not declared by the operation: a fault without detail. */
  | 'Undeclared';

/** Reason of an error where its kind, given by the original's wire, is too coarse. */
export type ErrorReason = 'absent' | 'taken' | 'forbidden' | 'refused' | 'unavailable' | 'invalid';

/** An error of the provisioning rules. Its message is the fault text, without the exception id. */
export class ProvisioningError extends Error {
  constructor(
    readonly kind: ProvisioningErrorKind,
    message: string,
    readonly reason: ErrorReason | null = null,
  ) {
    super(message);
    this.name = 'ProvisioningError';
  }
}

const invalidData = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text);
const invalidCredentials = (text: string): ProvisioningError =>
  new ProvisioningError('InvalidCredentials', text);
const noSuchContext = (text: string): ProvisioningError => new ProvisioningError('NoSuchContext', text);
const noSuchUser = (text: string): ProvisioningError => new ProvisioningError('NoSuchUser', text);
const storage = (text: string, reason: ErrorReason = 'refused'): ProvisioningError =>
  new ProvisioningError('Storage', text, reason);
const reseller = (text: string, reason: ErrorReason | null = null): ProvisioningError =>
  new ProvisioningError('Reseller', text, reason);
const taken = (text: string): ProvisioningError => new ProvisioningError('InvalidData', text, 'taken');

/** OX: a look-up by name fails inside another exception, whose text shows the class name (docs/contract/faults.md#3). */
const wrappedNotFound = (text: string): string =>
  `com.openexchange.admin.rmi.exceptions.NoSuchObjectException: ${text}`;

/** OX: a plug-in's refusal comes inside another exception. Source: docs/contract/resellers.md#2-1. */
const inPlugin = (exception: string, text: string): string =>
  `com.openexchange.admin.rmi.exceptions.${exception}: ${text}`;

/** A limit that is reached, as the plug-in for resellers says it. */
const limitReached = (text: string): ProvisioningError => storage(inPlugin('StorageException', text));

const javaList = (items: readonly string[]): string => `[${items.join(', ')}]`;

/** Name of a taken address in a fault. */
export type MailAddressKind = 'Primary mail address' | 'Mail address';

/**
 * The closed catalogue of everything that provisioning can refuse, with the original's texts.
 * Clients parse several of them: they are wire facts, not prose.
 * Source: docs/contract/faults.md#4, docs/contract/authentication.md#3.
 */
export const errors = {
  // Callers and their rights
  authenticationFailed: () => invalidCredentials('Authentication failed'),
  resellerAuthenticationFailed: () => invalidCredentials('authentication failed'),
  loginMissing: () => invalidCredentials('authentication failed'),
  credentialsMissing: () => invalidCredentials('credential object is null'),
  credentialsMissingForRestrictions: () => invalidCredentials('Credentials are missing.'),
  ownAuthenticationFailed: (login: string) => invalidCredentials(`Authentication failed for user ${login}`),
  permissionDenied: () => invalidCredentials('Permission denied'),
  invalidContextObject: () => invalidCredentials('Client sent invalid context data object'),

  // Requests that miss something
  missingArgument: () => invalidData('Invalid data sent!'),
  contextInvalid: () => invalidData('Context invalid'),
  changeArgumentMissing: () => invalidData('One of the given arguments for change is null'),
  userOrAccessMissing: () => invalidData('User or UserModuleAccess is null'),
  userObjectMissing: () => invalidData('User object is null'),
  someParametersMissing: () => invalidData('Some parameters are null'),
  noUsers: () => invalidData('User array is empty'),
  userNotIdentified: () => invalidData('One userobject has no userid or username'),
  userNotIdentifiedForReading: () => invalidData('Username and userid missing.'),
  userNotIdentifiedForExists: () =>
    invalidData('Neither identifier, name nor display name set in given user object'),
  contextNotIdentified: () => invalidData('One contextobject has no contextid or contextname'),
  contextMissing: () => invalidData('Context is null'),
  contextMissingForExists: () => invalidData('Given context is invalid'),
  contextNotIdentifiedForAdminId: () =>
    new ProvisioningError('Remote', 'One contextobject has no contextid or contextname'),
  contextMissingForCapabilities: () => invalidData('Missing context.'),
  contextMissingForChange: () => invalidData('context is null'),
  contextOrAdminMissing: () => invalidData('Context or user not correct'),
  mandatoryFieldsMissing: (names: readonly string[]) =>
    invalidData(`Mandatory fields not set: ${javaList(names)}`),
  mandatoryContextFieldsMissing: (names: readonly string[]) =>
    invalidData(`Mandatory fields in context not set: ${javaList(names)}`),
  mandatoryAdminFieldsMissing: (names: readonly string[]) =>
    invalidData(`Mandatory fields in admin user not set: ${javaList(names)}`),

  // Values that break a rule
  invalidAccessCombinationName: () => invalidData('Invalid access combination name'),
  noSuchAccessCombination: (name: string) => invalidData(`No such access combination name "${name}"`),
  languageWithoutUnderscore: () => invalidData('language must contain an underscore, e.g. en_US'),
  changedLanguageWithoutUnderscore: () => invalidData('Language must contain an underscore, e.g. en_US.'),
  invalidTimezone: () => invalidData('The given timezone is invalid'),
  invalidPasswordMech: (mech: string, known: readonly string[]) =>
    invalidData(`Invalid PasswordMech: ${mech}. Use one of the following: ${known.join(', ')}`),
  emptyPassword: () => invalidData('Empty password is not allowed.'),
  emptyResellerPassword: () => invalidData('Empty password is not allowed'),
  passwordTooLong: (maxBytes: number, mech: string) =>
    invalidData(`The password is longer than ${maxBytes} bytes, the most that ${mech} can tell apart`),
  passwordMechWithoutPassword: () =>
    invalidData('When changing password mechanism, the password string must also be supplied'),
  illegalLoginChars: (characters: string) => invalidData(`Illegal chars: "${characters}"`),
  illegalMappingChars: (characters: string) => invalidData(`Illegal chars: "${characters}" in login mapping`),
  contextNamePrefixMissing: (prefix: string) => invalidData(`context name must begin with ${prefix}`),
  contextNameNotAllowed: (text: string) => invalidData(`Context name or login mapping not allowed: ${text}`),
  invalidEmailAddress: (address: string) => invalidData(`Invalid email address: ${address}`),
  email1DiffersOnCreate: () => invalidData('primarymail must have the same value as email1'),
  email1DiffersOnChange: () => invalidData('email1 not equal with primarymail!'),
  email1Required: () => invalidData('email1 not sent but required!'),
  addressNotInAliases: () =>
    invalidData('primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.'),
  primaryMailUnchangeable: () => invalidData('primary mail must not be changed'),
  invalidFolderMode: (modes: readonly string[]) =>
    invalidData(
      `An invalid folder mode was selected. Only the following modes are allowed: ${modes.join(', ')}`,
    ),
  usernameUnchangeable: () => invalidData('Changing username is disabled!'),
  permissionAsAttribute: (keys: readonly string[]) =>
    invalidData(
      "PERM-0001 Categories=USER_INPUT Message='Setting the permission(s) " +
        `'${keys.join(',')}' via user attributes is not allowed!!' exceptionID=${exceptionId()}`,
    ),
  permissionAsCapability: (names: readonly string[]) =>
    invalidData(
      "PERM-0002 Categories=USER_INPUT Message='The capabilities " +
        `'${names.toSorted().join(',')}' are in conflict with permissions! Permissions must not be defined as capabilities.' ` +
        `exceptionID=${exceptionId()}`,
    ),
  noCapabilities: () => invalidData('No capabilities specified.'),
  quotaModuleMissing: () => invalidData('Missing quota module.'),
  noQuotaModule: () => invalidData('No valid module specified.'),
  unknownQuotaModule: (module: string) => invalidData(`Unknown module: ${module}`),
  quotaValueMissing: () => invalidData('Missing quota value.'),
  invalidQuotaValue: () => new ProvisioningError('Undeclared', 'Invalid quota value.'),
  invalidSchemaStrategy: () =>
    new ProvisioningError(
      'Undeclared',
      'Invalid parameter value for schema-select-strategy. Possible value: "automatic"',
    ),
  quotaValueOutOfRange: (value: string, max: number) =>
    invalidData(`Quota value is out of range (allowable range is from 0 to ${max}): ${value}`),
  invalidInteger: () => storage('Invalid integer parameter'),
  invalidQuota: (quotaMb: SentMb, allowed: string) =>
    invalidData(`The quota ${quotaMb} is not valid. It must be ${allowed}`),
  tooMany: (member: string, max: number) => invalidData(`${member}: no more than ${max} are allowed`),
  tooManyBytes: (member: string, maxBytes: number) =>
    invalidData(`${member}: no more than ${maxBytes} bytes are allowed together`),
  valueTooLong: (field: string) => invalidData(`The value of ${field} is too long`),

  // Names that are taken
  displayNameTaken: () => taken('The displayname is already used'),
  userExists: (login: string) => taken(`User ${login} already exists in this context`),
  mailAddressTaken: (kind: MailAddressKind, address: string, contextId: number, userId: number) =>
    taken(
      `${kind} "${address}" already exists in context ${contextId} (Already assigned to user ${userId}).`,
    ),
  mailAddressTakenElsewhere: (kind: MailAddressKind, address: string) =>
    taken(`${kind} "${address}" already exists in another context.`),
  contextIdExists: (id: number) => new ProvisioningError('ContextExists', `Context ${id} already exists!`),
  contextNameExists: (name: string) =>
    new ProvisioningError('ContextExists', `Context ${name} already exists!`),
  contextNameTakenOnChange: (name: string) => taken(`Context ${name} already exists!`),
  contextIdNotAllowed: (id: number) => invalidData(`The context identifier ${id} is not allowed!`),
  loginMappingTaken: (mapping: string) =>
    storage(`A mapping with login info "${mapping}" already exists in the system!`, 'taken'),
  loginMappingTakenOnCreate: (mapping: string) =>
    storage(`Cannot map '${mapping}' to the newly created context. This mapping is already in use.`, 'taken'),

  // Things that are not there
  noSuchContext: (id: number) => noSuchContext(`Context ${id} does not exist`),
  noSuchContextOnUserChange: (id: number) => noSuchContext(`The context ${id} does not exist!`),
  noSuchContextOnChange: () => noSuchContext('Context does not exist'),
  ownerUnknown: (contextId: number) =>
    storage(
      `com.openexchange.admin.rmi.exceptions.StorageException: unable to determine owner of Context ${contextId}`,
    ),
  noSuchContextName: (name: string) => noSuchContext(wrappedNotFound(`No such context ${name}`)),
  noSuchContextNamePlain: (name: string) => noSuchContext(`No such context ${name}`),
  noSuchUser: (user: string | number, contextId: number) =>
    noSuchUser(`No such user ${user} in context ${contextId}`),
  noSuchUserName: (login: string, contextId: number) =>
    noSuchUser(
      wrappedNotFound(
        `com.openexchange.admin.rmi.exceptions.NoSuchUserException: No such user ${login} in context ${contextId}`,
      ),
    ),
  noSuchUsers: (ids: readonly number[], contextId: number) =>
    noSuchUser(`No such user(s) ${ids.join(',')} in context ${contextId}`),

  // The rest of the user operations
  invalidAliasDomain: () => invalidData('Invalid alias domain'),
  addressBookNotChangeable: () =>
    invalidData('"GlobalAddressBookDisabled" can not be changed with this method.'),
  publicFoldersForAdminOnly: () =>
    storage(
      "FLD-0089 Categories=PERMISSION_DENIED Message='Operation may only be performed for context administrator.' " +
        `exceptionID=${exceptionId()}`,
    ),
  imageTypeMissing: () => storage('imageContentType must not be null'),
  attributeValueMissing: () =>
    storage("java.sql.SQLIntegrityConstraintViolationException: Column 'value' cannot be null"),
  attributesMissing: (namespace: string) =>
    storage(`The attributes of the namespace ${namespace} are missing`),
  aliasesTwice: (address: string) =>
    storage(
      `java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '${address}' for key 'user_alias.PRIMARY'`,
      'taken',
    ),
  invalidMailServer: (text: string) =>
    storage(`java.net.URISyntaxException: The mail server cannot be read: ${text}`),
  userMissingForCapabilities: () => invalidData('Missing user.'),

  // File storages
  noUsableFilestore: () => storage('No usable or suitable filestore found'),
  noSuchFilestoreOnCreate: (id: number) => storage(`Filestore with identifier ${id} does not exist.`),
  noSuchFilestoreForContext: (id: number) => storage(`No such file storage for identifier ${id}`),
  noSuchFilestore: (id: number) => invalidData(`No such filestore with id ${id}`),
  filestoreNotChangeable: (userId: number, contextId: number) =>
    invalidData(
      `Not allowed to change the filestore for user ${userId} in context ${contextId}. Please use appropriate method instead.`,
    ),
  noFilestoreForQuota: (userId: number, contextId: number) =>
    storage(
      `Quota cannot be changed for user ${userId} in context ${contextId} since that user has no file storage set. ` +
        'See "ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET".',
    ),

  // Deleting users
  reassignToDeleted: () =>
    invalidData(
      'It is not allowed to reassign the shared data to the user which should be deleted. Please choose a different reassign user.',
    ),
  deletedTwice: (userId: number) =>
    invalidData(`User ${userId} is contained multiple times in delete request.`),
  adminDelete: () => new ProvisioningError('InvalidData', 'Admin delete not supported', 'refused'),
  noSuchReassignUser: (userId: number, contextId: number) =>
    invalidData(
      `The reassign user with id ${userId} does not exist in context ${contextId}. Please choose a different reassign user.`,
    ),
  reassignUserWithoutFilestore: (userId: number) =>
    invalidData(
      `The reassign user with id ${userId} is not an owner of a filestore. Please choose a different reassign user.`,
    ),
  unifiedQuotaVeto: (userId: number, contextId: number) =>
    storage(
      "com.openexchange.admin.rmi.exceptions.StorageException: OX-9999 Categories=ERROR Message='Denied to move file storage " +
        `as unified quota is enabled for user ${userId} in context ${contextId}'`,
    ),

  // Resellers
  resellerNotIdentified: () => invalidData('Either ID or name must be specified'),
  resellerNotIdentifiedForReading: () => invalidData('either ID or name must be specified.'),
  resellerNotIdentifiedForDelete: () => reseller('Either ID or name must be specified'),
  resellerExists: (name: string) => reseller(`Reseller admin already exists: ${name}`, 'taken'),
  noSuchReseller: (reference: string | number) =>
    reseller(`Reseller admin does not exist: ${reference}`, 'absent'),
  /** OX: tells the name even where an id was sent. */
  noSuchResellerToChange: (name: string | null | undefined) =>
    reseller(`Reseller admin does not exist: ${name ?? 'null'}`, 'absent'),
  noSuchParent: (parentId: number) =>
    reseller(`Reseller admin does not exist: with parentId=${parentId}`, 'absent'),
  resellerNameMissing: () => storage('either ID or name must be specified'),
  noSuchResellerNameOnChange: (name: string) =>
    storage(`unable to get data of reseller admin: name=${name}`, 'absent'),
  resellerOwnsContexts: (id: number) => reseller(`Unable to delete ${id}, still owns Context(s)`, 'refused'),
  resellerOwnsSubadmins: (id: number) =>
    reseller(`Unable to delete ${id}, still owns Subadmin(s)`, 'refused'),
  notOwnSubadmin: (name: string, login: string) =>
    reseller(`Subadmin ${name} does not belong to ${login}`, 'absent'),
  subadminMayNotSetParent: () => reseller('Subadmins cannot change parentId', 'forbidden'),
  subadminMayNotSetRestrictions: () => reseller('Subsubadmins cannot change restrictions', 'forbidden'),
  parentIsSubsubadmin: () => reseller('Cannot change parentId to id of subsubadmin'),
  mayNotCreateSubadmins: (login: string) =>
    storage(`Subadmin ${login} is not allowed to create subadmins`, 'forbidden'),
  maxSubadminsReached: (max: number) => storage(`Maximum number of subadmins per subadmin reached: ${max}`),
  restrictionContained: (name: string) => reseller(`The element ${name} is already contained`),
  restrictionsInUse: () => reseller('Unable to remove restrictions, still in use'),
  contextNotOwned: (context: number | string, login: string) =>
    reseller(`ContextID ${context} does not belong to ${login}`),
  noSuchContextNameForRestrictions: (name: string) => storage(wrappedNotFound(`No such context ${name}`)),
  invalidSelfChange: () => invalidData('Invalid data sent by client!'),
  restrictionsInitialised: () => reseller('Database already contains restrictions.'),
  /** Some operations report invalid data as another exception. Source: docs/contract/faults.md#5. */
  invalidResellerData: (text: string) => reseller(text),
  maxContextsReached: (max: number) => limitReached(`Maximum number of contexts reached: ${max}`),
  maxContextQuotaReached: (maxMb: number) => limitReached(`Maximum overall context quota reached: ${maxMb}`),
  /** The wrong word is the original's. Source: docs/contract/resellers.md#2-1. */
  maxOverallUsersReached: (max: number) => limitReached(`Maximum overall number of contexts reached: ${max}`),
  maxContextUsersReached: (max: number) =>
    limitReached(`Maximum number of users per context reached: ${max}`),
  maxUsersByModuleAccessReached: (name: string, max: number) =>
    limitReached(`Maximum overall number of users by moduleaccess reached: ${name}:${max}`),
  restrictionNameMissing: () => invalidData('Restriction name must be set'),
  restrictionValueMissing: () => invalidData('Restriction value must be set'),
  noSuchRestriction: (name: string) => invalidData(`No restriction named ${name} found in database`),
  restrictionNotForContext: (name: string) => invalidData(`Restriction ${name} cannot be applied to context`),
  restrictionNotForSubadmin: (name: string) =>
    invalidData(`Restriction ${name} cannot be applied to subadmin`),
  invalidRestrictionValue: (value: string, name: string) =>
    invalidData(`${value} is not a valid value for ${name}`),

  /** OX: invalid restrictions, and what is wrong with the admin of a new context. */
  invalidWithinContext: (text: string, reason: ErrorReason | null) =>
    storage(inPlugin('InvalidDataException', text), reason ?? 'invalid'),

  tooManyHashes: () => storage('The service is busy, please try again later', 'unavailable'),
  temporarilyUnavailable: () =>
    storage('The service is temporarily unavailable, please try again later', 'unavailable'),
  endUnknown: () =>
    storage(
      'The database was lost while the change was being stored: it was made as a whole or not at all. Find out which before you repeat the call',
      'unavailable',
    ),
} as const;
