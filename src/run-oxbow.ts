import { closeSync, openSync } from 'node:fs';
import type { RunningApp } from './app/app.js';
import type { CommandTools } from './cli/oxbow-commands.js';
import { askSecret, type CommandIo, terminalUse } from './cli/terminal/command-io.js';
import { firstRequest } from './cli/terminal/first-request.js';
import { createLogger, describeError, logError, type Logger } from './observe/logging.js';
import type { Seed } from './qa/seed/seed-form.js';
import { ConfigError, describeSettings, readConfig, type Config } from './settings/read-config.js';

function settingsHelp(detail: 'meanings' | 'names'): string {
  const rows = describeSettings().map(({ name, defaultValue, defaultText, meaning, allowed }) => {
    const row = `  ${name} (${defaultText?.replaceAll('`', '') ?? defaultValue ?? 'not set'})\n`;
    if (detail === 'names') return row;
    return `${row}      ${meaning.replaceAll('`', '')}\n      Allowed: ${allowed}\n\n`;
  });
  return rows.join('');
}

/** The whole program. It ends the process, unless that serves. */
export async function runOxbow(args: readonly string[]): Promise<void> {
  // Files hold personal data, so only the owner may read them.
  process.umask(0o077);
  try {
    const exitCode = await carryOut(args);
    if (exitCode !== null) process.exit(exitCode);
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
}

/** @returns the exit code, or null while the service runs */
async function carryOut(args: readonly string[]): Promise<number | null> {
  if (args.length === 0 || (args.length === 1 && args[0] === 'serve')) {
    await serve(readConfig(process.env));
    return null;
  }
  if (args.length === 3 && args[0] === 'serve' && args[1] === '--seed') {
    await serve(readConfig(process.env), await readSeedFile(args[2] ?? ''));
    return null;
  }
  return runCommand(args);
}

/** The first signal lets what is at hand be finished. */
async function runCommand(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(130));
  process.once('SIGTERM', () => stop.abort(143));
  let exitCode = 0;
  const io: CommandIo = {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    ...terminalUse(process.env, process.stdout, process.stderr),
    signal: stop.signal,
    env: process.env,
    exitWith: (code) => (exitCode = code),
    ...(process.stdin.isTTY ? { askSecret } : {}),
  };
  // A service that starts has no use for these.
  const { oxbowCommands } = await import('./cli/oxbow-commands.js');
  const { oxbowProgram } = await import('./cli/oxbow-program.js');
  const { runProgram } = await import('./cli/run-program.js');
  const tools: CommandTools = {
    migrate: async () => (await import('./app/offline.js')).migrateOnly(readConfig(process.env)),
    checks: async function* () {
      yield* (await import('./app/check-installation.js')).checkInstallation(process.env);
    },
    openRecalculation: async () =>
      (await import('./app/offline.js')).openRecalculation(readConfig(process.env)),
    openLoginAttempts: async () =>
      (await import('./app/offline.js')).openLoginAttempts(readConfig(process.env)),
    openWsdl: async (...wsdl) => (await import('./cli/wsdl/wsdl-client.js')).WsdlClient.open(...wsdl),
    settingsHelp,
  };
  const program = oxbowProgram(oxbowCommands(tools, io), io);
  program.addHelpText(
    'after',
    () =>
      `\nSettings, as environment variables; oxbow serve --help explains them:\n\n${settingsHelp('names')}`,
  );
  await runProgram(program, args, io);
  return exitCode;
}

/** @throws ConfigError naming the place of what is wrong */
async function readSeedFile(file: string): Promise<Seed> {
  // Loads the YAML parser only for a seed.
  const { readSeed } = await import('./qa/seed/parse-seed.js');
  const { SeedError } = await import('./qa/seed/seed-form.js');
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
  const { startApp } = await import('./app/app.js');
  const app = await startApp(config, logger, seed);
  stopOnSignals(app, logger);
  reloadOnSignal(app, logger);
  announce(config, app);
}

/** Plain lines whatever the log format: people and scripts wait for the last one. */
function announce(config: Config, app: RunningApp): void {
  const made = app.masterPasswordMade;
  const lines = [
    ...(made === null ? [] : [`master admin ${config.masterLogin}, password ${made} (made now, shown once)`]),
    'a first request, which creates a reseller, with the password in the variable MASTER_PASSWORD of the shell:',
    firstRequest(app.url, config.masterLogin),
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
    if (hasLostTerminal()) {
      process.kill(process.pid, 'SIGTERM');
      return;
    }
    if (!app.usesTls) {
      logger.info(
        'SIGHUP: nothing to read again, since there is no certificate; settings and files count at a start',
      );
      return;
    }
    try {
      app.reloadCertificate();
      logger.info('certificate read again');
    } catch (error) {
      logError(logger, 'the new certificate cannot be used, the old one stays', error);
    }
  });
}

/** A terminal that closes sends SIGHUP as well, and nobody could stop what goes on behind it. */
function hasLostTerminal(): boolean {
  if (!process.stdout.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/** Node's own report would print a stack with our paths. */
function endOnUnexpected(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logError(logger, 'ended by an unexpected error', error);
    process.exitCode = 1;
    setImmediate(() => process.exit(1));
  });
}

/** Reason of a failed start, in one line. */
function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'listen') {
    const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
    return `cannot listen on HOST ${address} and PORT ${port}: ${code === 'EADDRINUSE' ? 'the port is taken' : code}`;
  }
  return `cannot start: ${describeError(error).replace(/^Error: /, '')}`;
}
