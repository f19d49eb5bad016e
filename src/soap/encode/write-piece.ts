import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How the writing of a piece ended. */
export type PieceEnd = 'written' | 'gone' | 'late';

/**
 * Writes a piece of a long answer, and waits until the socket has room again. Also with room the event loop turns before the next piece:
 * else a long list would leave in one turn, and everybody else would wait for its end.
 * @param timeoutMs how long the client may take for it
 */
export async function writePiece(
  response: ServerResponse,
  text: string,
  timeoutMs: number,
): Promise<PieceEnd> {
  const end = await accepted(response, text, timeoutMs);
  if (end === 'written') await nextTurn();
  return end;
}

function accepted(response: ServerResponse, text: string, timeoutMs: number): Promise<PieceEnd> {
  return new Promise((resolve) => {
    if (response.write(text)) return resolve('written');
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
