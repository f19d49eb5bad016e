import { docs, flagSetting, matching, orNull, trueOrFalse } from './setting-types.js';

/** Settings of test systems. */
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
