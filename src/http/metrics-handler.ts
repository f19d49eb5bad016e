import type { RequestHandler } from 'express';

/** `/metrics`, in the text form of Prometheus. */
export function metricsHandler(
  read: () => Promise<{ readonly contentType: string; readonly text: string }>,
): RequestHandler {
  return async (_request, response) => {
    const { contentType, text } = await read();
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).send(Buffer.from(text));
  };
}
