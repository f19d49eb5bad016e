import type { OperationDescriptor, ServiceContract } from '../soap/descriptors.js';
import { defaultSoapLimits, type SoapLimits } from '../soap/limits.js';
import { loadContract } from '../soap/load-contract.js';
import { SOAP_11 } from '../soap/namespaces.js';
import { readFault } from '../soap/read-fault.js';
import { serviceCodec } from '../soap/service-codec.js';
import { SoapFault } from '../soap/soap-fault.js';
import { FaultError, NoAnswerError } from './soap-errors.js';

export interface SoapClientOptions {
  /** Where the service is: `http://host:port`, or with the path before the services' names. */
  readonly endpoint: URL;
  /** How long to wait for an answer; 0: for ever. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface CallOptions {
  /** Makes a create call happen once however often it is sent. Only Oxbow looks at it. */
  readonly idempotencyKey?: string;
}

const wsdlDirectory = new URL('../../wsdl/', import.meta.url);
const contracts = new Map<string, ServiceContract>();

/** The contract of a service, read when it is first asked for. */
export function contractOf(service: string): ServiceContract {
  const known = contracts.get(service);
  if (known !== undefined) return known;
  const contract = loadContract(wsdlDirectory, service);
  contracts.set(service, contract);
  return contract;
}

/** The service whom we ask is trusted to answer as much as it wants to. */
const answerLimits: SoapLimits = {
  ...defaultSoapLimits,
  maxElements: Infinity,
  maxChildren: Infinity,
  maxAttributesTotal: Infinity,
  maxTextChars: Infinity,
};

/** How often a call is repeated that a busy service refused, which changed nothing. */
const busyRepeats = 6;

/** Calls the operations of the contract at any endpoint, Oxbow's or an OX's. */
export class SoapClient {
  private readonly base: string;

  constructor(private readonly options: SoapClientOptions) {
    const { origin, pathname } = options.endpoint;
    this.base = `${origin}${pathname === '/' ? '/webservices' : pathname.replace(/\/+$/, '')}`;
  }

  /**
   * Sends a request and reads the answer; undefined for operations without one.
   * @param request the message as the contract has it; what is undefined or null is left out
   * @throws FaultError when the service refuses, NoAnswerError when it cannot be known what happened
   */
  async call(
    service: string,
    operationName: string,
    request: Readonly<Record<string, unknown>>,
    { idempotencyKey }: CallOptions = {},
  ): Promise<unknown> {
    const contract = contractOf(service);
    const operation = contract.operations.get(operationName);
    if (operation === undefined) throw new Error(`${service} has no operation ${operationName}`);
    const codec = serviceCodec(contract);
    const { status, text } = await this.send(
      `${this.base}/${service}`,
      {
        'content-type': 'text/xml; charset=UTF-8',
        // One that is kept may be closed by the service just when it is used again, and then nobody knows how the call ended.
        connection: 'close',
        soapaction: `"${operation.soapAction}"`,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      codec.encodeRequest(operation, request),
    );
    return readAnswer(operation, status, text, (element) =>
      codec.decodeElement(element, text, { limits: answerLimits, lenientRequests: true }),
    );
  }

  private async send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ status: number; text: string }> {
    for (let time = 0; ; time += 1) {
      const answer = await this.sendOnce(url, headers, body);
      const isBusy = answer.status === 503 || answer.status === 429;
      if (!isBusy || time === busyRepeats || this.options.signal.aborted) return answer;
      await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retryAfterMs, 30_000)));
    }
  }

  private async sendOnce(url: string, headers: Readonly<Record<string, string>>, body: string) {
    const { timeoutMs } = this.options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        ...(timeoutMs > 0 ? { signal: AbortSignal.timeout(timeoutMs) } : {}),
      });
      const text = await response.text();
      const retryAfterS = Number(response.headers.get('retry-after') ?? 1);
      return { status: response.status, text, retryAfterMs: (retryAfterS > 0 ? retryAfterS : 1) * 1_000 };
    } catch (error) {
      throw new NoAnswerError(`no answer from ${new URL(url).origin}: ${whyNoAnswer(error, timeoutMs)}`);
    }
  }
}

function readAnswer(
  operation: OperationDescriptor,
  status: number,
  text: string,
  decode: (element: NonNullable<OperationDescriptor['response']>) => unknown,
): unknown {
  try {
    if (status === 200 && operation.response !== null) return decode(operation.response);
    // Its Body is empty.
    if (status === 200 && text.includes(SOAP_11)) return undefined;
    const fault = readFault(text);
    if (fault !== null) throw new FaultError(fault.text, fault.exceptionName);
  } catch (error) {
    if (!(error instanceof SoapFault)) throw error;
  }
  throw new NoAnswerError(`the endpoint answered HTTP ${status}, and not as ${operation.name} does`);
}

/** The code of the connection's error where there is one. */
function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1_000} seconds`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause ? String(cause.code) : cause.message;
}
