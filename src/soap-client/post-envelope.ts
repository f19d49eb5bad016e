import { NoAnswerError } from './soap-errors.js';

/** An answer of an endpoint as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly xml: string;
  /** When a busy service wants to be asked again. */
  readonly retryAfterMs: number;
}

export interface PostOptions {
  /** How long to wait for the answer; 0: for ever. */
  readonly timeoutMs: number;
  readonly soapAction?: string;
  readonly idempotencyKey?: string;
}

/**
 * Posts an envelope to the URL of a service, once.
 * @throws NoAnswerError
 */
export async function postEnvelope(
  url: string,
  xml: string,
  { timeoutMs, soapAction = '', idempotencyKey }: PostOptions,
): Promise<RawAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=UTF-8',
        // One that is kept may be closed by the service just when it is used again, and then nobody knows how the call ended.
        connection: 'close',
        soapaction: `"${soapAction}"`,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: xml,
      redirect: 'error',
      ...(timeoutMs > 0 ? { signal: AbortSignal.timeout(timeoutMs) } : {}),
    });
    const retryAfterS = Number(response.headers.get('retry-after') ?? 1);
    return {
      status: response.status,
      xml: await response.text(),
      retryAfterMs: (retryAfterS > 0 ? retryAfterS : 1) * 1_000,
    };
  } catch (error) {
    throw new NoAnswerError(`no answer from ${new URL(url).origin}: ${whyNoAnswer(error, timeoutMs)}`);
  }
}

/** The code of the connection's error where there is one. */
function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1_000} seconds`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause ? String(cause.code) : cause.message;
}
