import { startTestApp } from './support/app.js';
it('x', async () => {
  const app = await startTestApp({ env: { LOG_LEVEL: 'debug' } } as never);
  const r = await fetch(`${app.url}/audit/v1/entries?limit=abc`, { headers: { authorization: 'Basic ' + Buffer.from('oxadminmaster:x').toString('base64') } });
  console.log(r.status, await r.text());
});
