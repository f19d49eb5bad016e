import {
  docs,
  flagSetting,
  integer,
  matching,
  oneOf,
  orNull,
  setting,
  trueOrFalse,
  parseOrigins,
  parsePublicUrl,
  parseReadableFile,
  parseTrustProxy,
} from './setting-types.js';

/** Settings of where the service listens. */
export const listenSettings = {
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
};

/** Settings of the way to the service, through proxies. */
export const proxySettings = {
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
};

/** Settings of requests: their form, size and time, and how many are taken at once. */
export const requestSettings = {
  LENIENT_REQUESTS: flagSetting
    .prefault('false')
    .register(docs, trueOrFalse('Ignores unknown elements in requests instead of refusing them.')),
  UNKNOWN_ELEMENT_FAULT: oneOf('unmarshalling', 'please-remove').prefault('unmarshalling').register(docs, {
    meaning:
      'Text of the fault for an unknown element: `Unmarshalling Error: unexpected element …` (unmarshalling), or `Unexpected element … Please remove that element from SOAP request.` (please-remove), as clients of older servers may expect.',
    allowed: 'unmarshalling or please-remove',
  }),
  MAX_BODY_BYTES: integer(1_024, 67_108_864).prefault('2097152').register(docs, {
    meaning: 'The largest request body, in bytes, also after decompression.',
    allowed: 'a whole number from 1024 to 67108864',
  }),
  REQUEST_TIMEOUT: integer(1, 3_600).prefault('60').register(docs, {
    meaning: 'Time limit for a client to send a request, in seconds; a third of it for the headers.',
    allowed: 'a whole number of seconds from 1 to 3600',
  }),
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
