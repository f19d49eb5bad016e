import type { RequestHandler } from 'express';

/** A handler that is loaded for its first request: until then nobody waits for it, and it takes no memory. */
export function whenAsked(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const handle = await loading;
    await handle(request, response, next);
  };
}
