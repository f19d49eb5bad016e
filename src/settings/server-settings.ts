import {
  docs,
  flagSetting,
  integer,
  matching,
  orNull,
  parseOrigins,
  parseReadableFile,
  setting,
  trueOrFalse,
} from './setting-types.js';

/** The settings of the server itself: TLS, and how much it takes on at once. */
export const serverSettings = {
  TLS_CERT_FILE: orNull(setting(parseReadableFile)).register(docs, {
    meaning:
      'The certificate with which the service itself speaks TLS (and no plain HTTP), as PEM, with the intermediate ones after it; needs TLS_KEY_FILE. Read again at SIGHUP.',
    allowed: 'the path of a readable file',
  }),
  TLS_KEY_FILE: orNull(setting(parseReadableFile)).register(docs, {
    meaning: 'The private key of that certificate, as PEM without a password. Read again at SIGHUP.',
    allowed: 'the path of a readable file',
  }),
  CORS_ORIGINS: orNull(setting(parseOrigins)).register(docs, {
    meaning:
      'The origins of own portals whose pages may use REST from a browser, also with the password that it keeps. Without it no page of another site can use this service; see docs/rest.md.',
    allowed: 'a list of origins, such as `https://portal.example.org,https://admin.example.org:8443`',
  }),
  MAX_CONCURRENT_REQUESTS: integer(1, 100_000).prefault('64').register(docs, {
    meaning:
      'Request slots: SOAP and REST requests processed at once. Health, metrics and WSDLs do not count, nor do requests that are still being sent.',
    allowed: 'a whole number from 1 to 100000',
  }),
  MAX_QUEUED_REQUESTS: integer(0, 100_000).prefault('500').register(docs, {
    meaning: 'Requests that may queue for a slot. Further ones are refused with HTTP 503 and `Retry-After`.',
    allowed: 'a whole number from 0 to 100000',
  }),
};

/** The settings of the console. */
export const consoleSettings = {
  CONSOLE: flagSetting
    .prefault('true')
    .register(
      docs,
      trueOrFalse('Whether the console is served at `/console/`, for the master admin and resellers.'),
    ),
  USAGE_SAMPLE_INTERVAL: integer(0, 86_400).prefault('3600').register(docs, {
    meaning:
      'Interval of usage samples for the history of usage, in seconds; 0: no samples. See docs/console.md.',
    allowed: 'a whole number of seconds from 0 to 86400',
  }),
};

/** The settings of test systems. */
export const controlSettings = {
  CONTROL_TOKEN: orNull(matching(/^[A-Za-z0-9._~+/=-]{20,256}$/)).register(docs, {
    meaning:
      'Only for test systems: serves `/control/v1` to whoever has this token, who can empty the database, read all requests and make calls fail. See docs/testing-with-oxbow.md.',
    allowed: '20 to 256 letters, digits and ._~+/=-',
    secret: true,
  }),
  CONTROL_ANY_HOST: flagSetting
    .prefault('false')
    .register(
      docs,
      trueOrFalse(
        'Whether the service may start with CONTROL_TOKEN on an address that other machines reach.',
      ),
    ),
};

/** The settings of what is written down for whoever looks after the service. */
export const watchSettings = {
  AUDIT_RETENTION: integer(0, 36_500).prefault('365').register(docs, {
    meaning: 'Days that the audit trail is kept; 0: no audit trail. See docs/monitoring.md.',
    allowed: 'a whole number of days from 0 to 36500',
  }),
};
