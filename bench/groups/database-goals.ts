import { rawMysql2, soapKnex } from '../servers/baselines.js';
import type { BenchGoal, BenchRow } from '../support/bench-group.js';
import { peerNames } from '../support/peers.js';
import type { BarPlot, BenchPlot } from '../support/page/plot.js';
import type { Measured } from '../support/rounds.js';
import { goal, ratioOf } from '../support/statistics.js';

const ours = 'Oxbow';
const operations = ['create', 'getData', 'setMailQuota'] as const;
const peerOperations = ['create', 'getData'] as const;

/** What was measured of each operation side by side. */
export interface Compared {
  readonly create: Measured;
  readonly getData: Measured;
  readonly setMailQuota: Measured;
  readonly rows: readonly BenchRow[];
}

/** The goals about throughput and CPU time on MariaDB. @param peers the names of those that were measured */
export function databaseGoals(compared: Compared | null, peers: readonly string[]): BenchGoal[] {
  const throughput = (operation: (typeof operations)[number], reference: string) => {
    const measured = compared?.[operation];
    return ratioOf(measured?.of(ours, 'rps'), measured?.of(reference, 'rps')) ?? null;
  };
  const all = [...new Set([...Object.values(peerNames), ...peers])];
  return [
    ...operations.map((operation) =>
      goal(
        `MariaDB: ${operation} per second beside raw mysql2 behind bare Express`,
        { atLeast: 0.8 },
        throughput(operation, rawMysql2.name),
      ),
    ),
    goal(
      'MariaDB: create per second beside `soap` + knex',
      { atLeast: 3 },
      throughput('create', soapKnex.name),
    ),
    ...peerOperations.flatMap((operation) =>
      all.map((peer) => {
        const measured = compared?.[operation];
        const ratio = ratioOf(measured?.of(ours, 'totalCpuMicros'), measured?.of(peer, 'totalCpuMicros'));
        return goal(`MariaDB: ${operation}, CPU of service and database beside ${peer}`, { below: 1 }, ratio);
      }),
    ),
  ];
}

/** CPU time end to end, and throughput beside raw mysql2. */
export function databasePlots({ create, getData }: Compared): BenchPlot[] {
  return [
    cpuPlot('create', create),
    cpuPlot('getData', getData),
    throughputPlot('create', create),
    throughputPlot('getData', getData),
  ];
}

function cpuPlot(operation: string, { rows }: Measured): BarPlot {
  const total = ({ cpuMicros, databaseCpuMicros }: BenchRow) => (cpuMicros ?? 0) + (databaseCpuMicros ?? 0);
  return {
    kind: 'bars',
    name: `${operation.toLowerCase()}-cpu`,
    title: `${operation} on MariaDB: CPU time per call (less is better)`,
    axis: 'CPU per call (µs)',
    series: ['service', 'database'],
    bars: [...rows]
      .sort((a, b) => total(a) - total(b))
      .map(({ what, cpuMicros, databaseCpuMicros }) => ({
        label: what,
        values: [cpuMicros ?? 0, databaseCpuMicros ?? 0],
        isOurs: what === ours,
      })),
  };
}

function throughputPlot(operation: string, { rows, of }: Measured): BarPlot {
  const reference = of(rawMysql2.name, 'rps');
  return {
    kind: 'bars',
    name: `${operation.toLowerCase()}-throughput`,
    title: `${operation} on MariaDB: throughput, raw mysql2 = 1 (more is better)`,
    axis: 'throughput ratio (raw mysql2 = 1)',
    series: ['throughput'],
    bars: rows
      .map(({ what }) => ({
        label: what,
        values: [ratioOf(of(what, 'rps'), reference)?.median ?? 0],
        isOurs: what === ours,
      }))
      .sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0)),
    mark: { value: 0.8, label: 'goal 0.8' },
  };
}
