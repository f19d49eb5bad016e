import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../support/eventually.js';
import { startNode } from '../../support/processes/node-program.js';
import { oxbowEntry } from '../../support/processes/oxbow-entry.js';
import { requireProgram } from '../../support/processes/require-program.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** One run of the process entry, as `npm start` does it. */
class Run {
  out = '';
  err = '';
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    this.child = startNode([oxbowEntry, ...args], { cwd: root, env: { ...inherited, ...env } });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
  }

  /** The URL once it listens. */
  async ready(): Promise<string> {
    for (;;) {
      const url = /^listening on (http:\/\/\S+)$/m.exec(this.out)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`ended: ${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

describe('the process', () => {
  let directory: string;
  let runs: Run[];
  beforeEach(async () => {
    runs = [];
    directory = await mkdtemp(join(tmpdir(), 'oxbow-main-'));
  });
  afterEach(async () => {
    for (const run of runs) run.signal('SIGKILL');
    await Promise.all(runs.map((run) => run.exitCode()));
    await rm(directory, { recursive: true });
  });

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    const started = new Run(args, { PORT: '0', DATABASE_URL: `sqlite:${join(directory, 'a.db')}`, ...env });
    runs.push(started);
    return started;
  }

  it('prints a first request that works as pasted, and keeps data and password over a restart', async function () {
    const paste = pasteOf(this);
    const first = run([]);
    await first.ready();
    const [, password] =
      /^master admin oxadminmaster, password (\S+) \(made now, shown once\)$/m.exec(first.out) ?? [];
    expect(password).to.have.length.greaterThan(11);
    const withPassword = { MASTER_PASSWORD: password ?? '' };
    expect(await paste(first.out, withPassword))
      .to.include('createResponse')
      .and.not.include('Fault');
    expect(await paste(first.out, withPassword)).to.include('Reseller admin already exists: reseller1');
    expect((first.out + first.err).split(password ?? ''), 'shown once').to.have.lengthOf(2);
    first.signal('SIGTERM');
    expect(await first.exitCode()).to.equal(0);

    const second = run([]);
    await second.ready();
    expect(second.out).not.to.include('master admin');
    expect(second.out).not.to.include(password);
    expect(await paste(second.out, withPassword)).to.include('Reseller admin already exists: reseller1');
  }).timeout(60_000);

  it('takes the password from MASTER_PASSWORD and never prints it', async function () {
    const paste = pasteOf(this);
    const started = run([], { MASTER_PASSWORD: 'geheim-7' });
    await started.ready();
    expect(await paste(started.out, { MASTER_PASSWORD: 'geheim-7' })).to.include('createResponse');
    started.signal('SIGINT');
    expect(await started.exitCode()).to.equal(0);
    expect(started.out + started.err).not.to.include('geheim-7');
  });

  it('goes on at SIGHUP without a certificate, and says that there is nothing to read again', async () => {
    const started = run([]);
    const url = await started.ready();
    started.signal('SIGHUP');
    await eventually(() => Promise.resolve(expect(started.out).to.match(/SIGHUP: nothing to read again/)));
    expect((await fetch(`${url}/health/live`)).status).to.equal(200);
    started.signal('SIGTERM');
    expect(await started.exitCode()).to.equal(0);
  });

  it('logs one JSON line per request, faults too', async function () {
    const paste = pasteOf(this);
    const started = run([]);
    const url = await started.ready();
    await paste(started.out, { MASTER_PASSWORD: madePassword(started.out) });
    await fetch(`${url}/webservices/OXResellerService`, { method: 'POST', body: '<x/>' });
    started.signal('SIGTERM');
    await started.exitCode();
    const lines = started.out
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"request"'));
    const [created, refused] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).to.have.length(2);
    expect(created).to.include({
      service: 'OXResellerService',
      operation: 'create',
      principal: 'oxadminmaster',
    });
    expect(created).to.include({ level: 'info', outcome: 'ok' });
    expect(created).to.have.keys(
      'time level message requestId service operation principal outcome durationMs'.split(' '),
    );
    expect(refused).to.include({ level: 'info', service: 'OXResellerService' });
    expect(refused?.['outcome']).not.to.equal('ok');
  });

  it('brings the database up to date with migrate, as often as one likes', async () => {
    for (let time = 0; time < 2; time += 1) expect(await run(['migrate']).exitCode()).to.equal(0);
  });

  it('prints all settings with --help', async () => {
    const help = run(['--help']);
    expect(await help.exitCode()).to.equal(0);
    expect(help.out)
      .to.include('DATABASE_URL (sqlite:./data/oxbow.db)')
      .and.include('MASTER_PASSWORD (not set)');
  });

  it('refuses an unknown command with exit code 2 and a hint', async () => {
    const started = run(['serv']);
    expect(await started.exitCode()).to.equal(2);
    expect(started.err).to.equal("error: unknown command 'serv'\n(Did you mean serve?)\nsee --help\n");
  });

  const failures: [string, Readonly<Record<string, string>>, RegExp][] = [
    ['a bad value', { PORT: 'x' }, /^PORT "x" is not allowed: it must be a whole number/],
    ['a misspelt name', { DATABASE_ULR: 'x' }, /did you mean DATABASE_URL\?/],
    [
      'no such access combinations file',
      { ACCESS_COMBINATIONS_FILE: '/nowhere/x' },
      /ACCESS_COMBINATIONS_FILE/,
    ],
    ['a database that is not there', { DATABASE_URL: 'mysql://u:geheim-7@127.0.0.1:1/x' }, /database/],
  ];
  for (const [what, env, line] of failures) {
    it(`does not start with ${what}, and says so in one line`, async () => {
      const started = run([], env);
      expect(await started.exitCode()).to.equal(1);
      expect(started.err)
        .to.match(line)
        .and.match(/^[^\n]+\n$/);
      expect(started.out + started.err).not.to.match(/geheim-7|node_modules|\n\s+at /);
    }).timeout(60_000);
  }

  it('does not start on a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const started = run([], { PORT: port });
    expect(await started.exitCode()).to.equal(1);
    expect(started.err).to.match(/^cannot listen on .*the port is taken\n$/);
    other.close();
  });
});

function madePassword(output: string): string {
  return /^master admin \S+, password (\S+) \(made now/m.exec(output)?.[1] ?? '';
}

/** Asks for what the example request of an output needs; answers what runs it in a shell, as a reader would. */
function pasteOf(context: Mocha.Context) {
  requireProgram(context, 'curl');
  const shell = requireProgram(context, 'sh');
  return async (output: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const command = /^curl [^]*?<\/e:Envelope>"$/m.exec(output)?.[0] ?? 'false';
    return (await shell.run(['-c', command], { env: { PATH: process.env['PATH'] ?? '', ...env } })).stdout;
  };
}
