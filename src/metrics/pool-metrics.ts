import { Gauge, type Registry } from 'prom-client';
import type { PoolState } from '../provisioning/pool-state.js';
import type { Store } from '../provisioning/store.js';

const meanings: Readonly<Record<keyof PoolState, string>> = {
  used: 'Connections to the database that are at work.',
  free: 'Connections to the database that are open and idle.',
  waiting: 'Calls that wait for a connection to the database.',
  size: 'How many connections to the database there may be.',
};

/** Shows how busy the connections to the database are. */
export function addPool(registry: Registry, store: Pick<Store, 'poolState'>): void {
  for (const [name, help] of Object.entries(meanings) as [keyof PoolState, string][])
    new Gauge({
      name: name === 'waiting' ? 'oxbow_database_waiting_calls' : `oxbow_database_connections_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(store.poolState()[name]);
      },
    });
}
