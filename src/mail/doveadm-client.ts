import { z } from 'zod';
import type { Doveadm, DoveadmAnswer, DoveadmCall } from './doveadm.js';
import { MailServerError } from './mail-server.js';

export interface DoveadmClientOptions {
  /** Scheme, host and port. */
  readonly url: string;
  /** Dovecot's `doveadm_api_key`. */
  readonly apiKey: string;
  /** For one request from its start to the last byte of the answer. */
  readonly timeoutMs?: number;
}

const maxAnswerBytes = 4 * 1024 * 1024;
/** No other command of the same request, so that the tag only has to come back. */
const tag = 'oxbow';

const answerShape = z
  .array(z.tuple([z.string(), z.unknown(), z.string()]))
  .length(1)
  .transform(([answer]) => answer)
  .pipe(z.tuple([z.string(), z.unknown(), z.literal(tag)]));
const rowsShape = z.array(z.record(z.string(), z.string()));
const errorShape = z.object({ type: z.string(), exitCode: z.number().int() });
const methodsShape = z.array(
  z.object({ command: z.string(), parameters: z.array(z.object({ name: z.string() })) }),
);

/** Dovecot's doveadm HTTP API, 2.3 and 2.4. It answers 200 even for errors; only what cannot be read has another status. */
export class DoveadmClient implements Doveadm {
  private readonly endpoint: string;
  private readonly timeoutMs: number;
  readonly #authorization: string;
  private methods: Promise<ReadonlyMap<string, readonly string[]>> | null = null;

  constructor({ url, apiKey, timeoutMs = 5_000 }: DoveadmClientOptions) {
    this.endpoint = `${url.replace(/\/+$/, '')}/doveadm/v1`;
    this.timeoutMs = timeoutMs;
    this.#authorization = `X-Dovecot-API ${Buffer.from(apiKey, 'utf8').toString('base64')}`;
  }

  async run({ method, parameters }: DoveadmCall): Promise<DoveadmAnswer> {
    const answer = answerShape.safeParse(await this.request('POST', [[method, parameters, tag]]));
    if (!answer.success) throw new MailServerError('failed', `doveadm answered ${method} in an unknown form`);
    const [kind, payload] = answer.data;
    return kind === 'doveadmResponse' ? readRows(method, payload) : readError(method, kind, payload);
  }

  /** Asked once, since a server does not change its version while it runs; asked again after a failure. */
  async parametersOf(method: string): Promise<readonly string[] | null> {
    this.methods ??= this.readMethods();
    try {
      return (await this.methods).get(method) ?? [];
    } catch (error) {
      this.methods = null;
      throw error;
    }
  }

  private async readMethods(): Promise<ReadonlyMap<string, readonly string[]>> {
    const listed = methodsShape.safeParse(await this.request('GET'));
    if (!listed.success)
      throw new MailServerError('failed', 'doveadm listed its commands in an unknown form');
    return new Map(
      listed.data.map(({ command, parameters }) => [command, parameters.map(({ name }) => name)]),
    );
  }

  private async request(verb: 'GET' | 'POST', body?: unknown): Promise<unknown> {
    try {
      const response = await fetch(this.endpoint, {
        method: verb,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const text = await boundedText(response);
      refuseStatus(response.status);
      return parseJson(text);
    } catch (error) {
      throw error instanceof MailServerError ? error : notReached(error, this.timeoutMs);
    }
  }
}

function refuseStatus(status: number): void {
  if (status === 401 || status === 403) throw new MailServerError('refused', 'doveadm refused the API key');
  if (status >= 500) throw new MailServerError('unreachable', `doveadm answered HTTP ${status}`);
  if (status !== 200) throw new MailServerError('failed', `doveadm answered HTTP ${status}`);
}

/** Repeats only the code of a fetch error, since its `cause` may name the host. */
function notReached(error: unknown, timeoutMs: number): MailServerError {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new MailServerError('unreachable', `doveadm did not answer within ${timeoutMs} ms`);
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
  return new MailServerError('unreachable', `doveadm cannot be reached: ${code}`);
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > maxAnswerBytes) throw new MailServerError('failed', 'doveadm answered far too much');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MailServerError('failed', 'doveadm answered something that is not JSON');
  }
}

function readRows(method: string, payload: unknown): DoveadmAnswer {
  const rows = rowsShape.safeParse(payload);
  if (!rows.success) throw new MailServerError('failed', `doveadm answered ${method} in an unknown form`);
  return { exitCode: 0, rows: rows.data };
}

/** An error of type `exitCode` is how a command ended; all others say that there was no such command. */
function readError(method: string, kind: string, payload: unknown): DoveadmAnswer {
  const error = errorShape.safeParse(payload);
  if (kind !== 'error' || !error.success)
    throw new MailServerError('failed', `doveadm answered ${method} in an unknown form`);
  const { type, exitCode } = error.data;
  if (type !== 'exitCode' || exitCode === 0)
    throw new MailServerError('failed', `doveadm ${method}: ${type}`);
  return { exitCode, rows: null };
}
