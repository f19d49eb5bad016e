import { packageRoot } from '../package-root.js';
import type { AnswerElement, OperationDescriptor, ServiceContract } from '../soap/contract/descriptors.js';
import { isXmlText } from '../soap/contract/lexical.js';
import { defaultSoapLimits, SOAP_11, type SoapLimits } from '../soap/contract/limits.js';
import { loadContract } from '../soap/contract/load-contract.js';
import { SoapFault } from '../soap/contract/soap-fault.js';
import { readFault } from '../soap/decode/read-fault.js';
import { serviceCodec } from '../soap/service-codec.js';
import {
  FaultError,
  NoAnswerError,
  postEnvelope,
  type PostOptions,
  type RawAnswer,
} from './post-envelope.js';

export interface SoapClientOptions {
  /** Up to and without the names of services, as `servicesUrl` has it. */
  readonly endpoint: string;
  /** Time limit of an answer in milliseconds; 0 for none. */
  readonly timeoutMs: number;
  /** Once it is aborted, a busy service is not asked again. */
  readonly signal: AbortSignal;
}

export interface CallOptions {
  /** Makes a create call happen once however often it is sent. Only Oxbow looks at it. */
  readonly idempotencyKey?: string;
}

/** The service whom we ask is trusted to answer as much as it wants to. */
const answerLimits: SoapLimits = {
  ...defaultSoapLimits,
  maxElements: Infinity,
  maxChildren: Infinity,
  maxAttributesTotal: Infinity,
  maxTextChars: Infinity,
};

/** Retries of a call refused by a busy service, which changed nothing. */
const busyRepeats = 6;

/** Calls the operations of the contract at any endpoint, Oxbow's or an OX's. */
export class SoapClient {
  constructor(private readonly options: SoapClientOptions) {}

  /**
   * Sends a request and reads the answer; undefined for operations without one.
   * @param request the message as the contract has it; what is undefined or null is left out
   * @throws FaultError when the service refuses, or a text cannot be sent; NoAnswerError when it cannot be known what happened
   */
  async call(
    service: string,
    operationName: string,
    request: object,
    callOptions: CallOptions = {},
  ): Promise<unknown> {
    const contract = contractOf(service);
    const operation = contract.operations.get(operationName);
    if (operation === undefined) throw new Error(`${service} has no operation ${operationName}`);
    // Written as they are for answers, they would arrive as other characters.
    if (holdsUnsendable(request))
      throw new FaultError('A text holds a character that XML cannot carry', 'InvalidDataException');
    const codec = serviceCodec(contract);
    const { endpoint, timeoutMs } = this.options;
    const answer = await this.post(`${endpoint}/${service}`, codec.encodeRequest(operation, request), {
      timeoutMs,
      soapAction: operation.soapAction,
      ...callOptions,
    });
    return readAnswer(operation, answer, (element) =>
      codec.decodeElement(element, answer.xml, { limits: answerLimits, lenientRequests: true }),
    );
  }

  private async post(url: string, xml: string, options: PostOptions): Promise<RawAnswer> {
    for (let time = 0; ; time += 1) {
      const answer = await postEnvelope(url, xml, options);
      const isBusy = answer.status === 503 || answer.status === 429;
      if (!isBusy || time === busyRepeats || this.options.signal.aborted) return answer;
      await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retryAfterMs, 30_000)));
    }
  }
}

function holdsUnsendable(value: unknown): boolean {
  if (typeof value === 'string') return !isXmlText(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(holdsUnsendable);
}

function readAnswer(
  { name, response }: OperationDescriptor,
  { status, xml }: RawAnswer,
  decode: (element: AnswerElement) => unknown,
): unknown {
  try {
    if (status === 200 && response !== null) return decode(response);
    // Its Body is empty.
    if (status === 200 && xml.includes(SOAP_11)) return undefined;
    const fault = readFault(xml);
    if (fault !== null) throw new FaultError(fault.text, fault.exceptionName);
  } catch (error) {
    if (!(error instanceof SoapFault)) throw error;
  }
  throw new NoAnswerError(`the endpoint answered HTTP ${status}, and not as ${name} does`);
}

const wsdlDirectory = new URL('wsdl/', packageRoot);
const contracts = new Map<string, ServiceContract>();

/** The contract of a service, read when it is first asked for. */
export function contractOf(service: string): ServiceContract {
  const known = contracts.get(service);
  if (known !== undefined) return known;
  const contract = loadContract(wsdlDirectory, service);
  contracts.set(service, contract);
  return contract;
}
