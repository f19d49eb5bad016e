import { Writable } from 'node:stream';
import { startApp } from '../../../src/app/app.js';
import { createLogger } from '../../../src/observe/logging.js';
import { readConfig } from '../../../src/settings/read-config.js';
import { checkRestAnswers } from '../rest/check-rest-answers.js';
import { useCheapHashes } from './cheap-hashes.js';

/** A running service for a test, with everything a client needs. */
export interface TestApp {
  readonly url: string;
  readonly masterLogin: string;
  readonly masterPassword: string;
  /** Everything that was logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface TestAppOptions {
  /** SQLite in memory by default. */
  readonly databaseUrl?: string;
  /** Further settings, as in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A tenth of those in production: what tests wait for most is the outbox. */
const outboxPauses = { pollMs: 100, basePauseMs: 100 };

/** Starts the real application on a free port of 127.0.0.1. */
export async function startTestApp({
  databaseUrl = 'sqlite::memory:',
  env = {},
}: TestAppOptions = {}): Promise<TestApp> {
  checkRestAnswers();
  const masterPassword = 'master-Secret-1';
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    MASTER_PASSWORD: masterPassword,
    LOG_FORMAT: 'json',
    // Suites fail to log in far more often than honest clients, all from one address.
    LOGIN_FAILURES_ALLOWED: '0',
    ...env,
  });
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  // Suites about guessing see what a hash costs.
  const letGo = 'LOGIN_FAILURES_ALLOWED' in env ? () => undefined : useCheapHashes();
  const app = await startApp(config, createLogger(config, stream), null, outboxPauses).catch(
    (error: unknown) => {
      letGo();
      throw error;
    },
  );
  return {
    url: app.url,
    masterLogin: config.masterLogin,
    masterPassword,
    log: () => lines.join(''),
    stop: async () => {
      letGo();
      await app.stop();
    },
  };
}
