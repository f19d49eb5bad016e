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
export interface MessageElement {
  readonly name: string;
  readonly namespace: string;
  readonly type: ComplexTypeDescriptor;
}

export interface OperationDescriptor {
  readonly name: string;
  readonly soapAction: string;
  readonly request: MessageElement;
  /** null: the output message has no part, the answer's Body is empty. */
  readonly response: MessageElement | null;
  /** What stands inside `detail`, one per exception. */
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

/** What a handler learns of the call beside the message. */
export interface CallInfo {
  readonly requestId: string;
}

/**
 * What a handler may answer where its answer repeats an element. An AsyncIterable is written while it is read, so that an
 * answer of any size needs little memory; nothing of it is read before the handler's promise is fulfilled, and its iterator
 * is returned when the client goes away. What it throws becomes a fault as long as nothing was sent, that is for some
 * 100 KB; later it cuts the connection.
 */
export type Repeated<Item> = readonly Item[] | AsyncIterable<Item>;

/** A handler takes the decoded request and answers the decoded response (undefined for void operations). */
export type Handler = (request: never, call: CallInfo) => Promise<unknown>;

/** One SOAP service ready to be served: its contract and a handler for every operation. */
export interface SoapService {
  /** As in its WSDL; known without reading the contract, which may happen at the first use. */
  readonly name: string;
  readonly contract: ServiceContract;
  readonly handlers: Readonly<Record<string, Handler>>;
}
