import type {
  AnswerElement,
  ComplexTypeDescriptor,
  FieldDescriptor,
  OperationDescriptor,
  ServiceContract,
} from './contract/descriptors.js';
import { defaultSoapLimits, type SoapLimits } from './contract/limits.js';
import { clientFault, noOperation, shownQName, type SoapFault } from './contract/soap-fault.js';
import {
  type ElementPlan,
  PlanCompiler,
  slashVariants,
  ALTERNATIVE_REQUEST_ELEMENTS,
} from './decode/decode-plan.js';
import { decodeLongMessage, decodeMessage, type DecodeOptions, type Message } from './decode/decode.js';
import type { UnknownElementFault } from './decode/unmarshalling-faults.js';
import { answerNamespaces, requestNamespaces } from './encode/answer-namespaces.js';
import { EncoderCompiler, type MessageEncoder } from './encode/encode.js';
import { FaultWriter } from './encode/write-fault.js';
import { writeEnvelope, envelopePieces, piecedMessage } from './encode/write-pieces.js';

export interface DecodedRequest {
  readonly operation: OperationDescriptor;
  readonly message: Message;
}

export interface RequestOptions {
  readonly limits: SoapLimits;
  /** Ignore unknown elements instead of refusing them. */
  readonly lenientRequests: boolean;
  readonly unknownElementFault?: UnknownElementFault | undefined;
  /** Called as soon as the operation is known, so that also an unreadable request is logged with it. */
  readonly onOperation?: (operation: OperationDescriptor) => void;
  /** Attachments of the envelope, by Content-ID. */
  readonly attachments?: ReadonlyMap<string, Buffer>;
}

const strict: RequestOptions = { limits: defaultSoapLimits, lenientRequests: false };

/** Reads and writes the messages of one service. Plans and encoders are compiled at the first use of an operation. */
export class ServiceCodec {
  private readonly namespaces: ReadonlySet<string>;
  private readonly byRequestElement: ReadonlyMap<string, OperationDescriptor>;
  private readonly plans: PlanCompiler;
  private readonly encoders: EncoderCompiler;
  private readonly requestEncoders: EncoderCompiler;
  private readonly faultWriter: FaultWriter;
  private readonly planCache = new Map<AnswerElement, ElementPlan>();
  private readonly encoderCache = new Map<AnswerElement, MessageEncoder>();

  constructor(contract: ServiceContract) {
    this.namespaces = new Set(slashVariants(contract.namespace));
    this.byRequestElement = new Map(
      Array.from(contract.operations.values(), (operation) => [operation.request.name, operation]),
    );
    this.plans = new PlanCompiler(contract);
    const namespaces = elementNamespaces(contract);
    this.encoders = new EncoderCompiler(answerNamespaces(contract, namespaces));
    this.requestEncoders = new EncoderCompiler(requestNamespaces(contract.namespace, namespaces), false);
    this.faultWriter = new FaultWriter(contract, this.encoders);
  }

  /**
   * Reads a request. The operation is chosen by the QName of the Body's child alone.
   * @throws SoapFault Client, VersionMismatch or MustUnderstand
   */
  decodeRequest(xml: string, options: RequestOptions): DecodedRequest {
    const { found, reading } = this.choosing(options);
    return found(decodeMessage(xml, reading));
  }

  /**
   * Like decodeRequest, yielding to the event loop within long requests.
   * @throws SoapFault as decodeRequest
   */
  async decodeLongRequest(xml: string, options: RequestOptions): Promise<DecodedRequest> {
    const { found, reading } = this.choosing(options);
    return found(await decodeLongMessage(xml, reading));
  }

  /**
   * Reads the envelope of a given message, be it request or response.
   * @throws SoapFault Client when the Body holds something else
   */
  decodeElement(
    element: AnswerElement,
    xml: string,
    { limits, lenientRequests: lenient }: RequestOptions = strict,
  ): unknown {
    return decodeMessage(xml, {
      limits,
      lenient,
      knownNamespaces: this.plans.knownNamespaces,
      resolve: (uri, local) => {
        if (uri !== element.namespace || local !== element.name)
          throw clientFault(`Unexpected wrapper element ${shownQName(uri, local)} found.`);
        return this.plan(element);
      },
    });
  }

  /** The envelope of a message element. @throws TypeError when the value does not fit the contract */
  encodeElement(element: AnswerElement, value: unknown): string {
    return writeEnvelope(this.encoder(element)(value));
  }

  /** The envelope of a request as a client sends it: what is not set is left out. @throws TypeError as above */
  encodeRequest({ request }: OperationDescriptor, value: unknown): string {
    return writeEnvelope(this.requestEncoders.message(request)(value));
  }

  /** The envelope of an answer; an empty Body where the operation declares no output part. @throws TypeError as above */
  encodeResponse(operation: OperationDescriptor, value: unknown): string {
    return operation.response === null ? writeEnvelope('') : this.encodeElement(operation.response, value);
  }

  /**
   * Encodes an answer with an AsyncIterable in pieces of some 16 KB. A reader that stops early must call
   * `return`, like `for await`: the handler's iterator gets it.
   * @returns null without an AsyncIterable. The pieces throw as above, or the handler's errors.
   */
  encodeResponsePieces(operation: OperationDescriptor, value: unknown): AsyncGenerator<string> | null {
    const { response } = operation;
    const pieced = response === null ? null : piecedMessage(response, value);
    return pieced === null ? null : envelopePieces(this.encoders.pieces(pieced.element)(pieced.value));
  }

  /**
   * The envelope of a fault.
   * @param operation the one that was called, if the request got that far: what it does not declare has no detail
   */
  encodeFault(fault: SoapFault, operation?: OperationDescriptor): string {
    return writeEnvelope(this.faultWriter.write(fault, operation));
  }

  private encoder(element: AnswerElement): MessageEncoder {
    let encoder = this.encoderCache.get(element);
    if (encoder === undefined) this.encoderCache.set(element, (encoder = this.encoders.message(element)));
    return encoder;
  }

  /** Finds the operation while the request is read. */
  private choosing(options: RequestOptions): {
    readonly reading: DecodeOptions;
    readonly found: (message: unknown) => DecodedRequest;
  } {
    const { limits, lenientRequests: lenient, unknownElementFault, attachments, onOperation } = options;
    let operation: OperationDescriptor | undefined;
    const resolve = (uri: string, local: string): ElementPlan => {
      operation = this.operation(uri, local);
      onOperation?.(operation);
      return this.plan(operation.request);
    };
    return {
      reading: {
        limits,
        lenient,
        unknownElementFault,
        knownNamespaces: this.plans.knownNamespaces,
        attachments,
        resolve,
      },
      found: (message) => {
        if (operation === undefined) throw noOperation();
        return { operation, message: message as Message };
      },
    };
  }

  /** Source: docs/contract/faults.md#5. */
  private operation(uri: string, local: string): OperationDescriptor {
    const name = ALTERNATIVE_REQUEST_ELEMENTS.get(local) ?? local;
    const found = this.byRequestElement.get(name);
    if (found === undefined) throw clientFault('NO_PART_FOUND');
    if (!this.namespaces.has(uri)) throw clientFault('UNEXPECTED_WRAPPER_ELEMENT');
    return found;
  }

  private plan(element: AnswerElement): ElementPlan {
    let plan = this.planCache.get(element);
    if (plan === undefined) this.planCache.set(element, (plan = this.plans.message(element)));
    return plan;
  }
}

/** Every namespace in which some message of the service has an element. */
function elementNamespaces(contract: ServiceContract): Set<string> {
  const namespaces = new Set<string>();
  const seen = new Set<ComplexTypeDescriptor>();
  const visit = (type: FieldDescriptor['type']): void => {
    if (typeof type === 'string' || seen.has(type)) return;
    seen.add(type);
    for (const field of type.fields) {
      namespaces.add(field.namespace);
      visit(field.type);
    }
  };
  for (const operation of contract.operations.values()) {
    visit(operation.request.type);
    if (operation.response !== null) visit(operation.response.type);
  }
  for (const fault of contract.faults.values()) visit(fault.type);
  return namespaces;
}

const codecs = new WeakMap<ServiceContract, ServiceCodec>();

/** The codec of a service, made once per contract. */
export function serviceCodec(contract: ServiceContract): ServiceCodec {
  let codec = codecs.get(contract);
  if (codec === undefined) codecs.set(contract, (codec = new ServiceCodec(contract)));
  return codec;
}
