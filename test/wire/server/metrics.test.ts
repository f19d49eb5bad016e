import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  alertExpressions,
  dashboardExpressions,
  dashboardVariables,
} from '../../support/watched-expressions.js';
import { userData, World } from '../fixtures.js';

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The series of a scrape. */
async function scrape(url: string): Promise<Series[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || line.startsWith('#')) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    const named = pairs.map(([, key = '', of = '']) => [key, of] as const);
    return [{ name, labels: Object.fromEntries(named), value: Number(value) }];
  });
}

/** What a PromQL expression names: metrics, each with the labels that it selects or groups by. */
function namedIn(expr: string): { metrics: string[]; labels: string[] } {
  const words = /\b(?:oxbow|process|nodejs)_\w+|\bup\b/g;
  const metrics = expr.match(words) ?? [];
  const selected = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, inner = '']) =>
    inner.split(',').map((label) => label.trim()),
  );
  return { metrics, labels: [...selected, ...grouped] };
}

/** Prometheus itself adds these to every series. */
const ofPrometheus = ['job', 'instance'];

describe('wire: metrics', function () {
  this.timeout(120_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  const valueOf = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> =>
    (await scrape(world.url)).find(
      (series) =>
        series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value),
    )?.value;

  it('counts calls by service, operation and outcome, and how long they took', async () => {
    const of = { service: 'OXResellerUserService', operation: 'create' };
    await world.newUser('one');
    await world.newUser('two');
    await world.users('create', { ctx: world.ctx, usrdata: userData('one') });
    await world.users(
      'create',
      { ctx: world.ctx, usrdata: userData('three') },
      { ...world.reseller, password: 'x' },
    );
    const outcomes = ['ok', 'InvalidDataException', 'InvalidCredentialsException'];
    const counts: (number | undefined)[] = [];
    for (const outcome of outcomes) counts.push(await valueOf('oxbow_requests_total', { ...of, outcome }));
    expect(counts).to.deep.equal([2, 1, 1]);
    expect(await valueOf('oxbow_request_duration_seconds_count', of)).to.equal(4);
    expect(await valueOf('oxbow_request_duration_seconds_bucket', { ...of, le: '+Inf' })).to.equal(4);
    expect(await valueOf('oxbow_auth_failures_total', { service: of.service })).to.equal(1);
  });

  it('has no label that a caller can choose', async () => {
    // Series of the runtime come when it first collects garbage.
    const own = async () => (await scrape(world.url)).filter(({ name }) => name.startsWith('oxbow_'));
    const before = (await own()).length;
    for (let round = 0; round < 5; round += 1) {
      const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><made${round} xmlns="urn:up"/></e:Body></e:Envelope>`;
      const headers = { 'content-type': 'text/xml', 'x-request-id': `made-up-${round}` };
      const url = `${world.url}/webservices/OXResellerUserService`;
      await fetch(url, { method: 'POST', headers, body });
      await fetch(`${world.url}/webservices/MadeUp${round}`, { method: 'POST', headers, body });
      await fetch(`${world.url}/oxaas/v1/made/up/${round}`, { headers: { authorization: 'Basic YTpi' } });
    }
    const after = await own();
    expect(JSON.stringify(after)).not.to.match(/made/i);
    const kinds = after.length - before;
    // One operation "none" with a histogram and a counter.
    expect(kinds).to.be.at.most(20);
  });

  it('shows the connections to the database, the process and the version', async () => {
    expect(await valueOf('oxbow_database_connections_size')).to.equal(1);
    expect(await valueOf('oxbow_database_waiting_calls')).to.equal(0);
    expect(await valueOf('process_resident_memory_bytes')).to.be.greaterThan(1e7);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await valueOf('oxbow_build_info', { version, node: process.version })).to.equal(1);
  });

  it('are all in the documentation', async () => {
    const text = await (await fetch(`${world.url}/metrics`)).text();
    const named = [...text.matchAll(/^# TYPE (oxbow_\w+)/gm)].map(([, name = '']) => name);
    const page = readFileSync('docs/metrics.md', 'utf8');
    const documented = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
    expect(named).to.have.members(documented);
  });

  const expressions = [...dashboardExpressions(), ...dashboardVariables(), ...alertExpressions()];

  it('are all that the dashboard and the alerts ask for, with their labels', async () => {
    await fetch(`${world.url}/oxaas/v1/admin/announcements`, { headers: { authorization: 'Basic YTpi' } });
    const series = await scrape(world.url);
    expect(expressions.length).to.be.greaterThan(30);
    for (const { place: what, expr } of expressions) {
      const { metrics, labels } = namedIn(expr);
      expect(metrics, `${what}: ${expr}`).not.to.deep.equal([]);
      const known = metrics.filter((metric) => metric !== 'up');
      for (const metric of known)
        expect(
          series.some(({ name }) => name === metric),
          `${what} asks for ${metric}`,
        ).to.equal(true);
      const labelsThere = series
        .filter(({ name }) => known.includes(name))
        .flatMap((each) => Object.keys(each.labels));
      for (const label of labels)
        expect([...labelsThere, ...ofPrometheus], `${what} names the label ${label}`).to.include(label);
    }
  });
});
