import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { healthRouter } from '../../../src/http/server/health.js';
import { smallApp } from './fixtures.js';

const { app } = smallApp();

describe('the HTTP app', () => {
  for (const path of ['/webservices/OXTestService', '/servlet/axis2/services/OXTestService']) {
    it(`hands POST ${path} to the SOAP endpoint, with and without ?wsdl`, async () => {
      for (const query of ['', '?wsdl', '?WSDL=1']) {
        const answer = await request(app)
          .post(path + query)
          .set('x-request-id', 'abc')
          .send('<x/>');
        expect(answer.status).to.equal(200);
        expect(answer.text).to.equal('<ok service="OXTestService" id="abc"/>');
      }
    });
  }

  it('serves the WSDL for ?wsdl in any case of letters', async () => {
    for (const query of ['?wsdl', '?WSDL', '?Wsdl=', '?WSDL=1', '?singleWsdl', '?a=b&wsdl']) {
      const answer = await request(app).get(`/webservices/OXTestService${query}`);
      expect(answer.status, query).to.equal(200);
      expect(answer.headers['content-type']).to.equal('text/xml; charset=UTF-8');
      expect(answer.text).to.match(/^<definitions>/);
    }
  });

  it('answers HEAD like GET, without the body', async () => {
    const answer = await request(app).head('/webservices/OXTestService?wsdl');
    expect(answer.status).to.equal(200);
    expect(Number(answer.headers['content-length'])).to.be.greaterThan(10);
    expect(answer.text ?? '').to.equal('');
  });

  it('leaves a GET of programs, and every other method, to the endpoint', async () => {
    for (const method of ['get', 'put', 'delete', 'options', 'patch'] as const) {
      const answer = await request(app)[method]('/webservices/OXTestService');
      expect(answer.text, method).to.match(/^<ok service="OXTestService"/);
    }
    expect((await request(app).put('/webservices/OXTestService?wsdl')).text).to.match(/^<ok/);
  });

  it('serves paths below a service, and path parameters', async () => {
    for (const path of ['OXTestService/anything', 'OXTestService/a/b/', 'OXTestService;jsessionid=1'])
      expect((await request(app).post(`/webservices/${path}`)).text, path).to.match(
        /service="OXTestService"/,
      );
    expect((await request(app).get('/webservices/OXTestService/a?wsdl')).text).to.match(/^<definitions>/);
  });

  it('refuses other methods on the list of services with 405 and Allow', async () => {
    const index = await request(app).post('/webservices/');
    expect(index.status).to.equal(405);
    expect(index.headers['allow']).to.equal('GET, HEAD');
  });

  it('knows no other services and paths', async () => {
    for (const path of [
      '/webservices/Other?wsdl',
      '/webservices/__proto__?wsdl',
      '/nothing',
      '/webservices/a/b',
    ]) {
      const answer = await request(app).get(path);
      expect(answer.status).to.equal(404);
      if (path === '/nothing') expect(answer.headers['content-type']).to.match(/^text\/plain/);
      else expect(answer.text).to.equal('<html><body>No service was found.</body></html>');
    }
    expect((await request(app).post('/webservices/Other').send('<x/>')).status).to.equal(404);
  });

  it('tells nothing about what it is made of', async () => {
    const answer = await request(app).get('/webservices/%E0%A4%A');
    expect(answer.status).to.equal(400);
    expect(answer.headers).not.to.have.property('x-powered-by');
    expect(answer.text).not.to.match(/node_modules|URIError|at /);
  });

  it('answers an unexpected error with an id that is also in the log, and nothing else', async () => {
    const failing = smallApp({
      soapEndpoint: () => Promise.reject(new Error('select secret from /home/x/y.ts')),
    });
    const answer = await request(failing.app).post('/webservices/OXTestService').send('<x/>');
    expect(answer.status).to.equal(500);
    const id = /id ([0-9a-f-]{36})/.exec(answer.text)?.[1];
    expect(failing.log()).to.include(id);
    expect(answer.text + failing.log()).not.to.match(/select secret|\/home/);
  });

  it('gives every request an id, the caller’s if it is a sane one', async () => {
    const idFor = async (given: string) =>
      (await request(app).get('/health/live').set('x-request-id', given)).headers['x-request-id'];
    expect(await idFor('Abc-1_2.3')).to.equal('Abc-1_2.3');
    for (const bad of ['a b', 'a<b>', 'x'.repeat(65)]) expect(await idFor(bad)).to.match(/^[0-9a-f-]{36}$/);
  });
});

describe('the index', () => {
  for (const path of ['/', '/webservices', '/webservices/', '/servlet/axis2/services/']) {
    it(`lists services at ${path} with links that work`, async () => {
      const answer = await request(app).get(path);
      expect(answer.status).to.equal(200);
      const link = /href="([^"]*\?wsdl)"/.exec(answer.text)?.[1] ?? '';
      const target = new URL(link, `http://host${path}`);
      expect((await request(app).get(target.pathname + target.search)).text).to.match(/^<definitions>/);
    });
  }

  it('escapes names and loads nothing', async () => {
    const answer = await request(app).get('/webservices/');
    expect(answer.text).to.include('move&lt;b&gt;').and.include('test?a&amp;b').and.include('2 operations');
    expect(answer.text).not.to.match(/<script|<link|<img|\sstyle=|\son\w+=/i);
    expect(answer.headers['content-security-policy']).to.match(/^default-src 'none'; style-src 'sha256-/);
  });

  it('is JSON for who asks for it', async () => {
    const answer = await request(app)
      .get('/webservices/')
      .set('Accept', 'application/json')
      .set('Host', 'h:9');
    expect(answer.body).to.deep.equal({
      services: [
        {
          name: 'OXTestService',
          namespace: 'http://example.org/test?a&b',
          url: 'http://h:9/webservices/OXTestService',
          wsdl: 'http://h:9/webservices/OXTestService?wsdl',
          operations: [{ name: 'create' }, { name: 'move<b>' }],
        },
      ],
    });
  });
});

describe('health', () => {
  it('is live whatever else is', async () => {
    const { app: ill } = smallApp({ isReady: () => Promise.reject(new Error('no database')) });
    expect((await request(ill).get('/health/live')).status).to.equal(200);
  });

  it('is ready when the check says so, else 503', async () => {
    expect((await request(app).get('/health/ready')).status).to.equal(200);
    for (const isReady of [() => Promise.resolve(false), () => Promise.reject(new Error('geheim'))]) {
      const answer = await request(smallApp({ isReady }).app).get('/health/ready');
      expect(answer.status).to.equal(503);
      expect(answer.body).to.deep.equal({ status: 'not ready' });
    }
  });

  it('does not wait for ever for the check', async () => {
    const hanging = express().use(healthRouter(() => new Promise(() => undefined), 20));
    expect((await request(hanging).get('/ready')).status).to.equal(503);
  });
});
