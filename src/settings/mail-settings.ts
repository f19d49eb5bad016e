import {
  docs,
  flagSetting,
  integer,
  matching,
  oneOf,
  orNull,
  setting,
  trueOrFalse,
  parseCommand,
  parsePublicUrl,
  parseRedisUrl,
} from './setting-types.js';

/** Settings of the mail server and of what is asked of it. */
export const mailSettings = {
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
};
