/** The token of test systems in these tests. */
export const controlToken = 'control-token-of-tests-1';

/** An answer of the control API. */
export interface ControlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** Calls the control API of a running app. */
export async function control(
  url: string,
  method: string,
  path: string,
  body?: object,
  authorization = `Bearer ${controlToken}`,
): Promise<ControlAnswer> {
  const response = await fetch(`${url}/control/v1/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && !text.includes('}\n{');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}
