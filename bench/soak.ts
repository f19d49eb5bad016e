/**
 * Twice the load that the service can sustain, for half an hour, under attack: does memory stay flat, and do those who get an answer get
 * it in time? Writes soak.svg and soak.json.
 *
 *     npm run soak -- [--minutes 30] [--out docs/soak] [--database sqlite:FILE|mysql://…]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startAttackers } from './soak/attackers.js';
import { OpenLoad } from './soak/load.js';
import { plot } from './soak/plot.js';
import { prepareRequests } from './soak/prepare.js';
import { growthPerHour, quantile, summarise, type Second } from './soak/seconds.js';
import { startService, type SoakedService } from './soak/service.js';

const { values: given } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    out: { type: 'string', default: 'docs/soak' },
    database: { type: 'string' },
  },
});
const master = { login: 'oxadminmaster', password: 'soak-Master-1' };
const ramp = { firstRate: 40, factor: 1.3, stepMs: 4_000, sustainedP95Ms: 300 };

/** The greatest rate of the ramp at which all were answered, and in time. */
async function sustainableRate(load: OpenLoad): Promise<number> {
  let sustained = 0;
  for (let rate = ramp.firstRate; rate < 20_000; rate *= ramp.factor) {
    load.rate = rate;
    // What a step begins with is still that of the one before.
    await sleep(ramp.stepMs / 4);
    load.take();
    await sleep(ramp.stepMs);
    const ended = load.take();
    const p95Ms = quantile(
      ended.map(({ durationMs }) => durationMs),
      0.95,
    );
    const isSustained =
      ended.length > 0.9 * rate * (ramp.stepMs / 1_000) &&
      ended.every(({ status }) => status === 200) &&
      p95Ms < ramp.sustainedP95Ms;
    say(`${rate.toFixed(0)}/s: ${ended.length} answered, p95 ${p95Ms.toFixed(0)} ms`);
    if (!isSustained) break;
    sustained = rate;
  }
  if (sustained === 0) throw new Error(`not even ${ramp.firstRate} requests a second are sustained here`);
  load.rate = 0;
  await sleep(2_000);
  load.take();
  return sustained;
}

async function watch(service: SoakedService, load: OpenLoad, seconds: number): Promise<Second[]> {
  const samples: Second[] = [];
  const startedMs = performance.now();
  while (samples.length < seconds) {
    await sleep(Math.max(0, startedMs + (samples.length + 1) * 1_000 - performance.now()));
    if (service.hasEnded()) throw new Error(`the service ended after ${samples.length} seconds`);
    samples.push(summarise(load.take(), service.memory(), load.unsent));
    load.unsent = 0;
    if (samples.length % 60 === 0) say(`${samples.length / 60} min: ${JSON.stringify(samples.at(-1))}`);
  }
  return samples;
}

function totals(samples: readonly Second[]) {
  const sum = (read: (second: Second) => number): number =>
    samples.reduce((all, each) => all + read(each), 0);
  const ended = sum(({ answered, busy, other }) => answered + busy + other);
  return {
    answered: sum(({ answered }) => answered),
    busyShare: Number((sum(({ busy }) => busy) / Math.max(1, ended)).toFixed(3)),
    other: sum(({ other }) => other),
    unsent: sum(({ unsent }) => unsent),
    medianOfMediansMs: quantile(
      samples.map(({ medianMs }) => medianMs),
      0.5,
    ),
    worstP99Ms: Math.max(...samples.map(({ p99Ms }) => p99Ms)),
    maxRssMb: Math.max(...samples.map(({ rssMb }) => rssMb)),
    rssGrowthMbPerHour: growthPerHour(samples.map(({ rssMb }) => rssMb)),
    heapGrowthMbPerHour: growthPerHour(samples.map(({ heapMb }) => heapMb)),
  };
}

function draw(title: string, samples: readonly Second[]): string {
  const line = (name: string, colour: string, read: (second: Second) => number) => ({
    name,
    colour,
    values: samples.map(read),
  });
  return plot(title, [
    {
      title: 'Memory in MB',
      lines: [
        line('resident', '#0969da', ({ rssMb }) => rssMb),
        line('heap', '#8250df', ({ heapMb }) => heapMb),
      ],
    },
    {
      title: 'Time to a good answer in ms',
      lines: [
        line('99 %', '#cf222e', ({ p99Ms }) => p99Ms),
        line('median', '#1a7f37', ({ medianMs }) => medianMs),
      ],
    },
    {
      title: 'Good requests per second',
      lines: [
        line('answered', '#1a7f37', ({ answered }) => answered),
        line('busy (503)', '#bc4c00', ({ busy }) => busy),
        line('anything else', '#cf222e', ({ other }) => other),
      ],
    },
  ]);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const minutes = Number(given.minutes);
  if (!(minutes > 0)) throw new Error('--minutes must be a number above 0');
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-soak-'));
  const databaseUrl = given.database ?? `sqlite:${join(directory, 'oxbow.db')}`;
  const service = await startService(directory, {
    DATABASE_URL: databaseUrl,
    MASTER_PASSWORD: master.password,
  });
  try {
    const requests = await prepareRequests(service.url, master);
    const load = new OpenLoad(service.url, requests.good);
    const rate = await sustainableRate(load);
    say(`sustained: ${rate.toFixed(0)}/s; now twice that for ${minutes} minutes, under attack`);
    load.rate = 2 * rate;
    const attackers = startAttackers(service.url, requests.guess);
    const samples = await watch(service, load, Math.round(minutes * 60));
    attackers.stop();
    load.rate = rate / 4;
    const [after] = (await watch(service, load, 10)).slice(-1);
    load.stop();
    const result = {
      sustainedPerSecond: Math.round(rate),
      drivenPerSecond: Math.round(2 * rate),
      minutes,
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, with the load on the same machine`,
      database: databaseUrl.split(':')[0],
      ...totals(samples),
      others: Object.fromEntries(load.others),
      after,
    };
    const out = given.out;
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'soak.json'), `${JSON.stringify({ ...result, samples })}\n`);
    const title = `${result.drivenPerSecond} requests a second, twice what is sustained, under attack`;
    writeFileSync(join(out, 'soak.svg'), draw(title, samples));
    say(JSON.stringify(result, null, 2));
    if (result.other > 0) throw new Error(`${result.other} requests ended neither well nor as busy`);
  } finally {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
