import type { Request } from 'express';
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

/** What comes before the paths of the console, behind a proxy, too: `/console`, or `/oxbow/console`. */
export function consoleRoot(publicUrl: string | null): string {
  return `${publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')}/console`;
}
