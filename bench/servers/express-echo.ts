/**
 * Express answering the same bytes as Oxbow. Bare, it takes the body in unseen; `--text` reads it with express.text();
 * `--no-etag` leaves out the ETag that Express computes for every answer unless told not to. `--port N [--text] [--no-etag]`
 */
import express from 'express';
import { fixedAnswer } from './fixed-answer.js';
import { serve, serveOptions } from './serve.js';

const { port, flags } = serveOptions(['text', 'no-etag']);
const answer = fixedAnswer();
const path = '/webservices/OXResellerUserService';
const app = express();
if (flags.has('no-etag')) app.disable('etag');
if (flags.has('text')) {
  app.post(path, express.text({ type: 'text/xml' }), (request, response) => {
    if (typeof request.body !== 'string') throw new Error('no text');
    response.type('text/xml').send(answer);
  });
} else {
  app.post(path, (request, response) => {
    request.resume().on('end', () => response.type('text/xml').send(answer));
  });
}
serve(app, port);
