import type { Credentials } from '../wire/raw-soap.js';
import { sendText } from '../wire/send-text.js';

export interface RestAnswered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What the JSON says; {} without a body. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The header of HTTP Basic. */
export function basic({ login, password }: Credentials): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

/** One call of REST; a body that is a text is sent as it is. */
export async function callRest(
  url: string,
  method: string,
  as: Credentials | null,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RestAnswered> {
  const {
    status,
    headers: answered,
    text,
  } = await sendText(url, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: basic(as) }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const isJson = /json/.test(answered.get('content-type') ?? '');
  const json = isJson && text !== '' ? (JSON.parse(text) as RestAnswered['json']) : {};
  return { status, headers: answered, text, json };
}
