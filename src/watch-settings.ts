import { docs, integer } from './setting-types.js';

/** The settings of what is written down for whoever looks after the service. */
export const watchSettings = {
  AUDIT_RETENTION: integer(0, 36_500).prefault('365').register(docs, {
    meaning:
      'For how many days it is kept who changed what; 0: nothing is written down. See docs/monitoring.md.',
    allowed: 'a whole number of days from 0 to 36500',
  }),
};
