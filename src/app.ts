import { startBackground, type Background } from './background.js';
import type { RecalculateTools } from './cli/recalculate.js';
import type { UnlockTools } from './cli/unlock.js';
import { ConfigError, type Config } from './config.js';
import { createControl, seedInProcess } from './control.js';
import { createHttpApp } from './http/create-http-app.js';
import { clientAddress } from './http/client-address.js';
import { RecentRequests } from './http/console/recent-requests.js';
import { metricsHandler } from './http/metrics-handler.js';
import { BusyError, RequestLimiter } from './http/request-limiter.js';
import { defaultServerLimits, startServer, type ServerLimits } from './http/server.js';
import { tlsFiles } from './http/tls-files.js';
import { whenAsked } from './http/when-asked.js';
import { describeError, logError, logRequest, type Logger, type RequestLine } from './logging.js';
import { createAccountServer, createMailServer } from './mail/create-mail-server.js';
import { MailServerError, type MailServer } from './mail/mail-server.js';
import type { OutboxPauses } from './mail/outbox-worker.js';
import { SessionDropper } from './mail/session-dropper.js';
import { Metrics } from './metrics/metrics.js';
import { readOperatorFiles } from './operator-files.js';
import { packageRoot } from './package-root.js';
import { authorizeContextAdmin, authorizeMaster } from './provisioning/authorization.js';
import { CredentialVerifier } from './provisioning/credential-verifier.js';
import type { ProvisioningDeps } from './provisioning/deps.js';
import { inPlace } from './provisioning/logins/call-place.js';
import { LoginGuard } from './provisioning/login-guard.js';
import { ensureMasterPassword } from './provisioning/master-password.js';
import { parsePasswordMechanism } from './provisioning/password-hashing.js';
import type { ProvisioningSettings } from './provisioning/settings.js';
import { updateUnifiedFlags } from './provisioning/unified-flags.js';
import { CommitUnknownError, StoreUnavailableError, type Store } from './provisioning/store.js';
import type { MailCount } from './provisioning/usage-repository.js';
import { applyUniqueNameRules, explainNameConflict } from './provisioning/unique-names.js';
import type { Seed } from './qa/seed-form.js';
import type { Counted } from './quota/recalculate.js';
import { answerOnce } from './services/answer-once.js';
import { noteClientAddress } from './services/client-address.js';
import { createServices, readCaller } from './services/create-services.js';
import { provisioningError, toFault } from './services/faults.js';
import { restProblem } from './rest-problem.js';
import { createSoapEndpoint, type SoapEndpoint } from './soap/endpoint.js';
import type { Interceptor } from './soap/interceptor.js';
import { defaultSoapLimits } from './soap/limits.js';
import { SoapFault } from './soap/soap-fault.js';
import { databaseBounds } from './store/database-bounds.js';
import { withPatience } from './store/driver/patience.js';
import { openStore } from './store/open-store.js';
import { describeSpan, traced, tracedMailServer, tracedStore } from './tracing.js';
import { withinRestCall as within, withinSoapCall } from './watched-calls.js';

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
 * Puts the rooms together and serves. A request walks http → soap → services → provisioning → store and back.
 * @param seed what is to be in the database before the first request
 * @param outboxPauses shorter ones, for tests
 * @throws ConfigError for a setting or a seed that only shows to be bad now; Error for the operator when the database cannot be used
 */
export async function startApp(
  config: Config,
  logger: Logger,
  seed: Seed | null = null,
  outboxPauses: OutboxPauses = {},
): Promise<RunningApp> {
  const operatorFiles = readOperatorFiles(config);
  const accountServer = tracedMailServer(configured(() => createAccountServer(config)));
  const mailServer = accountServer ?? tracedMailServer(chooseMailServer(config));
  checkWebhook(config);
  const tls = tlsFiles(config);
  const opened = await openStore({
    ...databaseOptions(config),
    notesChanges: accountServer !== null,
    audits: config.auditRetention > 0,
    onRetry: (retry) => logger.debug('transaction repeated', { ...retry }),
    onWarning: (text) => logger.warn(text),
  });
  const store = tracedStore(opened);
  let background: Background | null = null;
  try {
    const settings = provisioningSettings(config);
    await applyUniqueNameRules(store, settings).catch((error: unknown) => {
      const explanation = explainNameConflict(error);
      throw explanation === null ? error : new ConfigError(explanation);
    });
    await updateUnifiedFlags({ store, ...operatorFiles });
    const masterPasswordMade = await ensureMasterPassword(store, config.masterPassword);
    const sessions = mailServer && sessionDropper(mailServer, store, logger);
    const metrics = config.metrics ? new Metrics(store, config) : null;
    const limiter = new RequestLimiter({ ...config, addressOf: ({ req }) => clientAddress(req) });
    metrics?.watchPlaces(limiter);
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
    const deps: ProvisioningDeps = {
      store,
      settings,
      ...operatorFiles,
      credentials: guard,
      mailboxChanged: async (mailboxes, change) => sessions?.drop(mailboxes, change === 'gone'),
    };
    const recent = new RecentRequests();
    const observe = (line: RequestLine): void => {
      logRequest(logger, line);
      recent.add(line);
      metrics?.observe(line);
    };
    const endSessions = (mailbox: string): void => void deps.mailboxChanged([mailbox], 'changed');
    const services = createServices(deps, wsdlDirectory);
    const parts = { config, deps, services, store: opened, limiter, guard, logger, seed, wsdlDirectory };
    if (seed !== null) await seedInProcess(parts, seed);
    const { interceptor, witness, ...control } = createControl({ ...parts, toProblem: restProblem, observe });
    const running = await startBackground({
      ...{ config, store, logger, accountServer, endSessions, outboxPauses },
      oddFigure: (source, fault) => metrics?.oddFigure(source, fault),
    });
    background = running;
    const calls = { limiter, toProblem: restProblem, observe, within };
    const app = createHttpApp({
      services,
      ...control,
      soapEndpoint: traced(soapEndpoint({ config, store, logger, limiter, observe, interceptor })),
      restApi: whenAsked(async () => {
        const { restApi } = await import('./http/rest-api.js');
        return restApi(deps, {
          ...calls,
          serviceToken: config.fileServiceToken,
          filesCounted: (contextId, userId) => running.checkThresholds(contextId, userId),
          answerOnce: answerOnce(store),
          maxBodyBytes: config.maxBodyBytes,
          publicUrl: config.publicUrl,
          ...(witness && { witness }),
        });
      }),
      ...(config.console && {
        consoleRouter: whenAsked(async () => {
          const { consoleRouter } = await import('./http/console/console-router.js');
          return consoleRouter(deps, { ...config, ...calls, recent });
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

/** Brings the database up to date and does nothing else. */
export async function migrateOnly(config: Config): Promise<void> {
  const store = await openStore(databaseOptions(config));
  await store.close();
}

/** What `oxbow unlock` works with. @throws Error for the operator when the database cannot be used */
export async function openLoginAttempts({ databaseUrl }: Config): Promise<UnlockTools> {
  const store = await openStore({ databaseUrl });
  return { loginAttempts: store.loginAttempts, close: () => store.close() };
}

/**
 * What `oxbow recalculate` works with.
 * @throws ConfigError; Error for the operator when the database cannot be used
 */
export async function openRecalculation(config: Config): Promise<RecalculateTools> {
  const operatorFiles = readOperatorFiles(config);
  const mailServer = chooseMailServer(config);
  const notesChanges = configured(() => createAccountServer(config)) !== null;
  const audits = config.auditRetention > 0;
  const store = await openStore({ ...databaseOptions(config), notesChanges, audits });
  const verifier = new CredentialVerifier();
  const deps: ProvisioningDeps = {
    store,
    settings: provisioningSettings(config),
    ...operatorFiles,
    // Whoever runs commands has the database anyway.
    credentials: { verify: ({ password }, hash) => verifier.verify(password, hash) },
    mailboxChanged: () => Promise.resolve(),
  };
  return {
    store,
    countMail: mailServer && ((mailbox) => countMail(mailServer, mailbox)),
    authorize: async (admin, contextId) => {
      if (contextId === null) await authorizeMaster(deps, admin);
      else await authorizeContextAdmin(deps, admin, contextId);
    },
    close: () => store.close(),
  };
}

async function countMail(server: MailServer, mailbox: string): Promise<Counted<MailCount>> {
  try {
    await server.recalculate(mailbox);
    const count = await server.readUsage(mailbox);
    return count === null ? { kind: 'unknown' } : { kind: 'counted', count };
  } catch (error) {
    if (!(error instanceof MailServerError)) throw error;
    return { kind: 'failed', reason: error.message, isUnreachable: error.failure !== 'failed' };
  }
}

/** @throws ConfigError naming what is missing */
function chooseMailServer(config: Config): MailServer | null {
  return configured(() => createMailServer(config));
}

/** @throws ConfigError with the text of what `create` throws */
function configured<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : 'MAIL_SERVER cannot be used');
  }
}

function checkWebhook({ webhookUrl, webhookSecret }: Config): void {
  if (webhookUrl !== null && webhookSecret === null)
    throw new ConfigError('WEBHOOK_URL needs WEBHOOK_SECRET');
}

function sessionDropper(server: MailServer, store: Store, logger: Logger): SessionDropper {
  return new SessionDropper({
    server,
    forgetUsage: (mailboxes) =>
      store.transaction(async ({ usage }) => {
        await usage.forgetUnusedMail(mailboxes);
      }),
    onDropped: (mailbox) => logger.debug('mail sessions ended', { mailbox }),
    onFailure: (mailbox, error) =>
      logger.warn('mail sessions not ended', { mailbox, error: describeError(error) }),
  });
}

interface SoapEndpointParts {
  readonly config: Config;
  readonly store: Store;
  readonly logger: Logger;
  readonly limiter: RequestLimiter;
  readonly observe: (line: RequestLine) => void;
  readonly interceptor: Interceptor | undefined;
}

function soapEndpoint(parts: SoapEndpointParts): SoapEndpoint {
  const { config, store, logger, limiter, observe, interceptor } = parts;
  return createSoapEndpoint({
    interceptor,
    limits: {
      ...defaultSoapLimits,
      maxBodyBytes: config.maxBodyBytes,
      bodyTimeoutMs: config.requestTimeout * 1_000,
    },
    lenientRequests: config.lenientRequests,
    readCaller,
    noteSender: (message, request) => noteClientAddress(message, clientAddress(request)),
    answerOnce: answerOnce(store),
    places: limiter,
    within: (call, request, run) => inPlace(limiter, () => withinSoapCall(call, request, run)),
    toFault: (error, { requestId }) => {
      if (error instanceof BusyError) return new SoapFault('Server', error.message, undefined, 503);
      if (error instanceof StoreUnavailableError)
        logger.warn('database unavailable', {
          code: error.code,
          endUnknown: error instanceof CommitUnknownError,
          requestId,
        });
      if (provisioningError(error) === null) logError(logger, 'unexpected error', error, requestId);
      return toFault(error, requestId);
    },
    observe: ({ login, contextId, ...record }) => {
      const line = { ...record, principal: login, contextId: contextId ?? undefined };
      describeSpan(line);
      observe(line);
    },
  });
}

/** The server's own bound on whole requests comes last, so that a slow SOAP body is answered with a fault. */
function serverLimits({ requestTimeout }: Config): ServerLimits {
  const headersMs = Math.ceil((requestTimeout * 1_000) / 3);
  return { ...defaultServerLimits, headersMs, requestMs: headersMs + requestTimeout * 1_000 };
}

function databaseOptions({ databaseUrl, databaseTimeout }: Config) {
  return { databaseUrl, bounds: databaseBounds(databaseTimeout * 1_000) };
}

function provisioningSettings(config: Config): ProvisioningSettings {
  return {
    ...config,
    averageUserSizeMb: config.averageUserSize,
    defaultPasswordMechanism: parsePasswordMechanism(config.defaultPasswordMechanism),
  };
}
