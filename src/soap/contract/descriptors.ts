/** The XSD simple types that the contract uses. `anyType` only occurs in fault beans, always nil. */
export type SimpleType = 'string' | 'int' | 'long' | 'boolean' | 'date' | 'base64Binary' | 'anyType';

/**
 * One child element of a complex type.
 * `namespace` is the namespace of the element itself ('' when unqualified).
 */
export interface FieldDescriptor {
  readonly name: string;
  readonly namespace: string;
  readonly type: SimpleType | ComplexTypeDescriptor;
  readonly nillable: boolean;
  /** maxOccurs="unbounded": the element repeats, there is no array wrapper. */
  readonly repeated: boolean;
  /** minOccurs > 0. Never enforced on requests: the operation's own checks answer for what is missing. */
  readonly required: boolean;
}

/** A complex type flattened: inherited fields first, in the order of the wire. */
export interface ComplexTypeDescriptor {
  readonly kind: 'complex';
  readonly name: string;
  readonly namespace: string;
  readonly fields: readonly FieldDescriptor[];
}

/** The global element that carries a message, e.g. `{svc}create`. */
export interface MessageElement<Type extends FieldDescriptor['type'] = ComplexTypeDescriptor> {
  readonly name: string;
  readonly namespace: string;
  readonly type: Type;
}

/** The element of an answer. That of a move holds a bare number. */
export type AnswerElement = MessageElement<FieldDescriptor['type']>;

export interface OperationDescriptor {
  readonly name: string;
  readonly soapAction: string;
  readonly request: MessageElement;
  /** null: the output message has no part, the answer's Body is empty. */
  readonly response: AnswerElement | null;
  /** Elements inside `detail`, one per exception. */
  readonly faults: readonly MessageElement[];
}

/** Everything the engine knows of one service, read from `wsdl/<name>.wsdl`. */
export interface ServiceContract {
  readonly name: string;
  readonly namespace: string;
  readonly portType: string;
  readonly port: string;
  readonly binding: string;
  readonly operations: ReadonlyMap<string, OperationDescriptor>;
  /** All fault elements of the service by local name. */
  readonly faults: ReadonlyMap<string, MessageElement>;
  /** The complex types of the service by `{namespace}name`. */
  readonly types: ReadonlyMap<string, ComplexTypeDescriptor>;
  /** Namespaces of the inline schemas in the order of the WSDL. */
  readonly schemaNamespaces: readonly string[];
  /** The self-contained WSDL, with `{address}` where the endpoint's URL goes. */
  readonly wsdlTemplate: string;
}

/** Facts about the call, beside the message. */
export interface CallInfo {
  readonly requestId: string;
}

/**
 * Repeated element of an answer. An AsyncIterable is encoded as it is read, so that an answer of any size
 * needs little memory. Reading starts after the handler's promise is fulfilled; a client's disconnect returns
 * the iterator. Errors become a fault until the first 100 KB or so are sent; later they cut the connection.
 */
export type Repeated<Item> = readonly Item[] | AsyncIterable<Item>;

/** A handler takes the decoded request and answers the decoded response (undefined for void operations). */
export type Handler = (request: never, call: CallInfo) => Promise<unknown>;

/** One SOAP service ready to be served: its contract and a handler for every operation. */
export interface SoapService {
  /** Name as in its WSDL; known without loading the contract, which may happen at first use. */
  readonly name: string;
  readonly contract: ServiceContract;
  readonly handlers: Readonly<Record<string, Handler>>;
}
