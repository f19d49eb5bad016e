import { type Background, startBackground } from '../background/background.js';
import type { OutboxPauses } from '../background/outbox-worker.js';
import { RecentRequests } from '../http/console/parts/recent-requests.js';
import { createHttpApp } from '../http/create-http-app.js';
import { restProblem } from '../http/rest/engine/rest-problem.js';
import { metricsHandler } from '../http/server/health.js';
import { clientAddress } from '../http/server/request-id.js';
import { RequestLimiter } from '../http/server/request-limiter.js';
import { defaultServerLimits, type ServerLimits, startServer } from '../http/server/server.js';
import { tlsFiles } from '../http/server/tls-files.js';
import { whenAsked } from '../http/server/when-asked.js';
import { createAccountServer } from '../mail/create-mail-server.js';
import type { AccountServer, MailServer } from '../mail/mail-server.js';
import type { SessionDropper } from '../mail/session-dropper.js';
import { type Logger, logRequest, type RequestLine } from '../observe/logging.js';
import { Metrics } from '../observe/metrics.js';
import { inDatabaseSpan, tracedAccountServer, tracedMailServer } from '../observe/tracing.js';
import { packageRoot } from '../package-root.js';
import { answerOnce } from '../provisioning/access/answer-once.js';
import { CredentialVerifier, ensureMasterPassword } from '../provisioning/access/credential-verifier.js';
import { LoginGuard } from '../provisioning/access/login-guard.js';
import type { Installation } from '../provisioning/installation/installation.js';
import { updateUnifiedFlags } from '../provisioning/quota/unified-flags.js';
import { applyUniqueNameRules, explainNameConflict } from '../provisioning/users/user-names.js';
import type { Seed } from '../qa/seed/seed-form.js';
import { createServices } from '../services/create-services.js';
import { provisioningSettings, readOperatorFiles } from '../settings/operator-files.js';
import { type Config, ConfigError } from '../settings/read-config.js';
import { withPatience } from '../store/database/driver/patience.js';
import { openStore } from '../store/open-store.js';
import { databaseOptions } from './database-options.js';
import { checkWebhook, chooseMailServer, configured, sessionDropper } from './mail-servers.js';
import { soapEndpoint, traced, withinRestCall as within } from './requests.js';
import { createControl, seedInProcess } from './test-control.js';

const wsdlDirectory = new URL('wsdl/', packageRoot);

/** A running Oxbow. */
export interface RunningApp {
  /** `http://HOST:PORT`, or `https://…`, with the port really taken. */
  readonly url: string;
  readonly usesTls: boolean;
  /** The master admin's password if it was made at this start, to be shown once. */
  readonly masterPasswordMade: string | null;
  /** Reads certificate and key again, for new connections. @throws Error when they cannot be used; the old ones stay then */
  reloadCertificate(): void;
  /** Finishes the requests in flight, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Composition of the rooms, and start of the service. A request walks http → soap → services → provisioning →
 * store and back.
 * @param seed objects to create before the first request
 * @param outboxPauses shorter ones, for tests
 * @throws ConfigError for a bad setting or seed that only shows now
 * @throws Error for the operator when the database cannot be used
 */
export async function startApp(
  config: Config,
  logger: Logger,
  seed: Seed | null = null,
  outboxPauses: OutboxPauses = {},
): Promise<RunningApp> {
  const operatorFiles = readOperatorFiles(config);
  const { accountServer, mailServer } = tracedServers(config);
  checkWebhook(config);
  const tls = tlsFiles(config);
  let sessions: SessionDropper | null = null;
  const store = await openStore({
    ...databaseOptions(config),
    notesChanges: accountServer !== null,
    audits: config.auditRetention > 0,
    around: inDatabaseSpan,
    ...(mailServer && {
      endSessions: async (mailboxes, end) => sessions?.drop(mailboxes, end === 'gone'),
    }),
    onRetry: (retry) => logger.debug('transaction repeated', { ...retry }),
    onWarning: (text) => logger.warn(text),
  });
  let background: Background | null = null;
  try {
    const settings = provisioningSettings(config);
    await applyUniqueNameRules(store, settings).catch((error: unknown) => {
      const explanation = explainNameConflict(error);
      throw explanation === null ? error : new ConfigError(explanation);
    });
    await updateUnifiedFlags({ store, ...operatorFiles });
    const masterPasswordMade = await ensureMasterPassword(store, config.masterPassword);
    sessions = mailServer && sessionDropper(mailServer, store, logger);
    const metrics = config.metrics ? new Metrics(store, config) : null;
    const limiter = new RequestLimiter({ ...config, addressOf: ({ req }) => clientAddress(req) });
    metrics?.watchSlots(limiter);
    const guard = new LoginGuard({
      verifier: new CredentialVerifier(),
      attempts: store.loginAttempts,
      settings: config,
      onFailure: (failure) => {
        logger.warn('login failed', { ...failure });
        metrics?.loginFailed(failure.outcome);
      },
      onRightRefused: (login) => {
        logger.warn('right password refused after too many failures; oxbow unlock ends that', { ...login });
        metrics?.rightLoginRefused();
      },
    });
    const installation: Installation = {
      store,
      settings,
      ...operatorFiles,
      credentials: guard,
    };
    const recent = new RecentRequests();
    const observe = (line: RequestLine): void => {
      logRequest(logger, line);
      recent.add(line);
      metrics?.observe(line);
    };
    const endSessions = (mailbox: string): void => void sessions?.drop([mailbox], false);
    const services = createServices(installation, wsdlDirectory);
    const parts = { config, installation, services, store, limiter, guard, logger, seed, wsdlDirectory };
    if (seed !== null) await seedInProcess(parts, seed);
    const { interceptor, witness, ...control } = createControl({ ...parts, toProblem: restProblem, observe });
    const running = await startBackground({
      ...{ config, store, logger, accountServer, endSessions, outboxPauses },
      oddFigure: (source, fault) => metrics?.oddFigure(source, fault),
    });
    background = running;
    const once = answerOnce(store);
    const calls = { limiter, toProblem: restProblem, observe, within };
    const app = createHttpApp({
      services,
      ...control,
      soapEndpoint: traced(soapEndpoint({ config, answerOnce: once, logger, limiter, observe, interceptor })),
      restApi: whenAsked(async () => {
        const { restApi } = await import('../http/rest/rest-api.js');
        return restApi(installation, {
          ...calls,
          serviceToken: config.fileServiceToken,
          filesCounted: (contextId, userId) => running.checkThresholds(contextId, userId),
          answerOnce: once,
          maxBodyBytes: config.maxBodyBytes,
          publicUrl: config.publicUrl,
          ...(witness && { witness }),
        });
      }),
      ...(config.console && {
        consoleRouter: whenAsked(async () => {
          const { consoleRouter } = await import('../http/console/console-router.js');
          return consoleRouter(installation, { ...config, ...calls, recent });
        }),
      }),
      ...(metrics === null ? {} : { metrics: metricsHandler(() => metrics.page()) }),
      publicUrl: config.publicUrl,
      corsOrigins: config.corsOrigins,
      trustProxy: config.trustProxy,
      usesTls: tls !== null,
      withinCall: (run) => withPatience(databaseOptions(config).bounds.callMs, run),
      isReady: () =>
        store.ping().then(
          () => true,
          () => false,
        ),
      logger,
    });
    const server = await startServer(app, config, serverLimits(config), tls);
    return {
      usesTls: tls !== null,
      reloadCertificate: () => server.reloadCertificate(),
      url: server.url,
      masterPasswordMade,
      stop: async () => {
        await server.stop();
        await guard.settle();
        await running.stop();
        sessions?.stop();
        await store.close();
      },
    };
  } catch (error) {
    await background?.stop();
    await store.close();
    throw error;
  }
}

/** @throws ConfigError */
function tracedServers(config: Config): {
  accountServer: AccountServer | null;
  mailServer: MailServer | null;
} {
  const account = configured(() => createAccountServer(config));
  const accountServer = account && tracedAccountServer(account);
  const other = accountServer === null ? chooseMailServer(config) : null;
  return { accountServer, mailServer: accountServer ?? (other && tracedMailServer(other)) };
}

/** The server's own bound on whole requests comes last, so that a slow SOAP body is answered with a fault. */
function serverLimits({ requestTimeout }: Config): ServerLimits {
  const headersMs = Math.ceil((requestTimeout * 1_000) / 3);
  return { ...defaultServerLimits, headersMs, requestMs: headersMs + requestTimeout * 1_000 };
}
