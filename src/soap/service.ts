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

const unsupported = new WeakSet<object>();

/**
 * A handler for an operation that Oxbow does not implement yet.
 * @param createFault makes the fault that says so; it is the caller's, since this room knows no exceptions by name
 */
export function unsupportedHandler(createFault: () => Error): () => Promise<never> {
  const handler = (): Promise<never> => Promise.reject(createFault());
  unsupported.add(handler);
  return handler;
}

/** Whether a handler really does something. */
export function isSupported(handler: object): boolean {
  return !unsupported.has(handler);
}
