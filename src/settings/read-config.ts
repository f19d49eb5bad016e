import { z } from 'zod';
import { boundSettings } from './bound-settings.js';
import { compatibilitySetting, withPreset } from './compatibility-preset.js';
import { databaseSettings } from './database-settings.js';
import { consoleSettings, controlSettings, serverSettings, watchSettings } from './server-settings.js';
import {
  parseCommand,
  parseMechanism,
  parsePattern,
  parsePublicUrl,
  parseReadableFile,
  parseRedisUrl,
  parseTimezone,
  parseTrustProxy,
  parseWebhookUrl,
  docs,
  flagSetting,
  integer,
  matching,
  oneOf,
  orNull,
  setting,
  trueOrFalse,
  type SettingDoc,
} from './setting-types.js';
import { tenantSettings } from './tenant-settings.js';
import { unknownSettings } from './unknown-settings.js';

/** A setting that cannot be used. The message is one line, complete, and never shows a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const settings = z.object({
  HOST: matching(/^[A-Za-z0-9._:%-]+$/)
    .prefault('127.0.0.1')
    .register(docs, {
      meaning: 'The address to listen on; `0.0.0.0` or `::` for all.',
      allowed: 'a host name or an IP address',
    }),
  PORT: integer(0, 65_535).prefault('9009').register(docs, {
    meaning: 'The port to listen on; 0 takes any free one.',
    allowed: 'a whole number from 0 to 65535',
  }),
  ...databaseSettings,
  MASTER_LOGIN: matching(/^[^\s\p{Cc}]{1,128}$/u)
    .prefault('oxadminmaster')
    .register(docs, {
      meaning: 'The login of the master admin, who may do everything.',
      allowed: '1 to 128 characters without spaces',
    }),
  MASTER_PASSWORD: orNull(matching(/^[^\p{Cc}]{1,256}$/u)).register(docs, {
    meaning:
      'The password of the master admin. Without it one is made at the first start, shown once and kept hashed.',
    allowed: '1 to 256 characters, no control characters',
    secret: true,
  }),
  PUBLIC_URL: orNull(setting(parsePublicUrl)).register(docs, {
    meaning:
      'Public URL of this service, as in the WSDL. Without it the WSDL repeats the host of the request.',
    allowed: 'an http:// or https:// URL without login, query and fragment',
    secret: true,
  }),
  TRUST_PROXY: setting(parseTrustProxy).prefault('false').register(docs, {
    meaning:
      'Proxies whose `X-Forwarded-*` headers count: none (false), all (true), a number of hops, or a list.',
    allowed:
      'true, false, a number of hops, or a list of addresses, networks, loopback, linklocal, uniquelocal',
  }),
  LOGIN_FAILURES_ALLOWED: integer(0, 1_000_000).prefault('10').register(docs, {
    meaning:
      'Failed logins from one address within LOGIN_FAILURE_WINDOW before answers are slowed; at twice as many the login is refused from there. 0: never. See docs/decisions/0004-login-guessing.md.',
    allowed: 'a whole number from 0 to 1000000',
  }),
  LOGIN_FAILURES_ELSEWHERE: integer(1, 1_000_000_000).prefault('100').register(docs, {
    meaning:
      'Failed logins within LOGIN_FAILURE_WINDOW from all new addresses together before the login is refused from such addresses. An address is new when the right password was not used from it in the last 30 days.',
    allowed: 'a whole number from 1 to 1000000000',
  }),
  LOGIN_FAILURE_WINDOW: integer(1, 86_400).prefault('900').register(docs, {
    meaning: 'Time for which failed logins count and refusals last, in seconds.',
    allowed: 'a whole number of seconds from 1 to 86400',
  }),
  LOG_LEVEL: oneOf('error', 'warn', 'info', 'debug').prefault('info').register(docs, {
    meaning: 'Level of the log.',
    allowed: 'error, warn, info or debug',
  }),
  LOG_FORMAT: oneOf('text', 'json')
    .prefault(() => (process.stdout.isTTY ? 'text' : 'json'))
    .register(docs, {
      meaning: 'Format of log lines.',
      allowed: 'text or json',
      defaultText: '`text` on a terminal, else `json`',
    }),
  LENIENT_REQUESTS: flagSetting
    .prefault('false')
    .register(docs, trueOrFalse('Ignores unknown elements in requests instead of refusing them.')),
  MAX_BODY_BYTES: integer(1_024, 67_108_864).prefault('2097152').register(docs, {
    meaning: 'The largest request body, in bytes, also after decompression.',
    allowed: 'a whole number from 1024 to 67108864',
  }),
  REQUEST_TIMEOUT: integer(1, 3_600).prefault('60').register(docs, {
    meaning: 'Time limit for a client to send a request, in seconds; a third of it for the headers.',
    allowed: 'a whole number of seconds from 1 to 3600',
  }),
  ...serverSettings,
  ...boundSettings,
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
  ...compatibilitySetting,
  ...tenantSettings,
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
      'A JSON file with properties for contexts that have certain tags: `{"<name>": {"withTags": "premium & !trial", "properties": {"<property>": "<value>"}}}`; see docs/compatibility.md.',
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
  FILE_SERVICE_TOKEN: orNull(matching(/^[A-Za-z0-9._~+/=-]{20,256}$/)).register(docs, {
    meaning:
      'The token with which a file service reserves and reports for all users at `/quota/v1` (`Authorization: Bearer …`). Without it only logins count.',
    allowed: '20 to 256 letters, digits and ._~+/=-',
    secret: true,
  }),
  MAIL_SERVER: oneOf('none', 'dovecot', 'stalwart-0.16', 'stalwart-0.15').prefault('none').register(docs, {
    meaning:
      'The mail server that is told of changes and asked for usage. Dovecot reads limits from the database in any case; told of changes, it ends the open sessions. Stalwart is told of every change through an outbox.',
    allowed: 'none, dovecot, stalwart-0.16 or stalwart-0.15',
  }),
  DOVEADM_URL: orNull(setting(parsePublicUrl)).register(docs, {
    meaning: "Where Dovecot's doveadm HTTP API is, such as `http://127.0.0.1:8080`; needs DOVEADM_API_KEY.",
    allowed: 'an http:// or https:// URL without login, query and fragment',
    secret: true,
  }),
  DOVEADM_API_KEY: orNull(matching(/^[^\p{Cc}]{1,512}$/u)).register(docs, {
    meaning: 'The `doveadm_api_key` of Dovecot.',
    allowed: '1 to 512 characters, no control characters',
    secret: true,
  }),
  DOVEADM_COMMAND: orNull(setting(parseCommand)).register(docs, {
    meaning:
      'The doveadm command to use in place of DOVEADM_URL, such as `/usr/bin/doveadm -c /etc/dovecot/dovecot.conf`; arguments are split at spaces.',
    allowed: 'the path of a program, and its arguments',
  }),
  DOVECOT_AUTH_CACHE: flagSetting
    .prefault('false')
    .register(
      docs,
      trueOrFalse(
        'Whether Dovecot has an authentication cache (`auth_cache_size`) that must forget a user on changes. Not with Dovecot 2.4.0 to 2.4.2, which cannot.',
      ),
    ),
  REDIS_USAGE_URL: orNull(setting(parseRedisUrl)).register(docs, {
    meaning:
      'A Redis to which Dovecot writes what mailboxes hold (`USAGE=redis` of deploy/dovecot/fill.sh); it is collected every 5 seconds.',
    allowed: 'redis[s]://[[<user>]:<password>@]<host>[:<port>][/<database>]',
    secret: true,
  }),
  REDIS_USAGE_PREFIX: matching(/^[\x21-\x7e]{1,128}$/)
    .prefault('quota/')
    .register(docs, {
      meaning: 'Prefix of the mailbox in the keys of that Redis.',
      allowed: '1 to 128 characters without spaces',
    }),
  STALWART_URL: orNull(setting(parsePublicUrl)).register(docs, {
    meaning: 'URL of Stalwart, such as `https://mail.example.org`; needs STALWART_TOKEN.',
    allowed: 'an http:// or https:// URL without login, query and fragment',
    secret: true,
  }),
  STALWART_TOKEN: orNull(matching(/^[\x21-\x7e]{1,2048}$/)).register(docs, {
    meaning:
      'An API key or access token of Stalwart, sent as a Bearer token; see docs/quota.md for the rights it needs.',
    allowed: '1 to 2048 characters without spaces',
    secret: true,
  }),
  STALWART_CREDENTIALS: flagSetting
    .prefault('true')
    .register(
      docs,
      trueOrFalse(
        'Whether passwords are sent to Stalwart; false when it reads them from a directory of its own.',
      ),
    ),
  STALWART_USAGE_INTERVAL: integer(0, 86_400).prefault('900').register(docs, {
    meaning: 'Pause between two rounds of reading mailbox usage from Stalwart, in seconds; 0: never read.',
    allowed: 'a whole number of seconds from 0 to 86400',
  }),
  QUOTA_SCAN_INTERVAL: integer(0, 86_400).prefault('60').register(docs, {
    meaning: 'Pause between two scans for users at 80, 95 or 100 % of a quota, in seconds; 0: no scans.',
    allowed: 'a whole number of seconds from 0 to 86400',
  }),
  WEBHOOK_URL: orNull(setting(parseWebhookUrl)).register(docs, {
    meaning:
      'URL that is called when a user reaches 80, 95 or 100 % of a quota; needs WEBHOOK_SECRET. See docs/quota.md.',
    allowed: 'an http:// or https:// URL without login and fragment',
    secret: true,
  }),
  WEBHOOK_SECRET: orNull(matching(/^[\x21-\x7e]{16,512}$/)).register(docs, {
    meaning: 'The key with which the webhook is signed.',
    allowed: '16 to 512 characters without spaces',
    secret: true,
  }),
  METRICS: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether `/metrics` is served, for Prometheus, without a login.')),
  ...controlSettings,
  ...consoleSettings,
  ...watchSettings,
});

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<S>;

type Settings = z.output<typeof settings>;

/** The whole configuration: `MAX_BODY_BYTES` is `maxBodyBytes`, and so on. */
export type Config = { readonly [Name in keyof Settings as CamelCase<Name>]: Settings[Name] };

/**
 * Reads the configuration. An empty variable counts as not set.
 * @throws ConfigError for the first variable that is unknown or bad
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const names = Object.keys(settings.shape);
  const [stranger] = unknownSettings(Object.keys(env), names);
  if (stranger) {
    const hint =
      stranger.nearest === null ? 'see --help for all settings' : `did you mean ${stranger.nearest}?`;
    throw new ConfigError(`${stranger.name} is no setting of Oxbow; ${hint}`);
  }
  const preset = withPreset(env);
  const given = Object.fromEntries(names.map((name) => [name, preset[name] || undefined]));
  const result = settings.safeParse(given);
  if (!result.success) throw new ConfigError(complaint(String(result.error.issues[0]?.path[0]), given));
  const entries = Object.entries(result.data).map(([name, value]) => [camelCase(name), value]);
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

/** One row of the table of settings. */
export interface SettingRow extends SettingDoc {
  readonly name: string;
  /** The default as one would write it; null: not set. */
  readonly defaultValue: string | null;
}

/** All settings in the order of the schema, for `--help` and for `docs/configuration.md`. */
export function describeSettings(): SettingRow[] {
  return Object.entries(settings.shape).map(([name, type]) => {
    const doc = docs.get(type);
    if (!doc) throw new Error(`${name} is not documented`);
    return { name, defaultValue: 'defaultValue' in type.def ? String(type.def.defaultValue) : null, ...doc };
  });
}

function complaint(name: string, given: Readonly<Record<string, string | undefined>>): string {
  const row = describeSettings().find((each) => each.name === name);
  const shown = row?.secret ? '' : ` ${JSON.stringify((given[name] ?? '').slice(0, 80))}`;
  return `${name}${shown} is not allowed: it must be ${row?.allowed}`;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}
