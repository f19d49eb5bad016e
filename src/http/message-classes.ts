import type { Express } from 'express';
import { IncomingMessage, type RequestListener, ServerResponse, type ServerOptions } from 'node:http';

/**
 * The classes with which a server is to make its requests and responses, for `http.createServer`.
 *
 * Express gives every request and response another prototype when it gets them. V8 takes each such object for one of a kind
 * from then on: nothing that touches it is fast any more, and much of it outlives the young generation. That cost more than
 * half of the CPU time of a SOAP call (bench/profiles/engine-*.txt). Objects that are made with the very prototype which
 * Express sets later do not change.
 * @param app its `request` and `response` are replaced by ones that inherit from them; nothing happens when it is no Express
 */
export function messageClasses(
  app: RequestListener | Express,
): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  if (!('request' in app && 'response' in app)) return {};
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
