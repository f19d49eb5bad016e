import { expect } from 'chai';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Handler } from '../../../src/soap/contract/descriptors.js';
import { defaultSoapLimits } from '../../../src/soap/contract/limits.js';
import { SoapFault } from '../../../src/soap/contract/soap-fault.js';
import { eventually } from '../../support/eventually.js';
import { validateAnswer } from '../../support/wire/validate-answer.js';
import { envelope, serve, type TestServer } from './fixtures.js';

const SERVICE = 'OXResellerUserService';
/** A user has some 9 KB anyway, for what is not set is said to be nil. */
const LONG_NAME = 'n'.repeat(1_000);

interface Source {
  /** How many items were asked for. */
  asked: number;
  /** Whether the iterator was told that nobody wants more. */
  returned: boolean;
}

/** Items one by one; after `failAfter` of them the source breaks. */
async function* users(
  source: Source,
  count: number,
  failAfter = Infinity,
): AsyncGenerator<{ id: number; name: string }> {
  try {
    for (let id = 1; id <= count; id++) {
      source.asked++;
      await Promise.resolve();
      if (id > failAfter) throw new Error('SELECT * FROM users: lost connection');
      yield { id, name: count > 100 ? LONG_NAME : `<${id}> & co` };
    }
  } finally {
    source.returned = true;
  }
}

describe('answers given piece by piece', () => {
  let server: TestServer;
  let source: Source;
  let answer: () => unknown;
  const listAll: Handler = () => Promise.resolve({ return: answer() });

  before(async () => {
    server = await serve(
      SERVICE,
      { listAll },
      {
        limits: { ...defaultSoapLimits, answerTimeoutMs: 500 },
        toFault: () => new SoapFault('Server', 'Broken'),
      },
    );
  });
  beforeEach(() => {
    source = { asked: 0, returned: false };
    server.records.length = 0;
  });
  after(() => server.stop());

  const post = (): Promise<Response> =>
    fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: envelope('<svc:listAll/>'),
    });

  /** Sends the request and hands out the answer before its body is read. */
  const open = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'text/xml' };
      const request = httpRequest(server.url, { method: 'POST', headers, agent: false }, resolve);
      request.on('error', reject).end(envelope('<svc:listAll/>'));
    });

  const expectRecord = (fields: object): Promise<void> =>
    eventually(() => {
      expect(server.records[0]).to.deep.include(fields);
    });
  const expectReturned = (): Promise<void> =>
    eventually(() => {
      expect(source.returned).to.equal(true);
    });

  for (const count of [0, 1, 3]) {
    it(`are the very bytes of a list when there are ${count} items, with a length`, async () => {
      const items: unknown[] = [];
      for await (const item of users(source, count)) items.push(item);
      answer = () => items;
      const whole = await (await post()).text();
      answer = () => users(source, count);
      const response = await post();
      expect(response.headers.get('transfer-encoding')).to.equal(null);
      const text = await response.text();
      expect(text).to.equal(whole);
      expect(Number(response.headers.get('content-length'))).to.equal(Buffer.byteLength(whole));
      await validateAnswer(server.url, SERVICE, text);
    });
  }

  it('come in order, whole and escaped when they are long', async () => {
    answer = async function* () {
      for await (const { id } of users(source, 1_000)) yield { id, name: `<ü😀&>${id}` };
      yield null;
    };
    const response = await post();
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/xml; charset=UTF-8');
    expect(response.headers.get('transfer-encoding')).to.equal('chunked');
    const text = await response.text();
    const names = Array.from(text.matchAll(/<name>&lt;ü😀&amp;&gt;(\d+)<\/name>/g), (match) => match[1]);
    expect(names).to.deep.equal(Array.from({ length: 1_000 }, (_, index) => String(index + 1)));
    await validateAnswer(server.url, SERVICE, text);
    await expectRecord({ operation: 'listAll', outcome: 'ok' });
    // The connection is good for more.
    answer = () => [];
    expect((await post()).status).to.equal(200);
  });

  it('let the event loop turn between two pieces', async () => {
    let turnsOfLoop = 0;
    let isOver = false;
    const count = (): void => {
      turnsOfLoop += 1;
      if (!isOver) setImmediate(count);
    };
    answer = () => users(source, 1_000);
    setImmediate(count);
    const text = await (await post()).text();
    isOver = true;
    const pieces = text.length / (64 * 1024);
    expect(turnsOfLoop).to.be.greaterThan(pieces);
    await expectRecord({ outcome: 'ok' });
  });

  it('are not read faster than the client takes them, and no further when it goes away', async () => {
    answer = () => users(source, 1_000_000);
    const response = await open();
    await eventually(() => {
      expect(source.asked).to.be.greaterThan(20);
    });
    response.destroy();
    await expectReturned();
    expect(source.asked).to.be.lessThan(20_000);
    await expectRecord({ outcome: 'Client' });
  });

  it('end when the client does not read', async () => {
    answer = () => users(source, 1_000_000);
    const response = await open();
    response.on('error', () => undefined);
    await expectReturned();
    await expectRecord({
      outcome: 'Client',
      faultMessage: 'The client did not take the answer in time.',
    });
    response.destroy();
  });

  for (const failAfter of [0, 1, 9]) {
    it(`become a fault when the source breaks after ${failAfter} items`, async () => {
      answer = () => users(source, 1_000, failAfter);
      const response = await post();
      expect(response.status).to.equal(500);
      const text = await response.text();
      expect(text).to.include('<faultstring>Broken</faultstring>').and.not.include('listAllResponse');
      await validateAnswer(server.url, SERVICE, text);
      await expectRecord({ outcome: 'Server', faultMessage: 'Broken' });
      expect(source.returned).to.equal(true);
    });
  }

  it('become a fault when an item cannot be written', async () => {
    answer = async function* () {
      yield* users(source, 3);
      yield { id: 'four' };
    };
    expect((await post()).status).to.equal(500);
  });

  it('are cut when the source breaks later, so that no client takes them for whole', async () => {
    answer = () => users(source, 1_000, 900);
    const response = await post();
    expect(response.status).to.equal(200);
    const failed = await response.text().then(
      () => false,
      () => true,
    );
    expect(failed).to.equal(true);
    await expectRecord({ outcome: 'Server', faultMessage: 'Broken' });
    answer = () => [];
    expect((await post()).status).to.equal(200);
  });
});
