import { createRequest, servicePath } from '../peers/messages.js';
import { fixedAnswer } from '../servers/fixed-answer.js';
import {
  expressEcho,
  expressTextEcho,
  expressTextEchoNoEtag,
  httpEcho,
  oxbowBypass,
  oxbowEngine,
} from '../servers/baselines.js';
import type { BenchGroup, BenchGoal, BenchRow, GroupResult } from '../support/bench-group.js';
import { startLoadGenerator, type LoadStep } from '../support/load.js';
import { installedPeers, peerNames } from '../support/peers.js';
import type { BenchPlot } from '../support/page/plot.js';
import { measureRounds, type Measured } from '../support/rounds.js';
import { startAll } from '../support/start-all.js';
import { goal, median, ratioOf } from '../support/statistics.js';

const connections = 16;
const caseName = 'engine';

const create: LoadStep = {
  path: servicePath,
  body: createRequest('{{n}}'),
  // The echoes do not read it; who decodes must show that.
  expect: 'Anna Berg',
};
const decodedCreate: LoadStep = { ...create, expect: 'Anna Berg {{n}}' };
/** What Oxbow and the echoes answer. */
const answerBytes = (): string => Buffer.byteLength(fixedAnswer()).toLocaleString('en-US');

const echoes = [httpEcho, expressEcho, expressTextEcho, expressTextEchoNoEtag];

/** What SOAP costs where there is no database: a create of 2 KB decoded, an answer of 3 KB encoded. Servers have one core. */
export const engineGroup: BenchGroup = {
  name: 'engine',
  title: 'Engine only: a create of 2 KB decoded, an answer of 3 KB encoded, no database',
  async run(options): Promise<GroupResult> {
    const { installed, skipped } = await installedPeers(options);
    const running = await startAll([...echoes, oxbowEngine, oxbowBypass, ...installed], null, options, {
      core: 0,
    });
    const generator = startLoadGenerator({ core: 1 });
    try {
      const subjects = running.map((server) => ({
        name: server.name,
        server,
        steps: [echoes.some(({ name }) => name === server.name) ? create : decodedCreate],
      }));
      const measured = await measureRounds(caseName, generator, subjects, connections, options);
      return {
        rows: measured.rows,
        goals: goals(measured),
        plots: plots(measured),
        notes: [
          `Oxbow answers ${answerBytes()} bytes where the peers answer about 3,000: like the original it writes every member that is not set as nil. The echoes answer Oxbow's bytes. Servers run on one core, the load generator on the other; where it is the limit, a row says so, and only CPU time can be compared.`,
        ],
        skipped,
      };
    } finally {
      generator.stop();
      await Promise.all(running.map((server) => server.stop()));
    }
  },
};

function goals(measured: Measured): BenchGoal[] {
  const cpu = (name: string) => measured.of(name, 'cpuMicros');
  const ours = cpu(oxbowEngine.name);
  const noEtag = ratioOf(ours, cpu(expressTextEchoNoEtag.name));
  return [
    goal(
      'engine: CPU per call through Express, beside an Express text echo of the same bytes',
      { atMost: 1.1 },
      ratioOf(ours, cpu(expressTextEcho.name)),
      `The echo computes an ETag, as Express does unless told otherwise; without it the ratio is ${noEtag?.median.toFixed(2) ?? 'unknown'}.`,
    ),
    goal(
      "engine: CPU per call beside the `soap` package's server with right namespaces",
      { atMost: 0.2 },
      ratioOf(ours, cpu(peerNames.soap)),
    ),
    goal('engine: CPU per call beside PHP SoapServer', { below: 1 }, ratioOf(ours, cpu(peerNames.php))),
    goal('engine: CPU per call beside Spyne', { below: 1 }, ratioOf(ours, cpu(peerNames.spyne))),
  ];
}

function plots({ rows, of }: Measured): BenchPlot[] {
  const isOurs = (name: string) => name === oxbowEngine.name || name === oxbowBypass.name;
  const byCpu = [...rows].sort((a, b) => (a.cpuMicros ?? 0) - (b.cpuMicros ?? 0));
  const cpuBars = byCpu.map(({ what, cpuMicros }: BenchRow) => ({
    label: what,
    values: [cpuMicros ?? 0],
    isOurs: isOurs(what),
  }));
  const echo = of(expressTextEcho.name, 'rps');
  const ratios = byCpu
    .map(({ what }) => ({
      label: what,
      values: [ratioOf(of(what, 'rps'), echo)?.median ?? 0],
      isOurs: isOurs(what),
    }))
    .sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0));
  return [
    {
      kind: 'bars',
      name: 'engine-cpu',
      title: 'Engine only: CPU time per call (less is better)',
      axis: 'CPU per call (µs)',
      series: ['service'],
      bars: cpuBars,
      mark: {
        value: median(of(expressTextEcho.name, 'cpuMicros') ?? []) * 1.1,
        label: '1.1 × Express text echo',
      },
    },
    {
      kind: 'bars',
      name: 'engine-throughput',
      title: 'Engine only: throughput on one core, Express text echo = 1 (more is better)',
      axis: 'throughput ratio (Express text echo = 1)',
      series: ['service'],
      bars: ratios,
    },
  ];
}
