import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as requestTo } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  describe('the way through PUBLIC_URL', () => {
    /** A proxy with a path before that of the service, and its URL. */
    const startProxy = async (target: () => string) => {
      const server = createServer((request, response) => {
        const path = (request.url ?? '').replace(/^\/oxbow/, '');
        const inner = requestTo(`${target()}${path}`, { method: request.method, headers: request.headers });
        inner.on('response', (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        inner.on('error', () => response.writeHead(502).end());
        request.pipe(inner);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oxbow` };
    };
    const publicUrlOf = (out: string) =>
      (JSON.parse(out) as CheckResult[]).find(({ what }) => what === 'public url');

    it('is walked by a WSDL client, without a login that could count as a guess', async () => {
      let target = 'http://127.0.0.1:1';
      const { server, url } = await startProxy(() => target);
      const app = await startTestApp({ databaseUrl, env: { PUBLIC_URL: url } });
      target = app.url;
      try {
        const { exitCode, out } = await look({ PORT: new URL(app.url).port, PUBLIC_URL: url });
        expect(publicUrlOf(out)).to.include({ state: 'ok' });
        expect(exitCode).to.equal(0);
        expect(app.log())
          .to.match(/"operation":"list"/)
          .and.not.match(/"login":"/);
      } finally {
        await app.stop();
        server.close();
      }
    });

    it('fails where the WSDL leads elsewhere, or the proxy to nothing', async () => {
      const app = await startTestApp({ databaseUrl, env: { PUBLIC_URL: 'https://other.example' } });
      const { server, url } = await startProxy(() => 'http://127.0.0.1:1');
      try {
        const led = await look({ PORT: new URL(app.url).port, PUBLIC_URL: app.url });
        expect(publicUrlOf(led.out)).to.deep.include({ state: 'fail' });
        expect(led.out).to.include('leads to https://other.example/webservices/OXContextService');
        expect(led.exitCode).to.equal(1);
        const lost = await look({ PUBLIC_URL: url });
        expect(publicUrlOf(lost.out)).to.include({ state: 'fail' });
        expect(lost.out).to.include('answers HTTP 502');
      } finally {
        await app.stop();
        server.close();
      }
    });

    it('is a warning where it cannot be tried from here', async () => {
      const { server, url } = await startProxy(() => '');
      server.close();
      const { exitCode, out } = await look({ PUBLIC_URL: url });
      expect(publicUrlOf(out)).to.include({ state: 'warn' });
      expect(out).to.include('ECONNREFUSED');
      expect(exitCode).to.equal(0);
    });
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
