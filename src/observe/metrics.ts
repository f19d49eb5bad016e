import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FailedLogin, LoginGuardSettings } from '../provisioning/access/login-guard.js';
import { quotaThresholds } from '../provisioning/quota/quota-state.js';
import type { PoolState, Store } from '../provisioning/repositories/store.js';
import { oxbowVersion } from '../settings/package.js';
import { ExpiringCache } from '../util/expiring-cache.js';
import type { FigureFault, FigureSource } from '../util/foreign-figure.js';
import { waitAtMost } from '../util/wait-at-most.js';
import type { RequestLine } from './logging.js';

/** Body and content type of a scrape. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** A metric as the documentation shows it. */
export interface MetricRow {
  readonly name: string;
  /** In the words of Prometheus: `counter`, `gauge` or `histogram`. */
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** The types of prom-client leave out the labels. */
type Listed = ReturnType<Registry['getMetricsAsArray']>[number] & { readonly labelNames: readonly string[] };

/** Lifetimes of cached figures, so that the store's load does not depend on the number of scrapes. */
const freshMs = { quick: 10_000, sums: 60_000 };
const kinds = ['account', 'tenant', 'webhook'] as const;
const budgets = ['unified', 'mail', 'files'] as const;

/** Counts for Prometheus. No label holds the name of a user, a context or an address. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Counter<'service' | 'operation' | 'outcome'>;
  private readonly durations: Histogram<'service' | 'operation'>;
  private readonly authFailures: Counter<'service'>;

  private readonly loginFailures: Counter<'outcome'>;
  private readonly rightLoginsRefused: Counter;

  private readonly oddFigures: Counter<'source' | 'fault'>;

  constructor(
    private readonly store: Pick<Store, 'read' | 'loginAttempts' | 'poolState'>,
    private readonly logins: LoginGuardSettings,
  ) {
    const registers = [this.registry];
    this.requests = new Counter({
      name: 'oxbow_requests_total',
      help: 'Requests by how they ended: ok, the name of the fault, or the HTTP status.',
      labelNames: ['service', 'operation', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'oxbow_request_duration_seconds',
      help: 'Duration of requests.',
      labelNames: ['service', 'operation'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.authFailures = new Counter({
      name: 'oxbow_auth_failures_total',
      help: 'Requests refused for their credentials or missing rights.',
      labelNames: ['service'],
      registers,
    });
    this.loginFailures = new Counter({
      name: 'oxbow_login_failures_total',
      help: 'Logins that failed: wrong password or unknown login, one that counted already (repeated), or refused without a look after too many of those.',
      labelNames: ['outcome'],
      registers,
    });
    this.rightLoginsRefused = new Counter({
      name: 'oxbow_right_logins_refused_total',
      help: 'Logins that were refused although the password was right, as far as it was looked at.',
      registers,
    });
    this.oddFigures = new Counter({
      name: 'oxbow_odd_usage_figures_total',
      help: 'Usages of mailboxes that were no count: negative counts as 0, of the unreadable the last good value stays.',
      labelNames: ['source', 'fault'],
      registers,
    });
    this.addRefusedLogins(registers);
    this.addOutbox(registers);
    this.addQuotas(registers);
    addPool(this.registry, store);
    addBuildInfo(this.registry);
  }

  /** One request that was answered. */
  observe({ service, operation, outcome, durationMs }: RequestLine): void {
    const of = { service, operation: operation ?? 'none' };
    this.requests.inc({ ...of, outcome });
    this.durations.observe(of, durationMs / 1_000);
    if (outcome === 'InvalidCredentialsException' || outcome === 'HTTP 401')
      this.authFailures.inc({ service });
  }

  /** Shows how busy the service is. */
  watchSlots(slots: Readonly<Record<'running' | 'queued' | 'unproven' | 'refused', number>>): void {
    const registers = [this.registry];
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('oxbow_requests_running', 'SOAP and REST requests that are worked on.', () => slots.running);
    gauge('oxbow_requests_queued', 'SOAP and REST requests that wait for their turn.', () => slots.queued);
    gauge(
      'oxbow_requests_unproven',
      'SOAP and REST requests that are worked on no further until the password of the caller was looked at.',
      () => slots.unproven,
    );
    new Counter({
      name: 'oxbow_requests_refused_total',
      help: 'SOAP and REST requests that were refused because too many waited already.',
      registers,
      collect() {
        this.reset();
        this.inc(slots.refused);
      },
    });
  }

  /** A login that failed. */
  loginFailed(outcome: FailedLogin['outcome']): void {
    this.loginFailures.inc({ outcome });
  }

  /** Somebody was refused with the right password. */
  rightLoginRefused(): void {
    this.rightLoginsRefused.inc();
  }

  /** The usage of a mailbox was no count. */
  oddFigure(source: FigureSource, fault: FigureFault): void {
    this.oddFigures.inc({ source, fault });
  }

  async page(): Promise<MetricsPage> {
    const texts = await Promise.all([this.registry.metrics(), processMetrics()]);
    return { contentType: this.registry.contentType, text: texts.join('\n') };
  }

  /** All metrics of the service itself; those of the runtime are prom-client's. */
  rows(): MetricRow[] {
    const listed = this.registry.getMetricsAsArray() as Listed[];
    return listed.map(({ name, type, labelNames: labels, help }) => ({
      name,
      type: String(type),
      labels,
      help,
    }));
  }

  private addRefusedLogins(registers: Registry[]): void {
    const { loginFailuresAllowed: allowed, loginFailuresElsewhere, loginFailureWindow } = this.logins;
    const limits = { here: 2 * allowed, elsewhere: loginFailuresElsewhere };
    const read = cached(freshMs.quick, () =>
      this.store.loginAttempts.countRefused(limits, Date.now() - loginFailureWindow * 1_000),
    );
    new Gauge({
      name: 'oxbow_logins_refused',
      help: 'Logins refused at present, in all processes: from one address, or from all addresses that are new to them.',
      labelNames: ['from'],
      registers,
      async collect() {
        const counts = allowed === 0 ? { here: 0, elsewhere: 0 } : await known(read);
        if (counts === null) return this.reset();
        this.set({ from: 'address' }, counts.here);
        this.set({ from: 'new_addresses' }, counts.elsewhere);
      },
    });
  }

  private addOutbox(registers: Registry[]): void {
    const read = cached(freshMs.quick, () => this.store.read.outbox.depth());
    const gauge = (
      name: string,
      help: string,
      valueOf: (row: Awaited<ReturnType<typeof read>>[number]) => number,
    ) =>
      new Gauge({
        name,
        help,
        labelNames: ['kind'],
        registers,
        async collect() {
          const rows = await known(read);
          if (rows === null) return this.reset();
          for (const kind of kinds) {
            const row = rows.find((each) => each.kind === kind);
            this.set({ kind }, row === undefined ? 0 : valueOf(row));
          }
        },
      });
    gauge(
      'oxbow_outbox_entries',
      'Entries waiting in the outbox for the mail server or the webhook.',
      ({ entries }) => entries,
    );
    gauge('oxbow_outbox_failing', 'Entries that failed at least once.', ({ failing }) => failing);
    gauge('oxbow_outbox_oldest_seconds', 'How long the oldest entry has been waiting.', ({ oldestMs }) =>
      Math.max(0, (Date.now() - oldestMs) / 1_000),
    );
  }

  private addQuotas(registers: Registry[]): void {
    const counts = cached(freshMs.quick, () => this.store.read.quotaLevels.counts());
    new Gauge({
      name: 'oxbow_users_over_quota_threshold',
      help: 'Users who have used at least that many percent of a budget.',
      labelNames: ['budget', 'percent'],
      registers,
      async collect() {
        const rows = await known(counts);
        if (rows === null) return this.reset();
        for (const budget of budgets)
          for (const percent of quotaThresholds) {
            const reached = rows.filter((row) => row.budget === budget && row.percent >= percent);
            this.set(
              { budget, percent },
              reached.reduce((sum, { users }) => sum + users, 0),
            );
          }
      },
    });
    const sums = cached(freshMs.sums, () => this.store.read.quotaLevels.sums());
    const sum = (
      name: string,
      help: string,
      label: string,
      valueOf: Record<string, (of: Awaited<ReturnType<typeof sums>>) => number>,
    ) =>
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          const read = await known(sums);
          if (read === null) return this.reset();
          for (const [value, of] of Object.entries(valueOf)) this.set({ [label]: value }, of(read));
        },
      });
    sum('oxbow_used_bytes', 'What all users hold.', 'product', {
      mail: (of) => of.mailBytes,
      files: (of) => of.fileBytes,
    });
    sum('oxbow_limit_bytes', 'The sum of all limits there are.', 'product', {
      mail: (of) => of.mailLimitBytes,
      files: (of) => of.fileLimitBytes,
    });
    sum('oxbow_users', 'Users, context admins apart.', 'kind', { mailbox: (of) => of.users });
  }
}

const meanings: Readonly<Record<keyof PoolState, string>> = {
  used: 'Connections to the database that are at work.',
  free: 'Connections to the database that are open and idle.',
  waiting: 'Calls that wait for a connection to the database.',
  size: 'How many connections to the database there may be.',
};

/** Shows how busy the connections to the database are. */
function addPool(registry: Registry, store: Pick<Store, 'poolState'>): void {
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

let ofProcess: Registry | null = null;

/** CPU, memory, event loop and garbage collection: once for the process, since what measures them cannot be stopped again. */
function processMetrics(): Promise<string> {
  if (ofProcess === null) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: 50 });
  }
  return ofProcess.metrics();
}

/** Says which Oxbow this is. */
function addBuildInfo(registry: Registry): void {
  const gauge = new Gauge({
    name: 'oxbow_build_info',
    help: 'Always 1; the labels say what is running.',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  gauge.set({ version: oxbowVersion(), node: process.version }, 1);
}

/** Well below the time that a scraper waits for a page. */
const readTimeoutMs = 1_000;

/** A database that does not answer must not hide the other metrics, nor hold them up. */
export async function known<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await waitAtMost(read(), readTimeoutMs, null);
  } catch {
    return null;
  }
}

/** Reads at most once in a while; several who ask at once share one reading. */
function cached<T>(forMs: number, read: () => Promise<T>): () => Promise<T> {
  const cache = new ExpiringCache<T>(forMs, 1, () => performance.now());
  return async () => (await cache.get('', read)).value;
}
