import { expect } from 'chai';
import request from 'supertest';
import { smallApp } from './fixtures.js';

describe('security headers', () => {
  const { app } = smallApp();
  const gets = ['/', '/webservices/', '/webservices/OXTestService?wsdl', '/health/live', '/nothing', '/%zz'];
  const answers: [string, () => request.Test][] = [
    ...gets.map((path): [string, () => request.Test] => [`GET ${path}`, () => request(app).get(path)]),
    ['POST', () => request(app).post('/webservices/OXTestService').send('<x/>')],
    ['PUT', () => request(app).put('/webservices/OXTestService')],
  ];
  for (const [what, send] of answers) {
    it(`are on ${what}`, async () => {
      const { headers } = await send();
      expect(headers).to.include({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy']).to.match(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers['cache-control']).to.match(/^no-(store|cache)$/);
      expect(headers).not.to.have.property('x-powered-by');
      expect(headers, 'plain HTTP cannot ask for HTTPS').not.to.have.property('strict-transport-security');
    });
  }

  it('let the index have its own style and nothing else', async () => {
    const { headers } = await request(app).get('/').set('accept', 'text/html');
    expect(headers['content-security-policy']).to.match(/^default-src 'none'; style-src 'sha256-/);
  });
});
