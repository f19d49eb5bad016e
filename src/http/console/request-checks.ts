import type { Request } from 'express';
import { baseUrl } from '../base-url.js';
import { sessionCookie } from './console-sessions.js';

/** The longest cookie that is looked at. */
const longestCookie = 4_096;

/** The value of the console's cookie; null: there is none. */
export function readCookie(request: Request): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name = '', ...value] = part.trim().split('=');
    const text = value.join('=');
    if (name === sessionCookie && text.length <= longestCookie) return text;
  }
  return null;
}

/**
 * Whether a form was sent from a page of ours, as far as the browser says: Fetch Metadata, else the Origin. Who says neither is no
 * browser that another site could use; the token in the form decides then.
 */
export function isFromOurPages(request: Request, publicUrl: string | null): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin';
  const origin = request.get('Origin');
  if (origin === undefined) return true;
  const ours = [baseUrl(request, publicUrl), `${request.protocol}://${request.host ?? ''}`];
  return ours.some((url) => URL.canParse(url) && new URL(url).origin === origin);
}

/** What comes before the paths of the console, behind a proxy, too: `/console`, or `/oxbow/console`. */
export function consoleRoot(publicUrl: string | null): string {
  return `${publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')}/console`;
}
