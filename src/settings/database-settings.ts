import { isDatabaseUrl } from '../store/database/database-url.js';
import { docs, integer, setting } from './setting-types.js';

const databaseUrl = setting((text) => (isDatabaseUrl(text) ? text : undefined));

/** Settings of the database and its timeouts. */
export const databaseSettings = {
  DATABASE_URL: databaseUrl.prefault('sqlite:./data/oxbow.db').register(docs, {
    meaning:
      'Location of the data. Of several hosts of a MariaDB Galera cluster the first is used as long as it is ready, then the next. TLS: see docs/operating.md.',
    allowed:
      'sqlite:<file>, with ?exclusive=true for this process alone, sqlite::memory: or mysql://<user>:<password>@<host>:<port>[,<host>:<port>…]/<database>, with ?ssl=true, &ssl-ca=<file> and &ssl-name=<name> for TLS',
    secret: true,
  }),
  DATABASE_TIMEOUT: integer(1, 60).prefault('5').register(docs, {
    meaning:
      'Seconds that a statement may take on MariaDB or MySQL; a COMMIT may take four times as long, and what a call loses to a server that does not answer ends after four and a half times.',
    allowed: 'a whole number from 1 to 60',
  }),
};
