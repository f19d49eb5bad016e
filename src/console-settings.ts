import { docs, flag, integer, trueOrFalse } from './setting-types.js';

/** The settings of the console. */
export const consoleSettings = {
  CONSOLE: flag
    .prefault('true')
    .register(
      docs,
      trueOrFalse('Whether the console is served at `/console/`, for the master admin and resellers.'),
    ),
  USAGE_SAMPLE_INTERVAL: integer(0, 86_400).prefault('3600').register(docs, {
    meaning:
      'How often what users hold is noted for their usage over time, in seconds; 0: never. See docs/console.md.',
    allowed: 'a whole number of seconds from 0 to 86400',
  }),
};
