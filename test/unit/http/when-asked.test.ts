import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { whenAsked } from '../../../src/http/server/when-asked.js';

describe('whenAsked', () => {
  it('loads at the first request, once, however many come meanwhile', async () => {
    let loads = 0;
    const app = express().use(
      '/there',
      whenAsked(async () => {
        loads += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return express.Router().get('/it', (_request, response) => void response.send('here'));
      }),
    );
    expect((await request(app).get('/elsewhere')).status).to.equal(404);
    expect(loads).to.equal(0);
    const answers = await Promise.all([1, 2, 3].map(() => request(app).get('/there/it')));
    expect(answers.map(({ text }) => text)).to.deep.equal(['here', 'here', 'here']);
    expect((await request(app).get('/there/it')).text).to.equal('here');
    expect(loads).to.equal(1);
  });

  it('hands on what it does not know, and the body unread', async () => {
    const app = express()
      .use(whenAsked(() => Promise.resolve(express.Router())))
      .post('/it', express.text(), (incoming, response) => void response.send(`${incoming.body}`));
    const answer = await request(app).post('/it').type('text').send('a body');
    expect(answer.text).to.equal('a body');
  });

  it('tries again after it could not be loaded', async () => {
    let loads = 0;
    const app = express()
      .use(
        whenAsked(() => {
          loads += 1;
          if (loads === 1) return Promise.reject(new Error('too many open files'));
          return Promise.resolve((_request, response) => void response.send('here'));
        }),
      )
      .use(((_error, _request, response, _next) => {
        response.status(500).end();
      }) satisfies express.ErrorRequestHandler);
    expect((await request(app).get('/')).status).to.equal(500);
    expect((await request(app).get('/')).text).to.equal('here');
  });
});
