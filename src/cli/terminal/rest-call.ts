import { z } from 'zod';
import { CommandError } from './command-io.js';

/** A running service, and as whom to speak to it. */
export interface RestConnection {
  readonly endpoint: string;
  readonly login: string;
  readonly password: string;
  readonly signal: AbortSignal;
}

/**
 * Asks the REST of a service.
 * @param endpoint may name the path of the SOAP services, which is cut off
 * @returns what is answered as JSON, null for nothing
 * @throws CommandError with the detail of a problem, or when nobody answers
 */
export async function callRest(
  { endpoint, login, password, signal }: RestConnection,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const response = await fetch(`${endpoint.replace(/(\/webservices)?\/*$/, '')}${path}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    signal,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal.aborted && !isTimeout(signal.reason)) throw error;
    if (signal.aborted) throw new CommandError(`the service at ${endpoint} does not answer in time`);
    throw new CommandError(`no service answers at ${endpoint}`);
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(detailOf(text) ?? `the service answers ${response.status}`);
  return text === '' ? null : JSON.parse(text);
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function detailOf(text: string): string | null {
  try {
    return z.object({ detail: z.string() }).parse(JSON.parse(text)).detail;
  } catch {
    return null;
  }
}
