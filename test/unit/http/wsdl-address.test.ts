import { expect } from 'chai';
import { once } from 'node:events';
import { connect } from 'node:net';
import request from 'supertest';
import type { HttpAppOptions } from '../../../src/http/create-http-app.js';
import { startServer } from '../../../src/http/server/server.js';
import { smallApp } from './fixtures.js';

type Headers = Readonly<Record<string, string>>;

async function address(
  headers: Headers,
  options: Partial<HttpAppOptions> = {},
  path = '/webservices/OXTestService?wsdl',
) {
  const answer = await request(smallApp(options).app).get(path).set(headers);
  expect(answer.status).to.equal(200);
  return /location="([^"]*)"/.exec(answer.text)?.[1];
}

describe('the address in the WSDL', () => {
  it('repeats the host of the request', async () => {
    expect(await address({ Host: 'ox.example.org:9009' })).to.equal(
      'http://ox.example.org:9009/webservices/OXTestService',
    );
    expect(await address({ Host: '[::1]:9009' })).to.equal('http://[::1]:9009/webservices/OXTestService');
  });

  it('keeps to the path by which it was asked', async () => {
    const path = '/servlet/axis2/services/OXTestService?wsdl';
    expect(await address({ Host: 'a' }, {}, path)).to.equal('http://a/servlet/axis2/services/OXTestService');
  });

  it('never writes a default port', async () => {
    for (const host of ['a:80', 'a:443', 'a']) {
      expect(await address({ Host: host })).to.equal('http://a/webservices/OXTestService');
    }
  });

  it('ignores forwarded headers from anybody who is no trusted proxy', async () => {
    const forged = {
      Host: 'a',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'evil',
      'X-Forwarded-Port': '1',
    };
    expect(await address(forged)).to.equal('http://a/webservices/OXTestService');
    expect(await address(forged, { trustProxy: ['192.0.2.1'] })).to.equal(
      'http://a/webservices/OXTestService',
    );
  });

  it('believes a trusted proxy', async () => {
    const trustProxy = 'loopback';
    const https = { Host: 'inner:9009', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'ox.example.org' };
    expect(await address(https, { trustProxy })).to.equal('https://ox.example.org/webservices/OXTestService');
    expect(await address({ ...https, 'X-Forwarded-Port': '8443' }, { trustProxy })).to.equal(
      'https://ox.example.org:8443/webservices/OXTestService',
    );
    expect(await address({ ...https, 'X-Forwarded-Port': '443' }, { trustProxy })).to.equal(
      'https://ox.example.org/webservices/OXTestService',
    );
    expect(await address({ ...https, 'X-Forwarded-Proto': 'javascript' }, { trustProxy })).to.match(/^http:/);
  });

  it('lets PUBLIC_URL win, path included', async () => {
    const headers = { Host: 'a', 'X-Forwarded-Host': 'b' };
    expect(await address(headers, { publicUrl: 'https://ox.example.org/base', trustProxy: true })).to.equal(
      'https://ox.example.org/base/webservices/OXTestService',
    );
  });

  it('escapes what could break the document', async () => {
    expect(await address({}, { publicUrl: "https://h/a&b'" })).to.equal(
      'https://h/a&amp;b&#39;/webservices/OXTestService',
    );
    expect(await address({}, { publicUrl: 'https://h/$&$1' })).to.include('/$&amp;$1/');
  });

  it('falls back to the address of the socket when the host makes no sense', async () => {
    for (const host of ['a"><x', 'a b', 'a/b', 'user@a', 'a:0', 'a:99999', '[::1', '-a', 'a'.repeat(300)]) {
      expect(await address({ Host: host })).to.match(
        /^http:\/\/127\.0\.0\.1:\d+\/webservices\/OXTestService$/,
      );
    }
  });

  it('answers HTTP/1.0 without a Host header', async () => {
    const server = await startServer(smallApp().app, { host: '127.0.0.1', port: 0 });
    try {
      const socket = connect(server.port, '127.0.0.1');
      socket.write('GET /webservices/OXTestService?wsdl HTTP/1.0\r\n\r\n');
      const chunks: string[] = [];
      socket.on('data', (chunk) => chunks.push(chunk.toString()));
      await once(socket, 'close');
      expect(chunks.join('')).to.include(`location="${server.url}/webservices/OXTestService"`);
    } finally {
      await server.stop();
    }
  });
});
