import type express from 'express';
import type { Problem } from '../http/rest/engine/rest.js';
import type { RequestLimiter } from '../http/server/request-limiter.js';
import { whenAsked } from '../http/server/when-asked.js';
import type { Logger, RequestLine } from '../observe/logging.js';
import type { LoginGuard } from '../provisioning/access/login-guard.js';
import type { Installation } from '../provisioning/installation/installation.js';
import type { Store } from '../provisioning/repositories/store.js';
import { FaultRules } from '../qa/control/fault-rules.js';
import { Snapshots } from '../qa/control/snapshots.js';
import { TestInterceptor } from '../qa/control/test-interceptor.js';
import { Journal, type RestExchange } from '../qa/recording/journal.js';
import { SecretHider } from '../qa/recording/secret-hider.js';
import { applySeed, type SeedOptions, type CallOperation } from '../qa/seed/apply-seed.js';
import { SeedError, type Seed } from '../qa/seed/seed-form.js';
import { createServices } from '../services/create-services.js';
import { toFault } from '../services/faults.js';
import { ConfigError, type Config } from '../settings/read-config.js';
import { FaultError } from '../soap-client/post-envelope.js';
import type { SoapService } from '../soap/contract/descriptors.js';
import type { Interceptor } from '../soap/interceptor.js';
import type { KnexStore } from '../store/knex-store.js';
import { openStore } from '../store/open-store.js';

/** Time for requests to end before the database is copied or replaced. */
const undisturbedTimeoutMs = 10_000;

export interface ControlOptions {
  readonly config: Config;
  readonly installation: Installation;
  readonly services: readonly SoapService[];
  readonly store: KnexStore;
  readonly limiter: RequestLimiter;
  readonly guard: LoginGuard;
  readonly logger: Logger;
  /** Applied again at a reset. */
  readonly seed: Seed | null;
  readonly wsdlDirectory: URL;
  readonly toProblem: (error: unknown) => Problem | null;
  readonly observe: (line: RequestLine) => void;
}

/** Parts that only a test system has. */
export interface Control {
  readonly interceptor?: Interceptor;
  readonly controlRouter?: express.Router;
  /** Told of REST calls. */
  readonly witness?: (exchange: RestExchange) => void;
}

/**
 * Puts the control API together, where CONTROL_TOKEN wants it.
 * @throws ConfigError on an address that other machines reach
 */
export function createControl(options: ControlOptions): Control {
  const { config, services, store, limiter, guard, logger, toProblem, observe } = options;
  const { controlToken: token } = config;
  if (token === null) return {};
  if (!config.controlAnyHost && !/^(localhost|127(\.\d+){3}|::1)$/i.test(config.host))
    throw new ConfigError(
      'CONTROL_TOKEN is for test systems: HOST must be a loopback address, or CONTROL_ANY_HOST must be true',
    );
  logger.warn(
    'the control API is served: whoever has CONTROL_TOKEN can empty the database and read requests',
  );
  const rules = new FaultRules(() => declaredFaults(services));
  const journal = new Journal(new SecretHider());
  const snapshots = new Snapshots({
    store,
    undisturbed: (work) => limiter.whileNobodyRuns(work, undisturbedTimeoutMs),
    empty: () => emptyCopy(store),
    refill: () => (options.seed === null ? Promise.resolve() : seedInProcess(options, options.seed)),
    afterReplacing: () => guard.forget(),
  });
  return {
    interceptor: new TestInterceptor(rules, journal),
    controlRouter: whenAsked(async () => {
      const { controlRouter } = await import('../http/rest/control-router.js');
      return controlRouter({ token, rules, journal, snapshots, toProblem, observe });
    }),
    witness: (exchange) => journal.addRest(exchange),
  };
}

function declaredFaults(services: readonly SoapService[]): Map<string, Map<string, string[]>> {
  const operationsOf = ({ contract }: SoapService) =>
    new Map(
      Array.from(contract.operations.values(), ({ name, faults }) => [name, faults.map((each) => each.name)]),
    );
  return new Map(services.map((service) => [service.name, operationsOf(service)]));
}

/** Copy of a freshly migrated database with this one's settings, such as the master's password. */
async function emptyCopy(store: KnexStore): ReturnType<KnexStore['copyAll']> {
  const fresh = await openStore({ databaseUrl: 'sqlite::memory:' });
  try {
    const [copy, present] = [await fresh.copyAll(), await store.copyAll()];
    const kept = ['settings', 'console_sessions'].map((table) => [table, present.get(table) ?? []] as const);
    return new Map([...copy, ...kept]);
  } finally {
    await fresh.close();
  }
}

/**
 * Applies a seed without a login: whoever starts the service has the database anyway.
 * @throws ConfigError naming what could not be made
 */
export async function seedInProcess(
  {
    config,
    installation,
    wsdlDirectory,
    logger,
  }: Pick<ControlOptions, 'config' | 'installation' | 'wsdlDirectory' | 'logger'>,
  seed: Seed,
): Promise<void> {
  const trusting = { ...installation, credentials: { verify: () => Promise.resolve(true) } };
  const call = callHandlers(createServices(trusting, wsdlDirectory));
  try {
    const report = await applySeed(seed, {
      call,
      master: { login: config.masterLogin, password: '' },
      setUsage: usageSetter(installation.store),
    });
    logger.info(
      'seed applied',
      Object.fromEntries(Object.entries(report).map(([kind, { made }]) => [kind, made])),
    );
  } catch (error) {
    throw error instanceof SeedError ? new ConfigError(`seed: ${error.message}`) : error;
  }
}

function usageSetter(store: Store): NonNullable<SeedOptions['setUsage']> {
  return ({ contextId, userId, email }, { mailBytes, mailMessages, fileBytes, files }) =>
    store.transaction(async ({ ledger, mailAccounts }) => {
      const total = { used: fileBytes, files, generation: null };
      await ledger.setUsage({ contextId, holder: `user:${userId}` }, { kind: 'storage', userId }, total);
      await mailAccounts.writeUsage(email.toLowerCase(), { bytes: mailBytes, messages: mailMessages });
    });
}

function callHandlers(services: readonly SoapService[]): CallOperation {
  return async (name, operation, message) => {
    const handler = services.find((service) => service.name === name)?.handlers[operation];
    if (handler === undefined) throw new Error(`${name} has no operation ${operation}`);
    try {
      return await handler(message as never, { requestId: 'seed' });
    } catch (error) {
      const { message: text, exceptionName = null } = toFault(error, 'seed');
      throw new FaultError(text, exceptionName);
    }
  };
}
