/** Bare node:http: takes the body in and answers the same bytes as Oxbow, as a text. `--port N` */
import { fixedAnswer } from './fixed-answer.js';
import { serve, serveOptions } from './serve.js';

const answer = fixedAnswer();

serve((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'text/xml; charset=UTF-8');
    response.end(answer);
  });
}, serveOptions().port);
