import type { Response } from 'express';
import { writePiece } from '../../../soap/encode/write-piece.js';
import type { PagePieces } from './rest-operation.js';
import { ProblemError } from './rest.js';

/** Up to so many characters a page is sent as a whole, with its length. */
const wholeChars = 128 * 1024;
const pieceChars = 32 * 1024;
/** Time limit for the client to take one piece, in milliseconds. */
const pieceTimeoutMs = 60_000;

/**
 * Sends a page of a list while it is read, no faster than the client reads.
 * @param seen called for every sent item
 * @throws ProblemError when the client is gone or too slow; any error of `items`. Once `headersSent` is true
 * the connection must be cut
 */
export async function sendPage(
  response: Response,
  status: number,
  { items, nextOffset }: PagePieces<unknown>,
  seen?: (item: unknown) => void,
): Promise<void> {
  let held = '{"items":[';
  let separator = '';
  for await (const item of items) {
    if (response.destroyed) throw gone();
    seen?.(item);
    held += separator + JSON.stringify(item);
    separator = ',';
    if (held.length < (response.headersSent ? pieceChars : wholeChars)) continue;
    if (!response.headersSent) response.status(status).type('json');
    if ((await writePiece(response, held, pieceTimeoutMs)) !== 'written') throw gone();
    held = '';
  }
  held += `],"nextOffset":${JSON.stringify(nextOffset())}}`;
  if (response.headersSent) response.end(held);
  else response.status(status).type('json').send(held);
}

function gone(): ProblemError {
  return new ProblemError({ status: 400, detail: 'The client did not take the answer' });
}
