import { expect } from 'chai';
import { createLogger, describeError, logError, logRequest } from '../../../src/observe/logging.js';
import { memoryStream } from '../http/fixtures.js';

function logged(format: 'text' | 'json', level: 'info' | 'debug' = 'info') {
  const { stream, text } = memoryStream();
  return { logger: createLogger({ logFormat: format, logLevel: level }, stream), text };
}

const line = {
  requestId: 'r1',
  service: 'OXResellerUserService',
  operation: 'create',
  principal: 'reseller1',
  contextId: 10,
  outcome: 'ok',
  durationMs: 12.345,
};

describe('logging', () => {
  it('writes one JSON line per request', () => {
    const { logger, text } = logged('json');
    logRequest(logger, line);
    const { time, ...fields } = JSON.parse(text()) as Record<string, unknown>;
    expect(Date.parse(String(time))).to.be.greaterThan(0);
    expect(fields).to.deep.equal({ level: 'info', message: 'request', ...line, durationMs: 12.3 });
  });

  it('writes one text line per request', () => {
    const { logger, text } = logged('text');
    logRequest(logger, { ...line, principal: 'a b="c' });
    expect(text()).to.match(
      /^\S+Z info {2}request requestId=r1 .* principal="a b=\\"c" .* durationMs=12\.3\n$/,
    );
  });

  it('logs nothing of a request but the known fields', () => {
    const { logger, text } = logged('json');
    logRequest(logger, { ...line, ...{ password: 'geheim-7', body: 'geheim-7' } });
    expect(text()).not.to.include('geheim-7').and.not.include('body');
  });

  for (const format of ['text', 'json'] as const) {
    it(`drops whatever is named like a credential, at any depth (${format})`, () => {
      const { logger, text } = logged(format);
      const secrets = {
        Password: 'g7',
        auth: { login: 'x', password: 'g7' },
        creds: 'g7',
        clientSecret: 'g7',
      };
      logger.info('event', { ...secrets, inner: { list: [{ userPassword: 'g7', kept: 'yes' }] } });
      expect(text()).to.include('yes').and.not.include('g7');
    });

    it(`cannot be made to write a second line (${format})`, () => {
      const { logger, text } = logged(format);
      logRequest(logger, { ...line, principal: 'x\r\n2026 info forged\u2028\u0085\u001b[31m\u202e\0' });
      logger.warn('a\nb', { 'k\ney': 1 });
      expect(
        text()
          .trimEnd()
          .split(/[\r\n\u2028\u0085]/),
      ).to.have.length(2);
      expect(text()).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    });
  }

  it('cuts what is too long', () => {
    const { logger, text } = logged('json');
    logger.info('event', { value: 'x'.repeat(100_000) });
    expect(text().length).to.be.lessThan(2_000);
  });

  it('names an unexpected error without paths, SQL and passwords', () => {
    expect(describeError(new TypeError('cannot read /srv/oxbow/dist/store/x.js: no'))).to.equal(
      'TypeError: cannot read x.js: no',
    );
    expect(describeError(new Error('mysql://ox:g7@db/x is down'))).to.not.include('g7');
    expect(describeError(new Error("insert into `users` values ('g7') - boom"))).to.equal('database error');
    const duplicate = Object.assign(new Error("Duplicate entry 'g7'"), {
      code: 'ER_DUP_ENTRY',
      sql: 'insert',
    });
    expect(describeError(duplicate)).to.equal('database error ER_DUP_ENTRY');
    expect(describeError('text')).to.equal('thrown: string');
  });

  it('keeps stacks out of the log, and shows our own frames at debug level', () => {
    const quiet = logged('json');
    logError(quiet.logger, 'unexpected error', new Error('boom'), 'e1');
    expect(JSON.parse(quiet.text())).to.include({ level: 'error', errorId: 'e1', error: 'Error: boom' });
    expect(quiet.text()).not.to.include('logging.test');

    const chatty = logged('json', 'debug');
    logError(chatty.logger, 'unexpected error', new Error('boom'), 'e1');
    expect(chatty.text())
      .to.match(/"frames":"Context\.<anonymous> test\/unit\/observe\/logging\.test\.ts:\d+:\d+/)
      .and.not.include(process.cwd());
  });
});
