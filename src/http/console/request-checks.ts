import type { Request } from 'express';
import { isXmlText } from '../../soap/contract/lexical.js';
import { ConsoleError } from './console-answer.js';
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

/** @throws ConsoleError for a text of the form or the query that SOAP could not carry */
export function checkTexts({ body, query }: { readonly body: unknown; readonly query: object }): void {
  const sent = [...Object.entries(query), ...Object.entries(body ?? {})].flat(2);
  if (sent.every((text) => typeof text !== 'string' || isXmlText(text))) return;
  throw new ConsoleError(400, 'There is a character that cannot be used.', 'Nothing was changed.');
}
