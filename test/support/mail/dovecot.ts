import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mariadb, mariadbIsInstalled } from '../database/mariadb.js';
import { freePorts } from '../processes/free-port.js';

const run = promisify(execFile);
const deploy = fileURLToPath(new URL('../../../deploy/dovecot/', import.meta.url));
const startTimeoutMs = 20_000;
/** Mail belongs to an account that need not exist. */
const mailUserId = 5000;

/** A generation of Dovecot and the root directory under which its programs are. */
export interface DovecotVersion {
  readonly name: '2.3' | '2.4';
  readonly root: string;
  /** For requirePart: what must be installed, and whether it is. */
  readonly part: string;
  isInstalled(): boolean;
}

const drivers = ['mysql', 'sqlite'].map((name) => `lib/dovecot/modules/auth/libdriver_${name}.so`);
const programs = ['sbin/dovecot', 'bin/doveadm', 'lib/dovecot/imap', 'lib/dovecot/lmtp', ...drivers];

function dovecotUnder(name: '2.3' | '2.4', root: string, origin: string): DovecotVersion {
  const files = programs.map((file) => join(root, 'usr', file));
  const isInstalled = () => process.getuid?.() === 0 && files.every((file) => existsSync(file));
  return { name, root, part: `Dovecot ${name} (${origin}; it is started by root)`, isInstalled };
}

/** Debian 12's Dovecot, and Debian 13's where install-dovecot-2.4.sh has put it. */
export const dovecotVersions: readonly DovecotVersion[] = [
  dovecotUnder('2.3', '/', 'dovecot-imapd, dovecot-lmtpd, dovecot-mysql, dovecot-sqlite'),
  dovecotUnder(
    '2.4',
    process.env['DOVECOT_24_ROOT'] ?? '/var/cache/oxbow-test/trixie',
    'test/support/mail/install-dovecot-2.4.sh',
  ),
];

/** What a killed run leaves is a directory; the servers end by themselves. */
const directories = new Set<string>();
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

interface Ports {
  readonly imaps: number;
  readonly lmtp: number;
  readonly policy: number;
  readonly doveadm: number;
}

/**
 * A Dovecot of our own on 127.0.0.1, configured by deploy/dovecot/ as an operator would; everything is in a directory that
 * goes with the test process. First Oxbow is started on `databaseUrl`, then this.
 */
export class DovecotServer {
  private server: ChildProcess | null = null;

  private constructor(
    readonly version: DovecotVersion,
    readonly databaseUrl: string,
    readonly ports: Ports,
    readonly doveadmApiKey: string,
    /** The certificate that it shows, to be trusted by clients. */
    readonly certificate: string,
    private readonly directory: string,
  ) {}

  /** Makes a directory with keys and an empty database; nothing runs yet. */
  static async prepare(version: DovecotVersion, database: 'SQLite' | 'MariaDB'): Promise<DovecotServer> {
    const directory = mkdtempSync(join(version.root, 'tmp', 'oxbow-dovecot-'));
    directories.add(directory);
    chmodSync(directory, 0o755);
    for (const name of ['config', 'database', 'mail', 'base', 'state']) mkdirSync(join(directory, name));
    chownSync(join(directory, 'mail'), mailUserId, mailUserId);
    const certificate = await makeCertificate(directory);
    const databaseUrl =
      database === 'SQLite'
        ? `sqlite:${join(directory, 'database', 'oxbow.db')}`
        : await (await mariadb()).createDatabase();
    const [imaps, lmtp, policy, doveadm] = await freePorts(4);
    const ports = { imaps, lmtp, policy, doveadm } as Ports;
    const apiKey = randomBytes(16).toString('hex');
    return new DovecotServer(version, databaseUrl, ports, apiKey, certificate, directory);
  }

  get doveadmUrl(): string {
    return `http://127.0.0.1:${this.ports.doveadm}`;
  }

  /** Fills the shipped configuration and starts on the database, which Oxbow must have set up. */
  async start(extraConfig = '', moreToFill: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.configure(extraConfig, moreToFill);
    const command = this.command('/usr/sbin/dovecot', '-F');
    // setpriv lets it end with the test process, even when that is killed and runs no exit handler.
    const stderr = openSync(join(this.directory, 'start.log'), 'w');
    const server = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', ...command], {
      stdio: ['ignore', stderr, stderr],
    });
    closeSync(stderr);
    server.unref();
    this.server = server;
    await this.untilReady(server);
  }

  /** Everything that it logged so far. */
  log(): string {
    const files = ['start.log', 'dovecot.log'].map((name) => join(this.directory, name));
    return files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')).join('');
  }

  /** The lines of the log that tell of something wrong; what doveadm kicked is not. */
  complaints(): string[] {
    return this.log()
      .split('\n')
      .filter((line) => /\b(Error|Fatal|Panic|Warning):/.test(line))
      .filter((line) => !/ (imap|lmtp)\(.*Killed with signal 15/.test(line));
  }

  /** How doveadm is started on this server. */
  doveadmCommand(): string[] {
    return this.command('/usr/bin/doveadm');
  }

  /** Runs doveadm on this server; answers what it prints. */
  async doveadm(...args: string[]): Promise<string> {
    const [file, ...rest] = this.command('/usr/bin/doveadm', ...args);
    return (await run(file, rest)).stdout;
  }

  /** Ends it and waits until it is gone. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server !== null && server.exitCode === null) {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await gone;
    }
    rmSync(this.directory, { recursive: true, force: true });
    directories.delete(this.directory);
  }

  private command(program: string, ...args: string[]): [string, ...string[]] {
    const { root } = this.version;
    const inRoot = [program, '-c', this.inside('config/dovecot.conf'), ...args] as const;
    return root === '/' ? [...inRoot] : ['/usr/sbin/chroot', root, ...inRoot];
  }

  /** A path of the directory as Dovecot sees it. */
  private inside(name: string): string {
    return join('/', join(this.directory, name).slice(this.version.root.length));
  }

  private async configure(extraConfig: string, moreToFill: Readonly<Record<string, string>>): Promise<void> {
    const config = join(this.directory, 'config');
    const env = {
      ...(await this.databaseSettings()),
      CONFIG_DIR: this.inside('config'),
      DOVEADM_API_KEY: this.doveadmApiKey,
      MAIL_USER: String(mailUserId),
      MAIL_HOME: this.inside('mail'),
      TLS_CERTIFICATE: this.inside('certificate.pem'),
      TLS_KEY: this.inside('key.pem'),
      PATH: process.env['PATH'],
      ...moreToFill,
    };
    await run('sh', [join(deploy, 'fill.sh'), this.version.name, config], { env });
    appendFileSync(join(config, 'dovecot.conf'), this.testConfig(extraConfig));
  }

  private async databaseSettings(): Promise<Record<string, string>> {
    if (this.databaseUrl.startsWith('sqlite:')) {
      return { DB_FILE: this.inside('database/oxbow.db'), SQL_USER: 'root' };
    }
    const { hostname, port, pathname } = new URL(this.databaseUrl);
    const name = pathname.slice(1);
    const password = randomBytes(12).toString('hex');
    await grantRights(name, password);
    return {
      DB_HOST: hostname,
      DB_PORT: port,
      DB_NAME: name,
      DB_USER: `dovecot_${name}`,
      DB_PASSWORD: password,
    };
  }

  /** What differs from a real server: where it runs, where it listens, and that it does not slow down who fails to log in. */
  private testConfig(extraConfig: string): string {
    const listener = (service: string, name: string, port: number, more = '') =>
      `service ${service} {\n  inet_listener ${name} {\n    port = ${port}\n${more}  }\n}`;
    return [
      `base_dir = ${this.inside('base')}`,
      `state_dir = ${this.inside('state')}`,
      `instance_name = ${this.directory.split('/').at(-1)}`,
      `log_path = ${this.inside('dovecot.log')}`,
      'listen = 127.0.0.1',
      `first_valid_uid = ${mailUserId}`,
      'auth_failure_delay = 0 secs',
      'service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}',
      listener('imap-login', 'imap', 0),
      listener('imap-login', 'imaps', this.ports.imaps),
      listener('lmtp', 'lmtp', this.ports.lmtp),
      listener('quota-status', 'policy', this.ports.policy),
      listener('doveadm', 'http', this.ports.doveadm),
      extraConfig,
      '',
    ].join('\n');
  }

  private async untilReady(server: ChildProcess): Promise<void> {
    const giveUpAt = Date.now() + startTimeoutMs;
    while (!(await accepts(this.ports.imaps)) || !(await accepts(this.ports.lmtp))) {
      if (server.exitCode !== null || Date.now() > giveUpAt) {
        throw new Error(`Dovecot ${this.version.name} did not start: ${this.log()}`);
      }
      await sleep(50);
    }
  }
}

/** Whether the suite's database can be had. */
export function databaseIsInstalled(database: 'SQLite' | 'MariaDB'): boolean {
  return database === 'SQLite' || mariadbIsInstalled();
}

/** Just the rights that deploy/dovecot/grants.mysql.sql gives, for a user of this database. */
async function grantRights(database: string, password: string): Promise<void> {
  const text = readFileSync(join(deploy, 'grants.mysql.sql'), 'utf8')
    .replaceAll(/^--.*$/gm, '')
    .replaceAll("'dovecot'@", `'dovecot_${database}'@`)
    .replaceAll(' oxbow.', ` ${database}.`)
    .replaceAll('change-me', password);
  const server = await mariadb();
  for (const statement of text.split(';').map((each) => each.trim())) {
    if (statement !== '') await server.query(statement);
  }
}

async function makeCertificate(directory: string): Promise<string> {
  const file = join(directory, 'certificate.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const output = ['-keyout', join(directory, 'key.pem'), '-out', file];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...output]);
  return readFileSync(file, 'utf8');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
