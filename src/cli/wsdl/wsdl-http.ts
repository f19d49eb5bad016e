import type { IHeaders, IHttpClient } from 'soap';
import { NoAnswerError, whyNoAnswer } from '../../soap-client/post-envelope.js';
import { parseTree, type TreeElement } from '../../soap/decode/parse-tree.js';
import { WsdlError } from './wsdl-error.js';

/** Bounds of one client, so that no server holds or fills the command line. */
const maxDocuments = 100;
const maxDocumentBytes = 16 * 1024 * 1024;
const maxAnswerBytes = 64 * 1024 * 1024;

/** Options for HTTP requests of a WSDL client. */
export interface WsdlHttpOptions {
  /** Time limit for all documents of the WSDL, and for an answer, in milliseconds; 0 for none. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Headers of calls, and of documents from `trustedOrigin`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The origin whose documents are asked for with these headers; null: none. */
  readonly trustedOrigin: string | null;
}

type Answer = (error: unknown, response?: unknown, body?: string) => unknown;

/** Sends the requests of the `soap` package within bounds of our own: bytes, time, documents, no redirects. */
export class WsdlHttp implements IHttpClient {
  /** The WSDL and what it imports, as far as fetched, for what `soap` forgets. */
  readonly documents: TreeElement[] = [];
  private documentBytes = 0;
  private readonly documentsEnd: AbortSignal;

  constructor(private readonly options: WsdlHttpOptions) {
    this.documentsEnd = this.deadline();
  }

  request(
    url: string,
    xml: string | null,
    callback: Answer,
    headers?: IHeaders,
  ): ReturnType<IHttpClient['request']> {
    const answered = (xml === null ? this.fetchDocument(url) : this.post(url, xml, headers ?? {})).then(
      ({ status, text }) => ({ status, headers: {}, data: text }),
    );
    // Catches errors of the callback, which would end the process.
    const told = answered
      .then((response) => callback(null, response, response.data), callback)
      .catch((error: unknown) => callback(error));
    return told as unknown as ReturnType<IHttpClient['request']>;
  }

  /** Adds a document, wherever it comes from. @throws WsdlError */
  addDocument(name: string, text: string): void {
    this.documentBytes += text.length;
    if (this.documents.length >= maxDocuments || this.documentBytes > maxDocumentBytes)
      throw new WsdlError(`the WSDL is too large: more than ${maxDocuments} documents, or 16 MB`);
    try {
      this.documents.push(parseTree(text));
    } catch (error) {
      throw new WsdlError(`${name} is not XML that can be read: ${messageOf(error)}`);
    }
  }

  private async fetchDocument(url: string): Promise<{ status: number; text: string }> {
    const answer = await this.send(url, { method: 'GET' }, maxDocumentBytes, this.documentsEnd);
    if (answer.status !== 200) throw new WsdlError(`no WSDL: ${url} answers HTTP ${answer.status}`);
    this.addDocument(url, answer.text);
    return answer;
  }

  private post(url: string, xml: string, headers: IHeaders): Promise<{ status: number; text: string }> {
    // One that is kept may be closed by the service just when it is used again.
    const own = { ...(headers as Record<string, string>), connection: 'close' };
    return this.send(url, { method: 'POST', body: xml, headers: own }, maxAnswerBytes, this.deadline());
  }

  private async send(
    url: string,
    init: RequestInit & { headers?: Record<string, string> },
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const { origin } = new URL(url);
    const { trustedOrigin, headers } = this.options;
    const given = init.method === 'POST' || trustedOrigin === origin ? headers : {};
    try {
      const response = await fetch(url, {
        ...init,
        headers: { ...init.headers, ...given },
        redirect: 'manual',
        signal,
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400)
        throw new NoAnswerError(
          `${origin} answers HTTP ${response.status}${location === null ? '' : `, a redirect to ${location}`}: redirects are not followed`,
        );
      const bytes = await readBytes(response, maxBytes);
      return { status: response.status, text: textOf(bytes, response.headers.get('content-type') ?? '') };
    } catch (error) {
      if (error instanceof NoAnswerError) throw error;
      throw new NoAnswerError(`no answer from ${origin}: ${this.reasonOf(error)}`);
    }
  }

  private reasonOf(error: unknown): string {
    if (this.options.signal.aborted) return 'interrupted';
    return whyNoAnswer(error, this.options.timeoutMs);
  }

  private deadline(): AbortSignal {
    const { timeoutMs, signal } = this.options;
    return timeoutMs === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  }
}

async function readBytes({ body }: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Text in the charset of the content type, else of the XML declaration, else in UTF-8. */
export function textOf(bytes: Buffer, contentType: string): string {
  const declared = /^<\?xml[^>]*\bencoding=["']([\w.-]+)["']/.exec(bytes.toString('latin1', 0, 200))?.[1];
  const charset = /;\s*charset="?([\w.-]+)/i.exec(contentType)?.[1] ?? declared ?? 'utf-8';
  return new TextDecoder(charset).decode(bytes).trimStart();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}
