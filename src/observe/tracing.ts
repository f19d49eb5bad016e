import {
  type Attributes,
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { type AccountServer, type MailServer, MailServerError } from '../mail/mail-server.js';
import type { RequestLine } from './logging.js';

/** Without an SDK, which the operator may register, all of this does nothing. */
const tracer = trace.getTracer('oxbow');

/** Says in the span of the present request how it ended. To be called before the request is over. */
export function describeSpan({
  service,
  operation,
  outcome,
}: Pick<RequestLine, 'service' | 'operation' | 'outcome'>): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() !== true) return;
  span.updateName(`${service}/${operation ?? 'unknown'}`);
  span.setAttributes({ 'rpc.method': operation ?? 'unknown', 'oxbow.outcome': outcome });
  // Refusals are a client's daily life.
  if (/^(Server|StorageException|HTTP 5..)$/.test(outcome)) {
    span.setAttribute('error.type', outcome);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** Runs a request in a span of its own, below the one that its headers name. */
export function inRequestSpan<T>(
  request: IncomingMessage,
  service: string,
  requestId: string,
  run: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(context.active(), request.headers);
  const attributes = {
    'rpc.system': 'oxbow',
    'rpc.service': service,
    'http.request.method': request.method ?? '',
    'oxbow.request_id': requestId,
  };
  const span = tracer.startSpan(service, { kind: SpanKind.SERVER, attributes }, parent);
  if (!isSpanContextValid(span.spanContext())) return run();
  return ending(span, 'failed', () => context.with(trace.setSpan(parent, span), run));
}

/** The span of one step of the store. */
export function inDatabaseSpan<T>(step: string, run: () => Promise<T>): Promise<T> {
  return inClientSpan(`database ${step}`, {}, 'rolled back', run);
}

/** A mail server whose calls have spans. They name the command and how it failed, and nobody's mailbox. */
export function tracedMailServer(server: MailServer): MailServer {
  return {
    applyLimit: (...of) => inMailSpan('applyLimit', () => server.applyLimit(...of)),
    readUsage: (mailbox) => inMailSpan('readUsage', () => server.readUsage(mailbox)),
    recalculate: (mailbox) => inMailSpan('recalculate', () => server.recalculate(mailbox)),
    dropSessions: (mailbox) => inMailSpan('dropSessions', () => server.dropSessions(mailbox)),
    remove: (mailbox) => inMailSpan('remove', () => server.remove(mailbox)),
  };
}

/** Like tracedMailServer, for a server that is told of accounts. */
export function tracedAccountServer(server: AccountServer): AccountServer {
  return {
    ...tracedMailServer(server),
    // Asks nobody anything, so it answers at once.
    factsOf: (account) => server.factsOf(account),
    applyAccount: (...of) => inMailSpan('applyAccount', () => server.applyAccount(...of)),
    applyTenant: (...of) => inMailSpan('applyTenant', () => server.applyTenant(...of)),
  };
}

function inMailSpan<T>(command: keyof AccountServer, run: () => Promise<T>): Promise<T> {
  return inClientSpan(`mail server ${command}`, { 'oxbow.mail_command': command }, 'failed', run);
}

/** Meaning of an exception in a span: a transaction rolls back for every refusal. */
type Failure = 'failed' | 'rolled back';

function inClientSpan<T>(
  name: string,
  attributes: Attributes,
  failure: Failure,
  run: () => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  // Pays for an own context only when a sampler records the span.
  if (!span.isRecording()) return run();
  return ending(span, failure, () => context.with(trace.setSpan(context.active(), span), run));
}

async function ending<T>(span: Span, failure: Failure, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (failure === 'rolled back') span.setAttribute('oxbow.rolled_back', true);
    else span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function errorType(error: unknown): string {
  if (error instanceof MailServerError) return error.failure;
  return error instanceof Error ? error.name : 'unknown';
}
