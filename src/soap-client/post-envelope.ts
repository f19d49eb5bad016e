/** An answer of an endpoint as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly xml: string;
  /** Pause that a busy service asks for, in milliseconds. */
  readonly retryAfterMs: number;
}

export interface PostOptions {
  /** Time limit of the answer in milliseconds; 0 for none. */
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
        // A service may close a reused connection during a call, whose outcome would then be unknown.
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

/** Reason for a failed request: the code of the connection's error where there is one. */
export function whyNoAnswer(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1_000} seconds`;
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause ? String(cause.code) : cause.message;
}

/**
 * URL of the services at an endpoint; `/webservices` is added to a mere host.
 * @returns null unless it is an http:// or https:// URL without credentials
 */
export function servicesUrl(text: string): string | null {
  if (!isHttpUrl(text)) return null;
  const { origin, pathname } = new URL(text);
  const path = pathname.replace(/\/+$/, '');
  return `${origin}${path === '' ? '/webservices' : path}`;
}

/** True for an http:// or https:// URL without credentials. */
export function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** A fault with which a service refused a call: nothing was changed, unless its text says otherwise. */
export class FaultError extends Error {
  constructor(
    message: string,
    /** Such as `NoSuchUserException`; null: the fault does not say. */
    readonly exceptionName: string | null,
  ) {
    super(message);
  }
}

/** There is no answer, or none that can be read: whether the call was carried out is unknown. */
export class NoAnswerError extends Error {}
