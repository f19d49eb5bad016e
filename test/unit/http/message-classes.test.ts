import { expect } from 'chai';
import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageClasses } from '../../../src/http/server/server.js';

describe('the classes of requests and responses', () => {
  it('are those of the Express application, so that it has nothing to change in them', async () => {
    const app = express();
    const prototypes = (...objects: object[]): unknown[] =>
      objects.map((each) => Object.getPrototypeOf(each) as unknown);
    let before: unknown[] = [];
    app.get('/a', (request, response) => {
      const isSame = prototypes(request, response).every((each, index) => each === before[index]);
      response.json({ isSame, query: request.query['b'], host: request.hostname });
    });
    const server = createServer(messageClasses(app), (request, response) => {
      before = prototypes(request, response);
      app(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/a?b=1`)).json();
      expect(answer).to.deep.equal({ isSame: true, query: '1', host: '127.0.0.1' });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it("are node's own for anything else", () => {
    expect(messageClasses(() => undefined)).to.deep.equal({});
  });
});
