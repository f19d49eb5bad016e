import { docs, flagSetting, integer, trueOrFalse } from './setting-types.js';

/** Settings of the console. */
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
