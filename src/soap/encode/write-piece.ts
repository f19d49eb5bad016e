import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Outcome of writing a piece. */
export type PieceEnd = 'written' | 'gone' | 'late';

/**
 * Writes a piece of a long answer, and waits for room in the socket. It always yields to the event loop, so
 * that a long list does not block other requests.
 * @param timeoutMs time limit for the client to take the piece
 */
export async function writePiece(
  response: ServerResponse,
  piece: string | Buffer,
  timeoutMs: number,
): Promise<PieceEnd> {
  const end = await accepted(response, piece, timeoutMs);
  if (end === 'written') await nextTurn();
  return end;
}

function accepted(response: ServerResponse, piece: string | Buffer, timeoutMs: number): Promise<PieceEnd> {
  return new Promise((resolve) => {
    if (response.write(piece)) return resolve('written');
    const finish = (end: PieceEnd): void => {
      clearTimeout(timer);
      response.off('drain', onDrain).off('close', onClose);
      resolve(end);
    };
    const onDrain = (): void => finish('written');
    const onClose = (): void => finish('gone');
    const timer = setTimeout(() => finish('late'), timeoutMs);
    response.on('drain', onDrain).on('close', onClose);
  });
}
