import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { StalwartRestMailServer } from '../../../src/mail/stalwart-rest-mail-server.js';
import { tracedAccountServer } from '../../../src/observe/tracing.js';
import { AuditClient } from '../../support/audit.js';
import { eventually } from '../../support/eventually.js';
import { envelope, operationXml } from '../../support/wire/raw-soap.js';
import { startFakeDoveadm, type FakeDoveadm } from '../../unit/mail/doveadm-fake.js';
import { World } from '../fixtures.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;

describe('wire: traces, with an SDK that the operator registers', function () {
  this.timeout(120_000);
  const exporter = new InMemorySpanExporter();
  let world: World;
  before(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    // As the SDK's own does.
    propagation.setGlobalPropagator({
      fields: () => ['traceparent'],
      inject: () => undefined,
      extract: (into, carrier, getter) => {
        const value = getter.get(carrier, 'traceparent');
        const match = /^00-(\w{32})-(\w{16})-01$/.exec(typeof value === 'string' ? value : '');
        const [, id = '', spanId = ''] = match ?? [];
        if (match === null) return into;
        return trace.setSpanContext(into, { traceId: id, spanId, traceFlags: 1, isRemote: true });
      },
    });
    world = await World.start();
  });
  after(async () => {
    await world?.stop();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  async function spansOf(run: () => Promise<unknown>): Promise<ReadableSpan[]> {
    exporter.reset();
    await run();
    // The span of a call ends after its answer, and after those below it.
    await eventually(() =>
      expect(exporter.getFinishedSpans().map(({ kind }) => kind)).to.include(SpanKind.SERVER),
    );
    return exporter.getFinishedSpans();
  }

  it('a SOAP call is a span of the caller’s trace, and its work on the database spans below', async () => {
    const id = await world.newUser('traced');
    const usrdata = { id, given_name: 'Anna' };
    const xml = operationXml('OXResellerUserService', 'change', { ctx: world.ctx, usrdata }, world.reseller);
    const headers = { traceparent, 'x-request-id': 'a-traced-call' };
    const spans = await spansOf(() => world.soap.post('OXResellerUserService', envelope(xml), headers));
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.name).to.equal('OXResellerUserService/change');
    expect(server?.spanContext().traceId).to.equal(traceId);
    expect(server?.parentSpanContext?.spanId).to.equal(parentId);
    expect(server?.attributes).to.deep.equal({
      'rpc.system': 'oxbow',
      'rpc.service': 'OXResellerUserService',
      'rpc.method': 'change',
      'http.request.method': 'POST',
      'oxbow.request_id': 'a-traced-call',
      'oxbow.outcome': 'ok',
    });
    const below = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(below.map(({ name }) => name)).to.deep.equal(['database authorize', 'database transaction']);
    for (const span of below) expect(span.parentSpanContext?.spanId).to.equal(server?.spanContext().spanId);
  });

  it('a refused call says so, and is no error', async () => {
    const [server] = (
      await spansOf(() => world.users('getData', { ctx: world.ctx, user: { id: 999 } }))
    ).filter(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.attributes['oxbow.outcome']).to.equal('NoSuchUserException');
    expect(server?.status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('a REST call is a span, too', async () => {
    const audit = new AuditClient(world.url);
    const path = `/oxaas/v1/admin/contexts/${world.contextId}/users/99/spamlevel`;
    const headers = { authorization: audit.basic(world.contextAdmin), traceparent };
    const spans = await spansOf(() => fetch(`${world.url}${path}`, { headers }));
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.spanContext().traceId).to.equal(traceId);
    expect(server?.attributes).to.include({ 'rpc.service': 'oxaas/v1', 'oxbow.outcome': 'HTTP 404' });
  });

  it('no span holds a secret', async () => {
    const spans = await spansOf(() => world.newUser('secretive', { password: 'Zsecret-of-a-user' }));
    const told = JSON.stringify(spans.map(({ name, attributes, events }) => ({ name, attributes, events })));
    expect(told)
      .not.to.include('Zsecret')
      .and.not.to.include(world.reseller.password + '"');
  });

  describe('of calls of the mail server', () => {
    let dovecot: FakeDoveadm;
    let mailWorld: World;
    let userId: number;
    before(async () => {
      dovecot = await startFakeDoveadm({});
      mailWorld = await World.start({
        MAIL_SERVER: 'dovecot',
        DOVEADM_URL: dovecot.url,
        DOVEADM_API_KEY: dovecot.apiKey,
      });
      userId = await mailWorld.newUser('mailed');
    });
    after(async () => {
      await mailWorld?.stop();
      await dovecot?.stop();
    });
    const passwordSpans = (password: string) => spansOf(() => mailWorld.changed(userId, { password }));
    const mailSpan = (spans: readonly ReadableSpan[]) =>
      spans.find(({ name }) => name === 'mail server dropSessions');

    it('they say the command, below the call that made it needed', async () => {
      const spans = await passwordSpans('Another-secret-1');
      const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
      const span = mailSpan(spans);
      expect(span?.kind).to.equal(SpanKind.CLIENT);
      expect(span?.parentSpanContext?.spanId).to.equal(server?.spanContext().spanId);
      expect(span?.attributes).to.deep.equal({ 'oxbow.mail_command': 'dropSessions' });
      expect(span?.status.code).to.equal(SpanStatusCode.UNSET);
      expect(dovecot.commands.at(-1)).to.deep.equal(['kick', { mask: ['mailed@example.org'] }]);
    });

    it('what asks nobody anything has none, and answers at once', () => {
      const options = { url: 'http://127.0.0.1:1', authorization: '', pushesCredentials: true };
      const traced = tracedAccountServer(new StalwartRestMailServer(options));
      const rights = { mayLogin: true, maySend: true, mayReceive: true, tenantLimitBytes: null };
      const rest = {
        mailbox: 'a@b.test',
        contextId: 1,
        passwordHash: '',
        aliases: [],
        objectQuotas: new Map(),
      };
      exporter.reset();
      expect(traced.factsOf({ ...rights, ...rest, limitBytes: 7 })).to.include({ limitBytes: 7 });
      expect(exporter.getFinishedSpans()).to.deep.equal([]);
    });

    it('failures are errors, and say of which kind; the call itself is none', async () => {
      dovecot.answer = { status: 500, body: '' };
      const spans = await passwordSpans('Another-secret-2');
      dovecot.answer = null;
      const span = mailSpan(spans);
      expect(span?.status).to.deep.equal({ code: SpanStatusCode.ERROR });
      expect(span?.attributes['error.type']).to.equal('unreachable');
      const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
      expect(server?.status.code).to.equal(SpanStatusCode.UNSET);
      const told = JSON.stringify(
        spans.map(({ name, attributes, events }) => ({ name, attributes, events })),
      );
      for (const secret of ['Another-secret', 'mailed@', dovecot.apiKey]) expect(told).not.to.include(secret);
    });
  });
});
