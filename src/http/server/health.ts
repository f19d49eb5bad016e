import { type RequestHandler, type Response, Router } from 'express';
import { waitAtMost } from '../../util/wait-at-most.js';

/**
 * `/live`: the process answers. `/ready`: it can also serve.
 * @param isReady a check that fails, or takes longer than `timeoutMs`, counts as not ready
 */
export function healthRouter(isReady: () => Promise<boolean>, timeoutMs = 3_000): Router {
  const router = Router();
  router.get('/live', (_request, response) => answer(response, 200, 'live'));
  router.get('/ready', async (_request, response) => {
    const ready = await withinTime(isReady, timeoutMs);
    answer(response, ready ? 200 : 503, ready ? 'ready' : 'not ready');
  });
  return router;
}

function answer(response: Response, statusCode: number, status: string): void {
  response.status(statusCode).set('Cache-Control', 'no-store').json({ status });
}

async function withinTime(isReady: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  try {
    return await waitAtMost(isReady(), timeoutMs, false);
  } catch {
    return false;
  }
}

/** `/metrics`, in the text form of Prometheus. */
export function metricsHandler(
  read: () => Promise<{ readonly contentType: string; readonly text: string }>,
): RequestHandler {
  return async (_request, response) => {
    const { contentType, text } = await read();
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).send(Buffer.from(text));
  };
}
