#!/usr/bin/env node
// First, since what is loaded next already fills the heap.
import './young-generation.js';
import { recalculateCommand, type CommandIo } from './cli/recalculate.js';
import { exampleRequest } from './example-request.js';
import { ConfigError, describeSettings, readConfig, type Config } from './config.js';
import { createLogger, describeError, logError, type Logger } from './logging.js';
import { SeedError } from './qa/parse-seed.js';
import { readSeed } from './qa/read-seed.js';
import type { Seed } from './qa/seed-form.js';
import type { RunningApp } from './app.js';

const usage = `usage: node dist/main.js            serve
       node dist/main.js serve --seed FILE  serve, with what the file names in the database
       node dist/main.js seed …     fill a running service; see seed --help
       node dist/main.js record …   hand requests on to another endpoint and record them; see record --help
       node dist/main.js replay …   send recorded requests and compare the answers; see replay --help
       node dist/main.js migrate    bring the database up to date and exit
       node dist/main.js recalculate …  count usage anew; see recalculate --help
       node dist/main.js --help     this text

Everything is set by environment variables:
`;

function help(): string {
  const rows = describeSettings().map(({ name, defaultValue, defaultText, meaning, allowed }) => {
    const value = defaultText?.replaceAll('`', '') ?? defaultValue ?? 'not set';
    return `  ${name} (${value})\n      ${meaning.replaceAll('`', '')}\n      Allowed: ${allowed}\n`;
  });
  return `${usage}\n${rows.join('\n')}`;
}

/** @returns the exit code, or null while the service runs */
async function main(args: readonly string[]): Promise<number | null> {
  const [command = 'serve', ...rest] = args;
  if (command === '--help' || command === '-h') {
    process.stdout.write(help());
    return 0;
  }
  if (command === 'recalculate') return recalculate(rest);
  if (command === 'seed' || command === 'replay' || command === 'record') return runCommand(command, rest);
  if (command === 'serve' && rest[0] === '--seed' && rest.length === 2) {
    await serve(readConfig(process.env), readSeedFile(rest[1] ?? ''));
    return null;
  }
  if (rest.length > 0 || !['serve', 'migrate'].includes(command)) {
    process.stderr.write(`unknown argument ${JSON.stringify(rest[0] ?? command)}; see --help\n`);
    return 2;
  }
  const config = readConfig(process.env);
  if (command === 'migrate') {
    const { migrateOnly } = await import('./app.js');
    await migrateOnly(config);
    process.stdout.write('the database is up to date\n');
    return 0;
  }
  await serve(config);
  return null;
}

async function recalculate(args: readonly string[]): Promise<number> {
  const open = async () => (await import('./app.js')).openRecalculation(readConfig(process.env));
  return recalculateCommand(args, open, commandIo());
}

async function runCommand(name: 'seed' | 'replay' | 'record', args: readonly string[]): Promise<number> {
  const make = {
    seed: async () => (await import('./cli/seed.js')).seedCommand,
    replay: async () => (await import('./cli/replay.js')).replayCommand,
    record: async () => (await import('./cli/record.js')).recordCommand,
  };
  const command = await make[name]();
  await command(commandIo()).parseAsync(args, { from: 'user' });
  return 0;
}

/** The first signal lets the user at hand be finished. */
function commandIo(): CommandIo {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(130));
  process.once('SIGTERM', () => stop.abort(143));
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    signal: stop.signal,
  };
}

/** @throws ConfigError naming the place of what is wrong */
function readSeedFile(file: string): Seed {
  try {
    return readSeed(file);
  } catch (error) {
    throw error instanceof SeedError ? new ConfigError(error.message) : error;
  }
}

async function serve(config: Config, seed: Seed | null = null): Promise<void> {
  const logger = createLogger(config);
  endOnUnexpected(logger);
  // Most modules come with it; the configuration is known to be good by now.
  const { startApp } = await import('./app.js');
  const app = await startApp(config, logger, seed);
  stopOnSignals(app, logger);
  if (app.usesTls) reloadOnSignal(app, logger);
  announce(config, app);
}

/** Plain lines whatever the log format: people and scripts wait for the last one. */
function announce(config: Config, app: RunningApp): void {
  const made = app.masterPasswordMade;
  const lines = [
    ...(made === null ? [] : [`master admin ${config.masterLogin}, password ${made} (made now, shown once)`]),
    'a first request, which creates a reseller:',
    exampleRequest(app.url, config.masterLogin, made),
    `listening on ${app.url}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** npm hands a terminal's Ctrl-C on to a process that got it already, so an echo is no second signal. */
const signalEchoMs = 100;

function stopOnSignals(app: RunningApp, logger: Logger): void {
  let firstAtMs: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAtMs !== null) {
      if (performance.now() - firstAtMs > signalEchoMs) process.exit(1);
      return;
    }
    firstAtMs = performance.now();
    logger.info('stopping', { signal });
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logError(logger, 'could not stop cleanly', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function reloadOnSignal(app: RunningApp, logger: Logger): void {
  process.on('SIGHUP', () => {
    try {
      app.reloadCertificate();
      logger.info('certificate read again');
    } catch (error) {
      logError(logger, 'the new certificate cannot be used, the old one stays', error);
    }
  });
}

/** Node's own report would print a stack with our paths. */
function endOnUnexpected(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logError(logger, 'ended by an unexpected error', error);
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  });
}

/** Why the start failed, in one line. */
function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') {
    const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
    return `cannot listen on HOST ${address} and PORT ${port}: ${code === 'EADDRINUSE' ? 'the port is taken' : code}`;
  }
  return `cannot start: ${describeError(error).replace(/^Error: /, '')}`;
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    if (exitCode !== null) process.exit(exitCode);
  },
  (error: unknown) => {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  },
);
