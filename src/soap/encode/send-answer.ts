import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientFault } from '../contract/soap-fault.js';
import { writePiece } from './write-piece.js';

/** Up to so many characters an answer in pieces is sent as a whole, with its length. */
const WHOLE_CHARS = 128 * 1024;
/**
 * So many are written at once of a longer one. Texts of 128 KB and more are no young objects to V8, so that they lie about until it
 * collects the old ones, and a hundred lists at once would fill the memory with them.
 */
const WRITTEN_CHARS = 32 * 1024;

/** Sends an answer with its length, unless the client is gone. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  envelope: string,
): void {
  if (response.destroyed) return;
  const lengthBytes = Buffer.byteLength(envelope);
  prepare(request, response, status);
  response.setHeader('Content-Length', lengthBytes);
  // As text it leaves in one piece with the headers; text of ASCII alone is copied, not encoded.
  response.end(envelope, lengthBytes === envelope.length ? 'latin1' : 'utf8');
}

/**
 * Sends an answer whose end is not known yet, no faster than the client takes it. Nothing is sent before there are two
 * pieces, so that a small answer is sent as any other and an early error can still be answered with a fault.
 * @param timeoutMs how long the client may take for one piece
 * @throws SoapFault Client when the client is gone or too slow; whatever `pieces` throws. When `headersSent` is true then,
 *   the answer cannot be repaired and the connection must be cut
 */
export async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: AsyncGenerator<string>,
  timeoutMs: number,
): Promise<void> {
  let held = '';
  for await (const piece of pieces) {
    // Leaving the loop this way returns the iterator of the handler.
    if (response.destroyed) throw clientGone();
    if (held.length >= (response.headersSent ? WRITTEN_CHARS : WHOLE_CHARS)) {
      if (!response.headersSent) prepare(request, response, 200);
      const end = await writePiece(response, held, timeoutMs);
      if (end === 'gone') throw clientGone();
      if (end === 'late') throw clientFault('The client did not take the answer in time.');
      held = '';
    }
    held += piece;
  }
  if (response.headersSent) response.end(held);
  else sendAnswer(request, response, 200, held);
}

function prepare(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/xml; charset=UTF-8');
  if (status === 405) response.setHeader('Allow', 'POST');
  // What was not read of the request must not be taken for the next one.
  if (!request.complete) response.setHeader('Connection', 'close');
}

function clientGone(): Error {
  return clientFault('The connection ended before the answer did.');
}
