import { Router, type Response } from 'express';

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
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([isReady(), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
