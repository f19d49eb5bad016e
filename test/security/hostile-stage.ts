import { expect } from 'chai';
import { request as httpRequest } from 'node:http';
import {
  createServer as createCanary,
  type Server,
  createConnection,
  type AddressInfo,
  type Socket,
} from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChildApp } from '../support/processes/child-app.js';
import { RawSoap, returnedOne } from '../support/wire/raw-soap.js';
import { validateAnswer } from '../support/wire/validate-answer.js';
import { child, parseXml, scalars, type XmlNode } from '../support/wire/xml-tree.js';
import { idOf, userData } from '../wire/fixtures.js';
import {
  RMI,
  SVC,
  xmlHeaders,
  type Attack,
  type Outcome,
  type RawStep,
  type Scene,
} from './attacks/attack.js';

const service = 'OXResellerUserService';
const reseller = { login: 'reseller1', password: 'reseller-Secret-3' };
const masterPassword = 'master-Secret-2';
const userPassword = 'user-Secret-4';

/** What neither an answer nor a log line may tell. */
const LEAKS =
  /\bat \S+ \(|node_modules|node:internal|\.[jt]s:\d|\bselect .+ from\b|\binsert into\b|\bupdate .+ set\b|SQLITE|\bER_[A-Z_]+|knex|TypeError|RangeError|Cannot read prop|is not (?:a function|iterable)|native code|\[object|root:x:0|Internal error|-Secret-\d/i;

/** Generous, so that a machine that is busy with something else does not count as a hole. */
const ANSWER_LIMIT_MS = 15_000;
const PROBE_FACTOR = 20;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A real app in a process of its own, and what was found out about it. */
export class HostileStage {
  readonly soap: RawSoap;
  private probeMs = 0;

  private constructor(
    readonly app: ChildApp,
    readonly scene: Scene,
    private readonly canary: Server,
    private readonly calls: { count: number },
  ) {
    this.soap = new RawSoap(scene.url);
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<HostileStage> {
    const settings = {
      PORT: '0',
      DATABASE_URL: 'sqlite::memory:',
      MASTER_PASSWORD: masterPassword,
      LOG_FORMAT: 'json',
    };
    const app = new ChildApp({ ...settings, ...env });
    const url = await app.ready();
    const calls = { count: 0 };
    const canary = createCanary((socket) => {
      calls.count++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    const { port } = canary.address() as AddressInfo;
    const stage = new HostileStage(app, await furnish(url, `127.0.0.1:${port}`), canary, calls);
    for (let time = 0; time < 5; time++) stage.probeMs = Math.max(stage.probeMs, await stage.goodRequest());
    return stage;
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await new Promise((resolve) => this.canary.close(resolve));
  }

  /** Sends an attack and judges everything that came of it. */
  async endure(attack: Attack): Promise<void> {
    const logStart = this.app.output.length;
    const startedMs = performance.now();
    const answer = attack.raw
      ? await sendRaw(this.scene, attack.raw(this.scene))
      : await send(this.scene, attack);
    const durationMs = performance.now() - startedMs;
    await this.judge(attack.expected, answer);
    expect(durationMs, 'time').to.be.lessThan(ANSWER_LIMIT_MS + PROBE_FACTOR * this.probeMs);
    expect(`${answer.text}\n${JSON.stringify(answer.headers)}`).not.to.match(LEAKS);
    await this.goodRequest();
    expectCleanLog(this.app.output.slice(logStart));
    expect(this.calls.count, 'calls that we were made to make').to.equal(0);
  }

  /** @returns how long it took in ms */
  async goodRequest(): Promise<number> {
    const startedMs = performance.now();
    const { contextId, userId } = this.scene;
    const answer = await this.soap.call(
      service,
      'getData',
      { ctx: { id: contextId }, user: { id: userId } },
      reseller,
    );
    expect(scalars(returnedOne(answer))).to.include({ id: String(userId), name: 'victim' });
    return performance.now() - startedMs;
  }

  private async judge(expected: Outcome, answer: Answer): Promise<void> {
    if (expected.kind === 'closed') return expectOneOf(answer, [0, ...expected.statuses]);
    if (expected.kind === 'http') return expectHttp(expected, answer);
    const body = await this.soapBody(answer);
    const fault = child(body, 'Fault');
    if (expected.kind === 'fault') {
      expect(child(fault, 'faultstring')?.text, answer.text).to.match(expected.text);
      expect(child(fault, 'faultcode')?.text).to.equal(`soap:${expected.code ?? 'Client'}`);
      expect(answer.status).to.equal(expected.status ?? 500);
      expect(answer.text.length, 'size of the fault').to.be.lessThan(20_000);
      return;
    }
    expect(fault, answer.text.slice(0, 2_000)).to.equal(undefined);
    if (expected.kind === 'answer') expected.check?.(body);
    else expect(await this.noteOfUser()).to.equal(expected.text);
  }

  private async soapBody(answer: Answer): Promise<XmlNode> {
    expect(answer.headers['content-type'], answer.text.slice(0, 500)).to.match(/^text\/xml; charset=[\w-]+$/);
    const body = child(parseXml(answer.text), 'Body');
    if (body === undefined) throw new Error(`no Body: ${answer.text.slice(0, 500)}`);
    await validateAnswer(`${this.scene.url}/webservices/${service}`, service, answer.text);
    return body;
  }

  private async noteOfUser(): Promise<string | null | undefined> {
    const { contextId, userId } = this.scene;
    const answer = await this.soap.call(
      service,
      'getData',
      { ctx: { id: contextId }, user: { id: userId } },
      reseller,
    );
    return scalars(returnedOne(answer))['note'];
  }
}

async function furnish(url: string, canary: string): Promise<Scene> {
  const soap = new RawSoap(url);
  const master = { login: 'oxadminmaster', password: masterPassword };
  const adm = { name: reseller.login, displayname: 'A reseller', password: reseller.password };
  returnedOne(await soap.call('OXResellerService', 'create', { adm }, master));
  const admin = userData('ctxadmin', { password: userPassword });
  const ctx = { name: 'reseller1_acme', maxQuota: 1_000 };
  const created = await soap.call('OXResellerContextService', 'create', { ctx, admin_user: admin }, reseller);
  const contextId = idOf(returnedOne(created));
  const usrdata = userData('victim', { password: userPassword });
  const user = await soap.call(service, 'create', { ctx: { id: contextId }, usrdata }, reseller);
  const sparring = { ctx: { id: contextId }, usrdata: userData('sparring', { password: userPassword }) };
  const sparringId = idOf(returnedOne(await soap.call(service, 'create', sparring, reseller)));
  const { login, password } = reseller;
  return {
    url,
    port: Number(new URL(url).port),
    contextId,
    userId: idOf(returnedOne(user)),
    sparringId,
    auth: `<svc:auth xmlns:svc="${SVC}"><rmi:login xmlns:rmi="${RMI}">${login}</rmi:login><rmi:password xmlns:rmi="${RMI}">${password}</rmi:password></svc:auth>`,
    basic: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
    canary,
  };
}

function expectOneOf({ status, text }: Answer, statuses: readonly number[]): void {
  expect(statuses, text.slice(0, 500)).to.include(status);
}

function expectHttp(expected: Outcome & { kind: 'http' }, answer: Answer): void {
  expectOneOf(answer, [expected.status].flat());
  if (expected.text) expect(answer.text).to.match(expected.text);
  if (expected.notText) expect(answer.text + JSON.stringify(answer.headers)).not.to.match(expected.notText);
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return;
  const problem = JSON.parse(answer.text) as Record<string, unknown>;
  expect(problem).to.include({ status: answer.status });
  expect(problem['type']).to.match(/^(about:blank|\/openapi\/#[a-z-]+)$/);
  expect(problem['detail']).to.be.a('string').with.length.within(1, 1_000);
}

/** Every line is one of ours: JSON, of the known fields, bounded, without control characters. */
function expectCleanLog(log: string): void {
  expect(log).not.to.match(LEAKS);
  for (const line of log.split('\n').filter((each) => each !== '')) {
    expect(line.length, 'length of a log line').to.be.lessThan(4_000);
    expect(line).not.to.match(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    const event = JSON.parse(line) as Record<string, unknown>;
    expect(event['message'], line).to.be.oneOf([
      'request',
      'login failed',
      'request of another site refused',
    ]);
    expect(event).to.have.property(event['message'] === 'login failed' ? 'failures' : 'requestId');
  }
}

function send(scene: Scene, attack: Attack): Promise<Answer> {
  const {
    method = 'POST',
    body = () => '',
    headers = xmlHeaders(),
    path = () => `/webservices/${service}`,
  } = attack;
  const content = body(scene);
  const parts = Array.isArray(content) ? (content as readonly Buffer[]) : [Buffer.from(content as string)];
  const length =
    Array.isArray(content) || method === 'GET' ? {} : { 'content-length': String(parts[0]?.length) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: scene.port, method, path: path(scene), agent: false };
    const request = httpRequest({ ...options, headers: { ...length, ...headers(scene) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const charset = /charset=(.+)$/.exec(response.headers['content-type'] ?? '')?.[1];
        const text = new TextDecoder(charset ?? 'utf-8').decode(Buffer.concat(chunks));
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        request.destroy();
      });
      response.on('error', reject);
    });
    // A server that has answered may close before it took everything in.
    request.on('error', (error) => setTimeout(() => reject(error), 1_000));
    for (const part of parts) if (part.length > 0) request.write(part);
    request.end();
  });
}

/** Writes to a socket and reads until the server closes it, or is silent after a complete answer. */
export async function sendRaw(scene: Pick<Scene, 'port'>, steps: readonly RawStep[]): Promise<Answer> {
  const socket = createConnection({ host: '127.0.0.1', port: scene.port });
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received = (received + chunk.toString('latin1')).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (const step of steps) {
    if (step === 'hang up') socket.destroy();
    else if (typeof step === 'number') await Promise.race([sleep(step), closed]);
    else if (socket.writable) socket.write(step);
  }
  await Promise.race([closed, untilQuiet(socket, () => received)]);
  socket.destroy();
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1] ?? 0);
  return { status, headers: {}, text: received };
}

/** An answer on a connection that stays open: nothing more comes for a while. */
async function untilQuiet(socket: Socket, received: () => string): Promise<void> {
  const giveUpAtMs = performance.now() + ANSWER_LIMIT_MS;
  let last = '';
  while (!socket.destroyed && performance.now() < giveUpAtMs) {
    await sleep(150);
    if (received() !== '' && received() === last) return;
    last = received();
  }
  if (!socket.destroyed) throw new Error('neither answered nor closed');
}
