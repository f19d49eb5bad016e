import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { CheckResult } from '../cli/commands/doctor.js';
import { tlsFiles } from '../http/server/tls-files.js';
import { createMailServer } from '../mail/create-mail-server.js';
import { MailServerError } from '../mail/mail-server.js';
import { describeError } from '../observe/logging.js';
import { ConfigError, readConfig, type Config } from '../settings/read-config.js';
import { parseDatabaseUrl } from '../store/database/database-url.js';
import type { DatabaseServerState, SqliteState } from '../store/database/engine-state.js';
import { inspectDatabase, type UnapprovedDomains } from '../store/schema/inspect-database.js';
import { checkPublicUrl } from './check-public-url.js';

const warnDays = 21;
const clockToleranceMs = 2_000;

/** Looks at everything that a service with these settings needs, one thing after the other. Nothing is changed. */
export async function* checkInstallation(env: NodeJS.ProcessEnv): AsyncGenerator<CheckResult> {
  yield ok('node', process.version);
  let config: Config;
  try {
    config = readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield fail('settings', error.message);
    return;
  }
  yield ok('settings', 'can be used');
  yield* checkDirectory(config);
  yield* checkDatabase(config);
  yield* checkMailServer(config);
  yield* checkTls(config);
  yield await checkPort(config);
  if (config.publicUrl !== null) yield await checkPublicUrl(config.publicUrl);
}

/** Checks the directory of the SQLite file, which may not exist yet. */
function* checkDirectory({ databaseUrl }: Config): Generator<CheckResult> {
  const target = parseDatabaseUrl(databaseUrl);
  if (target.kind !== 'sqlite' || target.filename === ':memory:') return;
  const file = target.filename;
  let directory = dirname(file);
  while (!existsSync(directory)) directory = dirname(directory);
  try {
    accessSync(existsSync(file) ? file : directory, constants.W_OK);
    accessSync(directory, constants.W_OK);
    yield ok('data directory', 'can be written');
  } catch {
    yield fail('data directory', 'cannot be written: give its owner and rights to the user of the service');
  }
}

async function* checkDatabase({ databaseUrl, mailDomainRule }: Config): AsyncGenerator<CheckResult> {
  const state = await inspectDatabase(databaseUrl).catch((error: unknown) => ({
    kind: 'unreachable' as const,
    reason: describeError(error),
  }));
  if (state.kind === 'absent') {
    yield warn('database', 'not there yet; the first start makes it');
    return;
  }
  if (state.kind === 'notReady') {
    yield fail('galera', 'no node of DATABASE_URL is ready: see "Galera" in docs/operating.md');
    return;
  }
  const target = parseDatabaseUrl(databaseUrl);
  if (state.kind === 'unreachable' && target.kind === 'sqlite' && target.isExclusive) {
    yield warn(
      'database',
      `nothing can be seen (${state.reason}): with exclusive=true, while the service runs`,
    );
    return;
  }
  if (state.kind === 'unreachable') {
    yield fail('database', `cannot be used (${state.reason}): check DATABASE_URL, and that the server runs`);
    return;
  }
  yield ok('database', state.server === null ? 'SQLite, can be read' : state.server.version);
  if (state.sqlite !== null) yield* checkSqlite(state.sqlite);
  if (state.unknown.length > 0)
    yield fail('migrations', 'the database belongs to a newer version: start that, or restore a backup');
  else if (state.pending > 0)
    yield warn('migrations', `${state.pending} to be made: oxbow migrate, or the next start`);
  else {
    yield ok('migrations', 'all made');
    yield state.hasMailViews
      ? ok('mail views', 'can be read')
      : fail(
          'mail views',
          'mail_accounts and others cannot be read: restore the database, or grant SELECT on them',
        );
  }
  if (mailDomainRule === 'approved') yield* checkDomains(state.unapprovedDomains);
  if (state.server !== null) yield* checkServer(state.server);
}

function* checkDomains({ count, first }: UnapprovedDomains): Generator<CheckResult> {
  if (count === 0) return;
  const names = `${first.join(', ')}${count > first.length ? ' …' : ''}`;
  yield warn(
    'mail domains',
    `${count} active that nobody approved (${names}): see oxbow listmaildomains, then oxbow changemaildomain -d … --state active or suspended`,
  );
}

/** Checks that other users cannot read the files, and that the SQLite version is free of a known write loss. */
function* checkSqlite({
  version,
  hasWriteAheadLog,
  isExclusive,
  openRights,
}: SqliteState): Generator<CheckResult> {
  yield openRights.length === 0
    ? ok('file rights', 'for the owner, or a group that was given them')
    : warn('file rights', `others have rights on ${openRights.join(', ')}: chmod, see docs/installing.md`);
  const isFaulty = hasWalResetFault(version);
  const what = isFaulty ? `${version} has the WAL-reset fault` : `${version} is without the WAL-reset fault`;
  if (isExclusive) yield ok('sqlite', `${what}; exclusive=true lets no other process in`);
  else if (!hasWriteAheadLog)
    yield ok('sqlite', `${what}; the rollback journal is safe for any number of processes`);
  else
    yield warn(
      'sqlite',
      `${what}, and the file has a write-ahead log: the next start changes that, while no other program has it open`,
    );
}

/** Fixed in 3.51.3, and in 3.50.7 and 3.44.6 of older lines; write-ahead logs came with 3.7.0. */
export function hasWalResetFault(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 7 || minor > 51) return false;
  const fixedIn = { 44: 6, 50: 7, 51: 3 }[minor];
  return fixedIn === undefined || patch < fixedIn;
}

function* checkServer({
  flushesAtCommit,
  clockAheadMs,
  galeraNodes,
}: DatabaseServerState): Generator<CheckResult> {
  yield flushesAtCommit
    ? ok('durability', 'innodb_flush_log_at_trx_commit is 1')
    : warn(
        'durability',
        'innodb_flush_log_at_trx_commit is not 1: a crash can lose changes that were answered',
      );
  yield Math.abs(clockAheadMs) <= clockToleranceMs
    ? ok('clock', 'as that of the database')
    : warn('clock', `${Math.round(clockAheadMs / 1_000)} s off that of the database: set both by NTP`);
  if (galeraNodes === null) return;
  yield galeraNodes > 2
    ? ok('galera', `${galeraNodes} nodes, ready`)
    : warn('galera', `${galeraNodes} nodes: the loss of one more can end the service`);
}

async function* checkMailServer(config: Config): AsyncGenerator<CheckResult> {
  try {
    const server = createMailServer(config);
    if (server === null) {
      yield ok('mail server', 'none (MAIL_SERVER)');
      return;
    }
    // Nobody has it: what is asked for is an answer.
    await server.readUsage('oxbow-doctor@invalid.invalid');
    yield ok('mail server', `${config.mailServer} answers`);
  } catch (error) {
    if (error instanceof MailServerError && error.failure === 'failed')
      yield warn('mail server', `${config.mailServer} answers, but: ${error.message}`);
    else
      yield fail(
        'mail server',
        `${error instanceof Error ? error.message : 'cannot be used'}: check that it runs, and its settings`,
      );
  }
}

function* checkTls(config: Config): Generator<CheckResult> {
  try {
    const files = tlsFiles(config);
    if (files === null) {
      yield ok('certificate', 'none: plain HTTP (TLS_CERT_FILE)');
      return;
    }
    const { validTo } = new X509Certificate(readFileSync(files.certFile));
    const days = Math.floor((Date.parse(validTo) - Date.now()) / 86_400_000);
    const text = days < 0 ? 'has expired: renew it, then kill -HUP' : `valid for ${days} more days`;
    yield { what: 'certificate', state: days < 0 ? 'fail' : days < warnDays ? 'warn' : 'ok', text };
  } catch (error) {
    yield fail('certificate', error instanceof ConfigError ? error.message : 'cannot be read');
  }
}

async function checkPort({ host, port }: Config): Promise<CheckResult> {
  const server = createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
  if (code === null) return ok('port', `${port} is free: the service does not run here`);
  if (code !== 'EADDRINUSE') return fail('port', `HOST and PORT cannot be listened on (${code})`);
  return (await isOxbow(host, port))
    ? ok('port', 'the service answers, and is ready')
    : fail('port', `${port} is taken, by another program or by a service that is not ready`);
}

/** Speaks either protocol: the settings of the one that runs may be others. */
async function isOxbow(host: string, port: number): Promise<boolean> {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const address = `${name.includes(':') ? `[${name}]` : name}:${port}/health/ready`;
  for (const scheme of ['http', 'https']) {
    try {
      const { status } = await fetch(`${scheme}://${address}`, { signal: AbortSignal.timeout(5_000) });
      if (status === 200) return true;
    } catch {
      // The other one, then.
    }
  }
  return false;
}

const ok = (what: string, text: string): CheckResult => ({ what, state: 'ok', text });
const warn = (what: string, text: string): CheckResult => ({ what, state: 'warn', text });
const fail = (what: string, text: string): CheckResult => ({ what, state: 'fail', text });
