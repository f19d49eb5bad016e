import { parseOrigins, parseReadableFile } from './setting-parsers.js';
import { docs, integer, orNull, setting } from './setting-types.js';

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
      'How many SOAP and REST requests are worked on at once; health, metrics and WSDLs do not count, nor do requests that are still being sent.',
    allowed: 'a whole number from 1 to 100000',
  }),
  MAX_QUEUED_REQUESTS: integer(0, 100_000).prefault('500').register(docs, {
    meaning:
      'How many more wait for their turn. What comes beyond that is refused with HTTP 503 and `Retry-After`.',
    allowed: 'a whole number from 0 to 100000',
  }),
};
