import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationDescriptor, SoapService } from './contract/descriptors.js';
import type { SoapLimits } from './contract/limits.js';
import { noOperation, SoapFault } from './contract/soap-fault.js';
import { decodeText, UnknownCharset } from './decode/decode-text.js';
import { LONG_DOCUMENT_CHARS } from './decode/parse-envelope.js';
import { readBody } from './decode/read-body.js';
import { readRootPart } from './decode/read-multipart.js';
import type { UnknownElementFault } from './decode/unmarshalling-faults.js';
import { answerCharset, utf8Answer } from './encode/answer-charset.js';
import { sendAnswer, sendPieces } from './encode/send-answer.js';
import {
  type Answer,
  type CallRecord,
  CutConnection,
  type Exchange,
  type Interceptor,
  tapped,
} from './interceptor.js';
import { type ServiceCodec, serviceCodec } from './service-codec.js';

export interface SoapEndpointOptions {
  readonly limits: SoapLimits;
  /** Ignore unknown elements instead of refusing them. */
  readonly lenientRequests: boolean;
  readonly unknownElementFault?: UnknownElementFault;
  /** Finds in a decoded request who is asking and about which context, for the log only. */
  readonly readCaller: (message: unknown) => Pick<CallRecord, 'login' | 'contextId'>;
  /** Told of a decoded request, and of the HTTP request that brought it, before the handler is. */
  readonly noteSender?: (message: unknown, request: IncomingMessage) => void;
  /** Runs a handler in its own context, so that its actions are told apart from other calls'. */
  readonly within?: (
    call: CallRecord,
    request: IncomingMessage,
    run: () => Promise<unknown>,
  ) => Promise<unknown>;
  /** Request slots, entered before the body is decoded and left at the end. `enter` may throw. */
  readonly slots?: { enter(response: ServerResponse): Promise<void> | undefined; leave(): void };
  /** Makes the fault for whatever a handler threw. What it answers goes to the client. */
  readonly toFault: (
    error: unknown,
    call: { requestId: string; service: string; operation: string | null },
  ) => SoapFault;
  /**
   * Answers a call with the header `Idempotency-Key`, executing `answer` at most once per key. The result
   * tells whether it is an earlier answer; null for operations without keys.
   */
  readonly answerOnce?: (
    call: { key: string; service: string; operation: string; message: unknown; xml: string },
    answer: () => Promise<string>,
  ) => Promise<{ envelope: string; isReplayed: boolean }> | null;
  /** Of test systems only. */
  readonly interceptor?: Interceptor | undefined;
  /** Called once per request, after the answer was handed to the socket. */
  readonly observe: (record: CallRecord) => void;
}

/** Serves one request of a service. Never rejects: whatever happens becomes an answer. */
export type SoapEndpoint = (
  request: IncomingMessage,
  response: ServerResponse,
  service: SoapService,
  requestId: string,
) => Promise<void>;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Call = Mutable<CallRecord>;

/**
 * Path of a SOAP request. As in the original, the element in the Body chooses the operation and SOAPAction is
 * ignored.
 * Source: docs/contract/wire.md#1.
 */
export function createSoapEndpoint(options: SoapEndpointOptions): SoapEndpoint {
  const { limits, lenientRequests, unknownElementFault, interceptor } = options;

  return async (request, response, service, requestId) => {
    const startedMs = performance.now();
    const call = newCall(requestId, service.contract.name);
    const exchange: Mutable<Exchange> = {
      requestXml: null,
      message: undefined,
      answerXml: null,
      httpStatus: 0,
    };
    let charset = utf8Answer;
    const send = (status: number, envelope: string): void => {
      Object.assign(exchange, { answerXml: envelope, httpStatus: status });
      sendAnswer(request, response, status, envelope, charset);
    };
    let hasSlot = false;
    try {
      const codec = serviceCodec(service.contract);
      try {
        requirePost(request);
        const body = await readBody(request, limits);
        call.requestBytes = body.receivedBytes;
        await options.slots?.enter(response);
        hasSlot = true;
        const root = await readRootPart(body.bytes, request.headers['content-type']);
        const { text: xml, charset: sentIn } = decodeText(root.bytes, root.contentType);
        charset = answerCharset(sentIn);
        exchange.requestXml = xml;
        const reading = {
          limits,
          lenientRequests,
          unknownElementFault,
          attachments: root.attachments,
          onOperation: ({ name }: OperationDescriptor) => (call.operation = name),
        };
        const { operation, message } =
          xml.length > LONG_DOCUMENT_CHARS
            ? await codec.decodeLongRequest(xml, reading)
            : codec.decodeRequest(xml, reading);
        Object.assign(call, options.readCaller(message));
        exchange.message = message;
        options.noteSender?.(message, request);
        const carryOut = () =>
          carryOutCall(options, codec, { call, service, operation, message, xml, request, requestId });
        const answer = await (interceptor
          ? interceptor.around({ ...call, operation: operation.name, message }, carryOut)
          : carryOut());
        if ('pieces' in answer) {
          exchange.httpStatus = 200;
          const pieces = interceptor
            ? tapped(answer.pieces, (text) => (exchange.answerXml = text))
            : answer.pieces;
          await sendPieces(request, response, pieces, limits.answerTimeoutMs, charset);
        } else {
          if (answer.isReplayed) response.setHeader('Idempotent-Replayed', 'true');
          send(200, answer.envelope);
        }
      } catch (error) {
        if (error instanceof CutConnection) throw error;
        const fault = faultOf(error, call, options);
        call.outcome = fault.exceptionName ?? fault.faultCode;
        call.faultMessage = fault.message;
        const operation = service.contract.operations.get(call.operation ?? '');
        // An answer that ends in the middle must not look whole.
        if (response.headersSent) response.destroy();
        else if (error instanceof UnknownCharset) {
          exchange.httpStatus = 500;
          sendUnknownCharsetPage(response);
        } else send(fault.httpStatus, encodeFault(codec, fault, operation));
      }
    } catch (error) {
      // But for a cut nothing above should get here; if it does, the connection must not be left hanging.
      call.outcome = 'Server';
      if (error instanceof CutConnection) request.socket.resetAndDestroy();
      else response.destroy();
    }
    if (hasSlot) options.slots?.leave();
    call.durationMs = performance.now() - startedMs;
    observeSafely(options, call, exchange);
  };
}

interface DecodedRequest {
  readonly call: CallRecord;
  readonly service: SoapService;
  readonly operation: OperationDescriptor;
  readonly message: unknown;
  readonly xml: string;
  readonly request: IncomingMessage;
  readonly requestId: string;
}

/** Asks the handler, once for all requests of one idempotency key. */
async function carryOutCall(
  options: SoapEndpointOptions,
  codec: ServiceCodec,
  { call, service, operation, message, xml, request, requestId }: DecodedRequest,
): Promise<Answer> {
  const handle = () => handlerOf(service, operation.name)(message as never, { requestId });
  const result = () => options.within?.(call, request, handle) ?? handle();
  const key = request.headers['idempotency-key'];
  const keyed = { service: service.contract.name, operation: operation.name, message, xml };
  const once =
    typeof key === 'string'
      ? options.answerOnce?.({ ...keyed, key }, async () => codec.encodeResponse(operation, await result()))
      : null;
  if (once) return once;
  const answer = await result();
  const pieces = codec.encodeResponsePieces(operation, answer);
  return pieces === null
    ? { envelope: codec.encodeResponse(operation, answer), isReplayed: false }
    : { pieces };
}

function newCall(requestId: string, service: string): Call {
  return {
    requestId,
    service,
    operation: null,
    login: null,
    contextId: null,
    outcome: 'ok',
    faultMessage: null,
    durationMs: 0,
    requestBytes: 0,
  };
}

/** Source: docs/contract/wire.md#1. */
function requirePost({ method }: IncomingMessage): void {
  if (method === 'GET') throw noOperation();
  if (method !== 'POST') throw new SoapFault('Server', 'HTTP verb was not GET or POST', undefined, 405);
}

/** Page in place of a fault, as in the original. Source: docs/contract/wire.md#1. */
function sendUnknownCharsetPage(response: ServerResponse): void {
  response.statusCode = 500;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end('<html><body>The charset of the request is not supported; use UTF-8.</body></html>');
}

function handlerOf(service: SoapService, operation: string): SoapService['handlers'][string] {
  const handler = Object.hasOwn(service.handlers, operation) ? service.handlers[operation] : undefined;
  if (handler === undefined) throw new SoapFault('Server', `Operation ${operation} is not supported.`);
  return handler;
}

/** The engine's own faults stand as they are; everything else is the application's to explain. */
function faultOf(error: unknown, call: Call, options: SoapEndpointOptions): SoapFault {
  if (error instanceof SoapFault) return error;
  if (error instanceof UnknownCharset) return new SoapFault('Client', 'unknown charset');
  try {
    const { requestId, service, operation } = call;
    return options.toFault(error, { requestId, service, operation });
  } catch {
    return internalFault();
  }
}

function encodeFault(
  codec: ServiceCodec,
  fault: SoapFault,
  operation: OperationDescriptor | undefined,
): string {
  try {
    return codec.encodeFault(fault, operation);
  } catch {
    return codec.encodeFault(internalFault());
  }
}

function internalFault(): SoapFault {
  return new SoapFault('Server', 'Internal error');
}

function observeSafely(options: SoapEndpointOptions, call: CallRecord, exchange: Exchange): void {
  try {
    options.observe(call);
    options.interceptor?.witness(call, exchange);
  } catch {
    // The answer is out; a log that fails must not end the process.
  }
}
