import { expect } from 'chai';
import express from 'express';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { pagePieces } from '../../../src/http/rest/engine/page-pieces.js';
import { restRoutes } from '../../../src/http/rest/engine/rest-routes.js';
import { pageOf } from '../../../src/http/rest/engine/rest-schemas.js';
import { eventually } from '../../support/eventually.js';

const item = z.strictObject({ id: z.int(), text: z.string() });
const authorization = `Basic ${Buffer.from('a:b').toString('base64')}`;

describe('a page of REST that is sent while it is read', () => {
  let server: Server;
  let url: string;
  let count: number;
  let limit: number;
  let failAfter: number;
  let asked: number;
  let isReturned: boolean;

  async function* found(): AsyncGenerator<number> {
    try {
      for (let id = 1; id <= count; id += 1) {
        asked = id;
        await Promise.resolve();
        if (id > failAfter) throw new Error('SELECT: lost connection');
        yield id;
      }
    } finally {
      isReturned = true;
    }
  }

  before(async () => {
    const options = {
      service: 'test/v1',
      toProblem: () => ({ status: 500, detail: 'Broken' }),
      observe: () => undefined,
      declare: () => undefined,
    };
    const routes = restRoutes(options, (route) => {
      route(
        'get',
        '/list',
        { id: 'l', tag: 't', summary: 's', answers: { 200: pageOf(item) }, problems: [500] },
        () =>
          Promise.resolve(
            pagePieces(found(), { offset: 5, limit }, (id) => ({ id, text: `"ü😀${'x'.repeat(1_000)}` })),
          ),
      );
    });
    server = createServer(express().use(routes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`;
  });
  beforeEach(() => {
    [count, limit, failAfter, asked, isReturned] = [0, 10_000, Infinity, 0, false];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const get = (): Promise<Response> => fetch(url, { headers: { authorization } });
  const open = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request(url, { headers: { authorization }, agent: false }, resolve).on('error', reject).end();
    });

  for (const [length, next] of [
    [0, null],
    [3, null],
    [4, null],
    [5, 9],
  ] as const)
    it(`is one answer with its length where there is little: ${length} of 4`, async () => {
      [count, limit] = [length, 4];
      const response = await get();
      expect(Number(response.headers.get('content-length'))).to.be.greaterThan(0);
      const { items, nextOffset } = (await response.json()) as z.output<ReturnType<typeof pageOf>>;
      expect((items as { id: number }[]).map(({ id }) => id)).to.deep.equal([1, 2, 3, 4].slice(0, length));
      expect(nextOffset).to.equal(next);
    });

  it('is whole where there is much, and lets the event loop turn meanwhile', async () => {
    count = 2_000;
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    const response = await get();
    const text = await response.text();
    isOver = true;
    expect(response.headers.get('transfer-encoding')).to.equal('chunked');
    expect(response.headers.get('content-type')).to.equal('application/json; charset=utf-8');
    const { items } = JSON.parse(text) as { items: { id: number; text: string }[] };
    expect(items.map(({ id }) => id)).to.deep.equal(Array.from({ length: 2_000 }, (_, index) => index + 1));
    expect(turns).to.be.greaterThan(text.length / (64 * 1024));
  });

  it('is read no faster than the client takes it, and no further when it goes away', async () => {
    [count, limit] = [1_000_000, 1_000_000];
    const response = await open();
    await eventually(() => expect(asked).to.be.greaterThan(20));
    response.destroy();
    await eventually(() => expect(isReturned).to.equal(true));
    expect(asked).to.be.lessThan(50_000);
  });

  it('is a problem when the source breaks early, and cut when it breaks late', async () => {
    [count, failAfter] = [1_000, 3];
    expect((await get()).status).to.equal(500);
    failAfter = 900;
    const response = await get();
    expect(response.status).to.equal(200);
    const isWhole = await response.text().then(
      () => true,
      () => false,
    );
    expect(isWhole).to.equal(false);
  });
});
