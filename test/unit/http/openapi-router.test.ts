import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import type { DeclaredOperation } from '../../../src/http/rest/engine/rest-operation.js';
import { openApiRouter } from '../../../src/http/rest/openapi/openapi-router.js';

const operation: DeclaredOperation = {
  id: 'getThing',
  tag: 'Things',
  summary: 'A thing',
  method: 'get',
  path: '/things/v1/thing',
  security: ['basic'],
  answers: { 204: null },
};

describe('the page of the OpenAPI document', () => {
  const appAt = (publicUrl: string | null) => express().use(openApiRouter([operation], publicUrl));
  const curlIn = async (app: express.Express, host: string): Promise<string | undefined> => {
    const { text } = await request(app).get('/openapi/').set('Host', host);
    expect(text).not.to.include('address.invalid');
    return /<code id="curl-getThing">([^<]*)</.exec(text)?.[1];
  };
  const curlOf = (address: string) =>
    `curl -u &quot;$LOGIN:$PASSWORD&quot; &#39;${address}/things/v1/thing&#39;`;

  it('is made once, and names the host of each request', async () => {
    const app = appAt(null);
    for (const host of ['one.example:9009', 'two.example', 'one.example:9009'])
      expect(await curlIn(app, host)).to.equal(curlOf(`http://${host}`));
  });

  it('names PUBLIC_URL, whatever is in it', async () => {
    const app = appAt("https://ox.example.org/a'b&$&");
    expect(await curlIn(app, 'other')).to.equal(curlOf('https://ox.example.org/a%27b&amp;$&amp;'));
  });
});
