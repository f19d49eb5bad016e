import { MailServerError } from './mail-server.js';

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly authorization: string;
  readonly body?: unknown;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * Sends JSON to Stalwart and reads JSON.
 * @throws MailServerError for everything but an answer of status 200 in JSON
 */
export async function requestJson({
  method,
  url,
  authorization,
  body,
  timeoutMs,
}: JsonRequest): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await boundedText(response);
    refuseStatus(response.status);
    return parse(text);
  } catch (error) {
    if (error instanceof MailServerError) throw error;
    throw new MailServerError('unreachable', `Stalwart cannot be reached: ${reasonOf(error)}`);
  }
}

function refuseStatus(status: number): void {
  if (status === 401 || status === 403)
    throw new MailServerError('refused', `Stalwart answered HTTP ${status}`);
  if (status >= 500 || status === 429)
    throw new MailServerError('unreachable', `Stalwart answered HTTP ${status}`);
  if (status !== 200) throw new MailServerError('failed', `Stalwart answered HTTP ${status}`);
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    const piece = part as Uint8Array;
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new MailServerError('failed', 'Stalwart answered far too much');
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MailServerError('failed', 'Stalwart answered something that is not JSON');
  }
}

/** The texts of fetch can hold addresses; codes cannot. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection failed';
}
