import { type AccountServer, UnreadableUsageError } from '../mail/mail-server.js';
import { describeError, type Logger } from '../observe/logging.js';
import type { OutboxEntry } from '../provisioning/repositories/outbox-repository.js';
import type { Store } from '../provisioning/repositories/store.js';
import type { Config } from '../settings/read-config.js';
import type { FigureFault, FigureSource } from '../util/foreign-figure.js';
import { AuditPruner } from './audit-pruner.js';
import { AccountTeller, OutboxWorker, type OutboxPauses } from './outbox-worker.js';
import type { RedisUsageCollector } from './redis-usage-collector.js';
import { ThresholdScan, sendWebhook } from './threshold-scan.js';
import { UsageReader } from './usage-reader.js';
import { UsageSampling } from './usage-sampling.js';

export interface BackgroundOptions {
  readonly config: Config;
  readonly store: Store;
  readonly logger: Logger;
  /** null: the mail server, if there is one, need not be told. */
  readonly accountServer: AccountServer | null;
  /** Lets the open mail sessions of a mailbox meet its present room. */
  readonly endSessions: (mailbox: string) => void;
  /** Shorter pauses, for tests. */
  readonly outboxPauses?: OutboxPauses;
  /** A mailbox's usage was no count. */
  readonly oddFigure?: (source: FigureSource, fault: FigureFault) => void;
}

/** Work beside the requests. */
export interface Background {
  /** After a commit that let a user's files grow. */
  checkThresholds(contextId: number, userId: number): void;
  /** Lets what is under way finish. */
  stop(): Promise<void>;
}

const syncedSetting = 'mailServerTold';
const redisIntervalMs = 5_000;

/** Starts the outbox, the reading and sampling of usage and the look-out for thresholds, as the configuration wants them. */
export async function startBackground(options: BackgroundOptions): Promise<Background> {
  const { config, store, logger } = options;
  await noteEverythingOnce(options);
  const worker = outboxWorker(options);
  const reader = usageReader(options);
  const collector = await redisUsageCollector(options);
  const scan = new ThresholdScan({
    store,
    intervalMs: config.quotaScanInterval * 1_000,
    reportsToWebhook: config.webhookUrl !== null,
    onCrossing: (event, mailbox) => {
      logger.warn('quota threshold reached', { ...event });
      // An open session goes on with the room of its login, which files have taken since.
      if (event.budget === 'unified' && event.percent >= 95 && mailbox) options.endSessions(mailbox);
    },
    onError: (error) => logger.warn('quota scan failed', { error: describeError(error) }),
    onFailure: (user, error, retryInMs) => logItem(logger, 'quota not looked at', { user, retryInMs }, error),
    onOddMail: (mailbox) => noteFault(options, 'database', mailbox, 'negative'),
  });
  const sampling = new UsageSampling({
    store,
    intervalMs: config.usageSampleInterval * 1_000,
    onError: (error) => logger.warn('usage not sampled', { error: describeError(error) }),
    onFailure: (user, error, retryInMs) => logItem(logger, 'usage not sampled', { user, retryInMs }, error),
  });
  const pruner = auditPruner(options);
  worker?.start();
  pruner?.start();
  reader?.start();
  collector?.start();
  scan.start();
  sampling.start();
  return {
    checkThresholds: (contextId, userId) => scan.checkSoon(contextId, userId),
    stop: async () => {
      await Promise.all([...[worker, reader, collector, scan, sampling, pruner].map((each) => each?.stop())]);
    },
  };
}

/** A mail server that was not told of changes so far learns of everything. */
async function noteEverythingOnce({ config, store, accountServer }: BackgroundOptions): Promise<void> {
  // The number stands for the form of what is remembered: a new form is filled by reading every account once.
  const told = accountServer === null ? '' : `${config.mailServer} ${config.stalwartUrl} 2`;
  if (((await store.read.settings.get(syncedSetting)) ?? '') === told) return;
  await store.transaction(async ({ outbox, settings }) => {
    if (accountServer !== null) await outbox.addEverything();
    await settings.set(syncedSetting, told);
  });
}

function outboxWorker(options: BackgroundOptions): OutboxWorker | null {
  const { config, store, logger, accountServer } = options;
  const { webhookUrl: url, webhookSecret: secret } = config;
  if (accountServer === null && url === null) return null;
  const teller = accountServer && new AccountTeller(store, accountServer);
  return new OutboxWorker({
    ...options.outboxPauses,
    store,
    tell: {
      ...(teller && {
        account: (entry) => teller.tellAccount(entry),
        tenant: (entry) => teller.tellTenant(entry),
      }),
      ...(url !== null &&
        secret !== null && {
          webhook: (entry) => sendWebhook({ url, secret }, entry.name, entry.body ?? ''),
        }),
    },
    onFailure: (entry, error, dueAtMs) => logFailure(logger, entry, error, dueAtMs),
    onError: (error) => logger.warn('outbox failed', { error: describeError(error) }),
  });
}

function logFailure(logger: Logger, entry: OutboxEntry, error: unknown, dueAtMs: number | null): void {
  const { kind, name, attempts } = entry;
  const fields = { kind, name, attempts: attempts + 1, error: describeError(error) };
  if (dueAtMs === null) logger.error('outbox entry given up', fields);
  else logger.warn('outbox entry failed', { ...fields, nextTryAt: new Date(dueAtMs).toISOString() });
}

function usageReader(options: BackgroundOptions): UsageReader | null {
  const { config, store, logger, accountServer } = options;
  if (accountServer === null || config.stalwartUsageInterval === 0) return null;
  return new UsageReader({
    store,
    server: accountServer,
    intervalMs: config.stalwartUsageInterval * 1_000,
    onError: (error) => logger.warn('usage not read', { error: describeError(error) }),
    onFailure: (mailbox, error, retryInMs) => {
      if (error instanceof UnreadableUsageError) options.oddFigure?.('mail_server', 'unreadable');
      logItem(logger, 'usage not read', { mailbox, retryInMs }, error);
    },
    onNegative: (mailbox) => noteFault(options, 'mail_server', mailbox, 'negative'),
  });
}

/** Reports an invalid usage figure of another system. */
function noteFault(
  { logger, oddFigure }: BackgroundOptions,
  source: FigureSource,
  mailbox: string,
  fault: FigureFault,
): void {
  logger.warn('usage is no count', { mailbox, source, fault });
  oddFigure?.(source, fault);
}

function logItem(logger: Logger, message: string, item: object, error: unknown): void {
  logger.warn(message, { ...item, error: describeError(error) });
}

function auditPruner({ config, store, logger }: BackgroundOptions): AuditPruner | null {
  if (config.auditRetention === 0) return null;
  return new AuditPruner({
    store,
    retentionDays: config.auditRetention,
    onError: (error) => logger.warn('old audit entries not forgotten', { error: describeError(error) }),
  });
}

async function redisUsageCollector(options: BackgroundOptions): Promise<RedisUsageCollector | null> {
  const { config, store, logger } = options;
  if (config.redisUsageUrl === null) return null;
  // Its client costs a tenth of a second at the start and 9 MB, which most need not pay.
  const { RedisUsageCollector } = await import('./redis-usage-collector.js');
  return new RedisUsageCollector({
    store,
    url: config.redisUsageUrl,
    prefix: config.redisUsagePrefix,
    intervalMs: redisIntervalMs,
    onError: (error) => logger.warn('usage not collected from Redis', { error: describeError(error) }),
    onFailure: (mailbox, error, retryInMs) =>
      logItem(logger, 'usage not collected from Redis', { mailbox, retryInMs }, error),
    onFault: (mailbox, fault) => noteFault(options, 'redis', mailbox, fault),
  });
}
