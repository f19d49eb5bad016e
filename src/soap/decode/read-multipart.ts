import { Dicer } from '@fastify/busboy';
import { MIMEType } from 'node:util';
import { clientFault } from '../contract/soap-fault.js';

/** The part of a request that holds the envelope, and what was attached to it. */
export interface RootPart {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  /** Contents of the other parts by Content-ID, without its angle brackets. */
  readonly attachments: ReadonlyMap<string, Buffer>;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

/** Parts of one request, more than any client attaches to a call. */
const MAX_PARTS = 100;
const NO_ATTACHMENTS: ReadonlyMap<string, Buffer> = new Map();

/**
 * Finds the envelope in a body: in the root part of multipart/related (MTOM, attachments), else it is the body.
 * Source: docs/contract/wire.md#1.
 * @throws SoapFault Client for parts that cannot be told apart, 415 without a boundary
 */
export async function readRootPart(bytes: Buffer, contentType: string | undefined): Promise<RootPart> {
  if (!/^\s*multipart\/related\s*(;|$)/i.test(contentType ?? ''))
    return { bytes, contentType, attachments: NO_ATTACHMENTS };
  const parameters = parametersOf(contentType ?? '');
  const parts = await splitParts(bytes, parameters.get('boundary') ?? firstBoundary(bytes));
  const start = withoutBrackets(parameters.get('start') ?? '');
  const root = parts.find((part) => start !== '' && contentIdOf(part) === start) ?? parts[0];
  if (root === undefined) throw clientFault('The multipart request has no parts.');
  const attached = parts.filter((part) => part !== root && contentIdOf(part) !== '');
  return {
    bytes: contentOf(root),
    contentType: root.headers.get('content-type'),
    attachments: new Map(attached.map((part) => [contentIdOf(part), contentOf(part)])),
  };
}

function parametersOf(contentType: string): { get(name: string): string | null } {
  try {
    return new MIMEType(contentType).params;
  } catch {
    throw clientFault('The content type of the request cannot be read.', 415);
  }
}

/** CXF takes the boundary from the first line where the content type names none. */
function firstBoundary(bytes: Buffer): string {
  const line = /^\s*--([^\r\n]{1,200})\r?\n/.exec(bytes.toString('latin1', 0, 256))?.[1];
  if (line === undefined) throw clientFault('The content type of the request names no boundary.', 415);
  return line;
}

function splitParts(bytes: Buffer, boundary: string): Promise<Part[]> {
  return new Promise((resolve, reject) => {
    const parts: Part[] = [];
    const parser = new Dicer({ boundary });
    const fail = (text: string): void => {
      parser.destroy();
      reject(clientFault(text));
    };
    const unreadable = (): void => fail('The parts of the multipart request cannot be read.');
    parser.on('part', (part) => {
      const chunks: Buffer[] = [];
      let headers = new Map<string, string>();
      part.on('header', (header) => {
        const values = Object.entries(header as Record<string, string[]>);
        headers = new Map(values.map(([name, [value = '']]) => [name.toLowerCase(), value.trim()]));
      });
      part.on('data', (chunk: Buffer) => chunks.push(chunk));
      part.on('error', unreadable);
      part.on('end', () => {
        parts.push({ headers, bytes: Buffer.concat(chunks) });
        if (parts.length > MAX_PARTS) fail(`The multipart request has more than ${MAX_PARTS} parts.`);
      });
    });
    parser.on('error', unreadable);
    parser.on('finish', () => resolve(parts));
    parser.end(bytes);
  });
}

function contentOf({ headers, bytes }: Part): Buffer {
  switch (headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary') {
    case 'binary':
    case '8bit':
    case '7bit':
      return bytes;
    case 'base64':
      return Buffer.from(bytes.toString('latin1'), 'base64');
    default:
      throw clientFault('A part of the request has a transfer encoding that is not supported; use binary.');
  }
}

function contentIdOf({ headers }: Part): string {
  return withoutBrackets(headers.get('content-id') ?? '');
}

function withoutBrackets(id: string): string {
  return id.trim().replace(/^<(.*)>$/, '$1');
}
