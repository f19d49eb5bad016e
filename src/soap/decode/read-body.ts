import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import type { SoapLimits } from '../contract/limits.js';
import { clientFault, type SoapFault } from '../contract/soap-fault.js';

type Inflater = (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Bytes still read of a body that is too large, so that the client receives the answer. */
const DRAIN_LIMIT_BYTES = 16 * 1024 * 1024;

const gunzipAsync = promisify(gunzip) as Inflater;
const inflateAsync = promisify(inflate) as Inflater;
const inflateRawAsync = promisify(inflateRaw) as Inflater;

export interface RequestBody {
  /** The body after decompression. */
  readonly bytes: Buffer;
  /** Size on the wire. */
  readonly receivedBytes: number;
}

/**
 * Reads and decompresses a request's body, both within `maxBodyBytes`.
 * @throws SoapFault Client, with 413 (too large), 415 (content encoding) or 408 (too slow)
 */
export async function readBody(request: IncomingMessage, limits: SoapLimits): Promise<RequestBody> {
  if (Number(request.headers['content-length'] ?? 0) > DRAIN_LIMIT_BYTES) throw tooLarge(limits);
  const raw = await collect(request, limits);
  const inflater = inflaterFor(request.headers['content-encoding']);
  if (inflater === null) return { bytes: raw, receivedBytes: raw.length };
  try {
    const bytes = await inflater(raw, { maxOutputLength: limits.maxBodyBytes });
    return { bytes, receivedBytes: raw.length };
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limits);
    throw clientFault('The request body cannot be decompressed.');
  }
}

function inflaterFor(header: string | undefined): Inflater | null {
  switch ((header ?? '').trim().toLowerCase()) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return gunzipAsync;
    case 'deflate':
      return inflateEither;
    default:
      throw clientFault(
        'The content encoding of the request is not supported; use gzip, deflate or none.',
        415,
      );
  }
}

/** "deflate" means zlib's format, but some clients send the raw stream. */
function inflateEither(data: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
  const isZlib = ((data[0] ?? 0) & 0x0f) === 8 && data.length > 1 && data.readUInt16BE(0) % 31 === 0;
  return isZlib ? inflateAsync(data, options) : inflateRawAsync(data, options);
}

function tooLarge(limits: SoapLimits): SoapFault {
  return clientFault(`The request is larger than ${limits.maxBodyBytes} bytes.`, 413);
}

function collect(request: IncomingMessage, limits: SoapLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const finish = (fault: SoapFault | null): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (fault === null) resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      else reject(fault);
    };
    const timer = setTimeout(() => {
      finish(clientFault('The request body did not arrive in time.', 408));
    }, limits.bodyTimeoutMs);
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limits.maxBodyBytes) chunks.push(chunk);
      else chunks = [];
      if (size > DRAIN_LIMIT_BYTES) finish(tooLarge(limits));
    };
    const onEnd = (): void => {
      finish(size > limits.maxBodyBytes ? tooLarge(limits) : null);
    };
    const onClose = (): void => {
      finish(clientFault('The connection ended before the request did.'));
    };
    // An error is always followed by close.
    request.on('error', () => undefined);
    if (request.destroyed) onClose();
    else request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
