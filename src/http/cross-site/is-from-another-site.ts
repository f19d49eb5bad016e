import type { Request } from 'express';
import { baseUrl } from '../server/base-url.js';

/**
 * Detects requests of another site's page by Fetch Metadata, else by the Origin. Programs send neither.
 * @param publicUrl public URL of the service; null to accept only the host of the request
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

/** True for a top-level navigation, which shows its answer only to the person. */
export function isNavigation(request: Request): boolean {
  const isWindow =
    request.get('Sec-Fetch-Mode') === 'navigate' && request.get('Sec-Fetch-Dest') === 'document';
  return isWindow && isRead(request);
}

export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** True for a request of any browser, whichever page sent it. */
export function isFromBrowser(request: Request): boolean {
  return request.get('Origin') !== undefined || request.get('Sec-Fetch-Site') !== undefined;
}
