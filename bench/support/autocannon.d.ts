/** The part of autocannon 9 that the bench uses. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface RequestData {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  }

  /** Context is per connection and new for each pass through the list of requests. */
  export interface Request<Context extends object> extends RequestData {
    setupRequest?(request: RequestData, context: Context): RequestData;
    onResponse?(status: number, body: string, context: Context): void;
  }

  export interface Options<Context extends object> {
    url: string;
    connections: number;
    /** So many requests in all. */
    amount: number;
    /** In seconds. */
    timeout: number;
    /** Gives up after so many errors of connections. */
    bailout: number;
    /** How often is looked whether it is over, in milliseconds. */
    sampleInt: number;
    requests: Request<Context>[];
  }

  export interface Result {
    errors: number;
    timeouts: number;
    non2xx: number;
  }

  export default function autocannon<Context extends object>(
    options: Options<Context>,
    done: (error: Error | null, result: Result) => void,
  ): EventEmitter;
}
