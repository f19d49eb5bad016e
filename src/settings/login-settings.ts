import { docs, integer, matching, orNull } from './setting-types.js';

/** Settings of the master admin. */
export const masterSettings = {
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
};

/** Settings of the guard against guessed passwords. */
export const loginGuardSettings = {
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
};
