import type { ServiceContract } from './descriptors.js';

/** What a handler learns of the call beside the message. */
export interface CallInfo {
  readonly requestId: string;
}

/** A handler takes the decoded request and answers the decoded response (undefined for void operations). */
export type Handler = (request: never, call: CallInfo) => Promise<unknown>;

/** One SOAP service ready to be served: its contract and a handler for every operation. */
export interface SoapService {
  readonly contract: ServiceContract;
  readonly handlers: Readonly<Record<string, Handler>>;
}
