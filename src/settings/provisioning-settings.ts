import {
  docs,
  flagSetting,
  integer,
  matching,
  oneOf,
  orNull,
  setting,
  trueOrFalse,
  parseMechanism,
  parsePattern,
  parseReadableFile,
  parseTimezone,
} from './setting-types.js';

/** Settings of users: what may change, and what a new one has. */
export const userSettings = {
  USERNAME_CHANGEABLE: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether a login may be changed.')),
  PRIMARY_MAIL_UNCHANGEABLE: flagSetting
    .prefault('false')
    .register(docs, trueOrFalse('Whether the primary mail address is fixed once the user exists.')),
  ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET: flagSetting
    .prefault('true')
    .register(
      docs,
      trueOrFalse('Whether `change` may set `maxQuota` of a user without an own file storage.'),
    ),
  CHECK_USER_UID_FOR_NOT_ALLOWED_CHARS: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether the characters of a login are checked.')),
  CHECK_USER_UID_REGEXP: setting(parsePattern).prefault('[$@%\\.+a-zA-Z0-9_-]').register(docs, {
    meaning: 'The characters that a login may hold, as a character class.',
    allowed: 'a regular expression that matches one allowed character',
  }),
  AUTO_TO_LOWERCASE_UID: flagSetting
    .prefault('false')
    .register(docs, trueOrFalse('Whether logins are stored and compared in lower case.')),
  // Not checked: the first question about time zones loads all of them.
  DEFAULT_TIMEZONE: setting(parseTimezone).default('Europe/Berlin').register(docs, {
    meaning: 'The time zone of users that were created without one.',
    allowed: 'an IANA time zone, such as Europe/Berlin',
  }),
  DEFAULT_LANGUAGE: matching(/^[A-Za-z0-9-]+_[A-Za-z0-9-]+$/)
    .prefault('en_US')
    .register(docs, {
      meaning: 'The language of users that were created without one.',
      allowed: 'a language with one underscore, such as en_US',
    }),
  DEFAULT_PASSWORD_MECHANISM: setting(parseMechanism).prefault('BCRYPT').register(docs, {
    meaning: 'Hash of passwords when the request names none.',
    allowed: 'CRYPT, SHA, SHA-256, SHA-512 or BCRYPT, with or without braces',
  }),
  ENFORCE_UNIQUE_DISPLAY_NAME: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether a display name may occur only once in a context.')),
};

/** Settings of contexts, their module access and their properties. */
export const contextSettings = {
  UNIFIED_QUOTA_DELETE_VETO: oneOf('always', 'moves', 'never').prefault('always').register(docs, {
    meaning:
      'Whether a user under unified quota can be deleted: never before it is switched off (always), not when files would move (moves), or freely (never).',
    allowed: 'always, moves or never',
  }),
  UNIFIED_QUOTA_ENABLED: flagSetting
    .prefault('false')
    .register(
      docs,
      trueOrFalse('`com.openexchange.unifiedquota.enabled` for users for whom nothing nearer says it.'),
    ),
  MASTER_ACCOUNT_OVERRIDE: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether the master admin and resellers may act inside contexts.')),
  NEW_CONTEXT_DEFAULT_ACCESS_COMBINATION_NAME: matching(/^[\w.-]{1,128}$/)
    .prefault('webmail_plus')
    .register(docs, {
      meaning: 'The module access of a context that was created without one.',
      allowed: 'the name of an access combination',
    }),
  ACCESS_COMBINATIONS_FILE: orNull(setting(parseReadableFile)).register(docs, {
    meaning: 'A file with further access combinations, one a line: `name=module, module`.',
    allowed: 'the path of a readable file',
  }),
  CONTEXT_SETS_FILE: orNull(setting(parseReadableFile)).register(docs, {
    meaning:
      'A JSON file with properties for contexts that have certain tags: `{"<name>": {"withTags": "premium & !trial", "properties": {"<property>": "<value>"}}}`; see docs/behaviour.md.',
    allowed: 'the path of a readable file',
  }),
  SERVER_PROPERTIES_FILE: orNull(setting(parseReadableFile)).register(docs, {
    meaning:
      'A file with properties that hold where no user, context, reseller or context set says otherwise, one a line: `name=value`.',
    allowed: 'the path of a readable file',
  }),
  AVERAGE_USER_SIZE: integer(0, 1_000_000_000).prefault('100').register(docs, {
    meaning: 'Expected usage of a user in MB, for the choice of a file storage with room.',
    allowed: 'a whole number of MB',
  }),
  AVERAGE_CONTEXT_SIZE: integer(0, 1_000_000_000).prefault('200').register(docs, {
    meaning:
      'Expected usage of a new context in MB, for the choice of a file storage with room; `average_size` shows it.',
    allowed: 'a whole number of MB',
  }),
};
