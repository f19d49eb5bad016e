import express from 'express';
import type { RequestHandler } from 'express';

/** A router that is loaded for its first request: until then nobody waits for it, and it takes no memory. */
export function whenAsked(load: () => Promise<RequestHandler>): express.Router {
  const router = express.Router();
  let loading: Promise<unknown> | undefined;
  router.use(async (_request, _response, next) => {
    loading ??= load().then(
      (loaded) => router.use(loaded),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    await loading;
    next();
  });
  return router;
}
