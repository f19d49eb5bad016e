import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '../../src/cli/commands/doctor.js';
import { startTestApp } from '../support/processes/app.js';
import { oxbow } from './oxbow.js';

describe('doctor', function () {
  this.timeout(120_000);
  let directory: string;
  let databaseUrl: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oxbow-doctor-'));
    databaseUrl = `sqlite:${join(directory, 'a.db')}`;
  });
  afterEach(() => rm(directory, { recursive: true }));

  const look = async (env: Readonly<Record<string, string>>) => {
    const { out, err, exitCode } = await oxbow(['doctor', '--json'], {
      PORT: '0',
      DATABASE_URL: databaseUrl,
      ...env,
    });
    expect(err).to.equal('');
    const checks = JSON.parse(out) as CheckResult[];
    return { exitCode, states: Object.fromEntries(checks.map(({ what, state }) => [what, state])), out };
  };

  it('finds nothing wrong before the first start, and makes nothing', async () => {
    const { exitCode, states } = await look({});
    expect(states).to.include({ settings: 'ok', 'data directory': 'ok', database: 'warn', port: 'ok' });
    expect(exitCode).to.equal(0);
    expect((await look({})).states).to.include({ database: 'warn' });
  });

  it('knows a service that runs and is up to date', async () => {
    const app = await startTestApp({ databaseUrl });
    try {
      const { exitCode, states, out } = await look({ PORT: new URL(app.url).port });
      expect(states).to.include({ database: 'ok', migrations: 'ok', port: 'ok' });
      expect(out).to.include('the service answers');
      expect(exitCode).to.equal(0);
    } finally {
      await app.stop();
    }
  });

  const broken: [string, Readonly<Record<string, string>>, string][] = [
    ['a setting that cannot be', { PORT: 'x' }, 'settings'],
    ['a database out of reach', { DATABASE_URL: 'mysql://u:geheim-7@127.0.0.1:1/x' }, 'database'],
    [
      'a mail server that is not there',
      { MAIL_SERVER: 'dovecot', DOVEADM_URL: 'http://127.0.0.1:1', DOVEADM_API_KEY: 'geheim-7' },
      'mail server',
    ],
    [
      'a certificate that is none',
      { TLS_CERT_FILE: 'package.json', TLS_KEY_FILE: 'package.json' },
      'certificate',
    ],
  ];
  for (const [what, env, failing] of broken) {
    it(`fails for ${what}, and tells no secret`, async () => {
      const { exitCode, states, out } = await look(env);
      expect(states).to.include({ [failing]: 'fail' });
      expect(out).not.to.include('geheim-7');
      expect(exitCode).to.equal(1);
    });
  }
});
