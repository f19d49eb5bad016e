import type { ServiceContract } from './descriptors.js';

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
