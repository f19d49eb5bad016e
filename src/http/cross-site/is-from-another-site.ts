import type { Request } from 'express';
import { baseUrl } from '../server/base-url.js';

/**
 * Whether a page of another site sent a request, as far as its browser says: by Fetch Metadata, else by the Origin. Programs send
 * neither.
 * @param publicUrl how clients reach the service; null: only by the host that they name
 */
export function isFromAnotherSite(request: Request, publicUrl: string | null): boolean {
  const site = request.get('Sec-Fetch-Site');
  // Behind a proxy that hides its host from us, only this tells our own pages.
  if (site === 'same-origin') return false;
  if (site !== undefined && site !== 'none') return true;
  const origin = request.get('Origin');
  return origin !== undefined && !isOwnOrigin(request, publicUrl, origin);
}

function isOwnOrigin(request: Request, publicUrl: string | null, origin: string): boolean {
  const own = [baseUrl(request, publicUrl), `${request.protocol}://${request.host ?? ''}`];
  return own.some((url) => URL.canParse(url) && new URL(url).origin === origin);
}

/** Whether a link was followed, or an address opened, in a window of its own; it shows people what only they can read. */
export function isNavigation(request: Request): boolean {
  const isWindow =
    request.get('Sec-Fetch-Mode') === 'navigate' && request.get('Sec-Fetch-Dest') === 'document';
  return isWindow && isRead(request);
}

export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Whether a browser sent a request, wherever its page is from. */
export function isFromBrowser(request: Request): boolean {
  return request.get('Origin') !== undefined || request.get('Sec-Fetch-Site') !== undefined;
}
