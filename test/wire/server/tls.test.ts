import { expect } from 'chai';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { ConfigError } from '../../../src/settings/read-config.js';
import { eventually } from '../../support/eventually.js';
import { startTestApp } from '../../support/processes/app.js';
import { ChildApp } from '../../support/processes/child-app.js';
import { requireProgram, type Program } from '../../support/processes/require-program.js';

describe('TLS in the service itself', function () {
  this.timeout(60_000);
  let openssl: Program;
  let directory: string;
  let app: ChildApp;
  let url: string;
  const path = (name: string): string => join(directory, name);

  before(async function () {
    openssl = requireProgram(this, 'openssl');
    directory = await mkdtemp(join(tmpdir(), 'oxbow-tls-'));
    for (const name of ['first', 'second']) await makeCertificate(name);
    await install('first', 'first');
    app = new ChildApp({
      PORT: '0',
      DATABASE_URL: 'sqlite::memory:',
      MASTER_PASSWORD: 'master-Secret-1',
      LOG_FORMAT: 'json',
      TLS_CERT_FILE: path('cert.pem'),
      TLS_KEY_FILE: path('key.pem'),
    });
    url = await app.ready();
  });
  after(async () => {
    await app.stop();
    await rm(directory, { recursive: true });
  });

  async function makeCertificate(name: string): Promise<void> {
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.crt`)];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await openssl.run(['req', '-x509', '-days', '2', ...key, ...subject, ...files]);
  }

  async function install(certificate: string, key: string): Promise<void> {
    await copyFile(path(`${certificate}.crt`), path('cert.pem'));
    await copyFile(path(`${key}.key`), path('key.pem'));
  }

  /** A call that trusts only these certificates, and whom it met. */
  async function call(
    agent: Agent,
  ): Promise<{ status: number; name: string; headers: object; port: number }> {
    const sent = request(`${url}/health/live`, { agent });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const socket = answer.socket as TLSSocket;
    const name = String(socket.getPeerCertificate().subject.CN);
    const port = socket.localPort ?? 0;
    answer.resume();
    await once(answer, 'end');
    return { status: answer.statusCode ?? 0, name, headers: answer.headers, port };
  }

  async function agentThatTrusts(...names: string[]): Promise<Agent> {
    const ca = await Promise.all(names.map((name) => readFile(path(`${name}.crt`))));
    return new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  it('answers clients that check the certificate, and asks browsers to stay', async () => {
    expect(url).to.match(/^https:/);
    const agent = await agentThatTrusts('first');
    const answer = await call(agent);
    expect(answer).to.include({ status: 200, name: 'first' });
    expect(answer.headers)
      .to.have.property('strict-transport-security')
      .that.matches(/^max-age=\d{7,}/);
    agent.destroy();
  });

  it('answers curl, which checks the certificate with a library of its own', async function () {
    const curl = requireProgram(this, 'curl');
    const options = ['-s', '--cacert', path('first.crt'), '-w', '%{http_code}'];
    expect((await curl.run([...options, `${url}/health/live`])).stdout).to.match(/live.*200$/);
  });

  it('speaks nothing older than TLS 1.2, and no plain HTTP', async () => {
    const ca = await readFile(path('first.crt'));
    const to = { host: '127.0.0.1', port: Number(new URL(url).port), ca };
    const old = connect({ ...to, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' });
    const [error] = (await once(old, 'error').catch((failure: unknown) => [failure])) as [Error];
    expect(String(error)).to.match(/protocol/i);
    const tls12 = connect({ ...to, maxVersion: 'TLSv1.2' });
    await once(tls12, 'secureConnect');
    tls12.destroy();
    const plain = connectTcp(to);
    plain.on('error', () => undefined);
    plain.end('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    let received = '';
    plain.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    await once(plain, 'close');
    expect(received).not.to.include('live');
  });

  it('takes a new certificate at SIGHUP, while an open connection goes on', async () => {
    const open = await agentThatTrusts('first');
    const before = await call(open);
    await install('second', 'second');
    app.signal('SIGHUP');
    await eventually(() => Promise.resolve(expect(app.output).to.include('certificate read again')));
    const still = await call(open);
    expect(still).to.include({ status: 200, name: 'first', port: before.port });
    open.destroy();
    const fresh = await agentThatTrusts('second');
    expect(await call(fresh)).to.include({ status: 200, name: 'second' });
    fresh.destroy();
  });

  it('keeps the old one when the new one is broken, and says so', async () => {
    const broken: (() => Promise<void>)[] = [
      () => install('first', 'second'),
      () => writeFile(path('cert.pem'), 'no certificate'),
      () => rm(path('cert.pem')),
    ];
    for (const [done, spoil] of broken.entries()) {
      await install('second', 'second');
      await spoil();
      app.signal('SIGHUP');
      const complaints = (): number => app.output.split('the old one stays').length - 1;
      await eventually(() => Promise.resolve(expect(complaints()).to.equal(done + 1)));
      const agent = await agentThatTrusts('second');
      expect(await call(agent)).to.include({ status: 200, name: 'second' });
      agent.destroy();
    }
    expect(app.output).not.to.include(directory);
    await install('second', 'second');
  });

  it('does not start with one of the two files, or with a key that is not that of the certificate', async () => {
    const [cert, key] = [path('first.crt'), path('second.key')];
    const tries: [Record<string, string>, RegExp][] = [
      [{ TLS_CERT_FILE: cert }, /^TLS_CERT_FILE needs TLS_KEY_FILE$/],
      [{ TLS_KEY_FILE: key }, /^TLS_KEY_FILE needs TLS_CERT_FILE$/],
      [{ TLS_CERT_FILE: cert, TLS_KEY_FILE: key }, /^TLS_CERT_FILE and TLS_KEY_FILE must hold/m],
    ];
    for (const [env, complaint] of tries) {
      const error: unknown = await startTestApp({ env }).catch((failure: unknown) => failure);
      expect(error).to.be.instanceOf(ConfigError).with.property('message').that.matches(complaint);
    }
  });

  it('stops although somebody is in the middle of a handshake or idle', async () => {
    const agent = await agentThatTrusts('second');
    await call(agent);
    const silent = connectTcp(Number(new URL(url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const startedMs = performance.now();
    app.signal('SIGTERM');
    expect(await app.exitCode()).to.equal(0);
    expect(performance.now() - startedMs, 'not after the drain time').to.be.lessThan(9_000);
    agent.destroy();
    silent.destroy();
  });
});
