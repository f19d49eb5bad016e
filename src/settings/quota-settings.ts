import { docs, integer, matching, orNull, setting, parseWebhookUrl } from './setting-types.js';

/** Settings of the ledger of files. */
export const fileServiceSettings = {
  FILE_SERVICE_TOKEN: orNull(matching(/^[A-Za-z0-9._~+/=-]{20,256}$/)).register(docs, {
    meaning:
      'The token with which a file service reserves and reports for all users at `/quota/v1` (`Authorization: Bearer …`). Without it only logins count.',
    allowed: '20 to 256 letters, digits and ._~+/=-',
    secret: true,
  }),
};

/** Settings of the warnings before a quota is full. */
export const quotaWarningSettings = {
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
};
