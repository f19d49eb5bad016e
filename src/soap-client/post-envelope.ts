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

/**
 * The address of the services at an endpoint: the one that is given, with `/webservices` where it names only a host.
 * @returns null unless it is an http:// or https:// URL that holds no login
 */
export function servicesUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, origin, pathname } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return null;
  const path = pathname.replace(/\/+$/, '');
  return `${origin}${path === '' ? '/webservices' : path}`;
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
