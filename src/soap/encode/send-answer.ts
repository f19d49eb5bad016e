import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientFault } from '../contract/soap-fault.js';
import type { AnswerCharset } from './answer-charset.js';
import { writePiece } from './write-piece.js';

/** Up to so many characters an answer in pieces is sent as a whole, with its length. */
const WHOLE_CHARS = 128 * 1024;
/**
 * Length of a piece of a long answer. V8 allocates texts of 128 KB and more as old objects. A hundred lists
 * at once would fill the memory with them.
 */
const WRITTEN_CHARS = 32 * 1024;

/** Sends an answer with its length, unless the client is gone. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  envelope: string,
  charset: AnswerCharset,
): void {
  if (response.destroyed) return;
  if (charset.encode !== null) return sendBytes(request, response, status, charset.encode(envelope), charset);
  const lengthBytes = Buffer.byteLength(envelope);
  prepare(request, response, status, charset);
  response.setHeader('Content-Length', lengthBytes);
  // A text leaves in one piece with the headers; ASCII is copied, not encoded.
  response.end(envelope, lengthBytes === envelope.length ? 'latin1' : 'utf8');
}

function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  bytes: Buffer,
  charset: AnswerCharset,
): void {
  prepare(request, response, status, charset);
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

/**
 * Sends an answer of unknown length no faster than the client reads. It holds back until two pieces exist, so
 * small answers and early errors take the ordinary path.
 * @param timeoutMs time limit for the client to take one piece
 * @throws SoapFault Client when the client is gone or too slow; any error of `pieces`. After `headersSent`
 * the answer is beyond repair and the connection must be cut
 */
export async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: AsyncGenerator<string>,
  timeoutMs: number,
  charset: AnswerCharset,
): Promise<void> {
  const { encode } = charset;
  const bytesOf = (text: string): string | Buffer => (encode === null ? text : encode(text));
  let held = '';
  for await (const piece of pieces) {
    // Leaving the loop this way returns the iterator of the handler.
    if (response.destroyed) throw clientGone();
    if (held.length >= (response.headersSent ? WRITTEN_CHARS : WHOLE_CHARS)) {
      if (!response.headersSent) prepare(request, response, 200, charset);
      const end = await writePiece(response, bytesOf(held), timeoutMs);
      if (end === 'gone') throw clientGone();
      if (end === 'late') throw clientFault('The client did not take the answer in time.');
      held = '';
    }
    held += piece;
  }
  if (response.headersSent) response.end(bytesOf(held));
  else sendAnswer(request, response, 200, held, charset);
}

function prepare(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { contentType }: AnswerCharset,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  if (status === 405) response.setHeader('Allow', 'GET, POST');
  // The unread rest of a request must not be taken for the next one.
  if (!request.complete) response.setHeader('Connection', 'close');
}

function clientGone(): Error {
  return clientFault('The connection ended before the answer did.');
}
