import { docs, flagSetting, integer, oneOf, trueOrFalse } from './setting-types.js';

/** Settings of the log. */
export const logSettings = {
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
};

/** Settings of the metrics. */
export const metricsSettings = {
  METRICS: flagSetting
    .prefault('true')
    .register(docs, trueOrFalse('Whether `/metrics` is served, for Prometheus, without a login.')),
};

/** Settings of the audit trail. */
export const auditSettings = {
  AUDIT_RETENTION: integer(0, 36_500).prefault('365').register(docs, {
    meaning: 'Days that the audit trail is kept; 0: no audit trail. See docs/monitoring.md.',
    allowed: 'a whole number of days from 0 to 36500',
  }),
};
