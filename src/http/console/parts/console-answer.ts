import type { Request } from 'express';
import { isXmlText } from '../../../soap/contract/lexical.js';
import { type ConsoleCaller, sessionCookie } from './console-sessions.js';
import type { ConsolePage } from './layout.js';
import type { RecentRequests } from './recent-requests.js';

/** A request of somebody who is logged in. */
export interface ConsoleCall {
  readonly request: Request;
  readonly caller: ConsoleCaller;
  /** Prefix of the console's paths. */
  readonly root: string;
  readonly recent: RecentRequests;
  /** For how many days the trail of changes is kept; 0: nothing is written down. */
  readonly auditRetentionDays: number;
}

/** Answer to a call: a page or a redirect. */
export type ConsoleAnswer =
  | { readonly status: number; readonly page: ConsolePage }
  | { readonly status: 303; readonly location: string };

/** There is something wrong with what was typed or asked for. Nothing was changed. */
export class ConsoleError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly advice = '',
  ) {
    super(message);
    this.name = 'ConsoleError';
  }
}

/** A page that is there. */
export function pageAnswer(page: ConsolePage): ConsoleAnswer {
  return { status: 200, page };
}

/** Nothing that is looked for is longer. */
const longestSearch = 255;

/** Trimmed and truncated text of a query parameter; '' when it is absent. */
export function queryText({ request }: Pick<ConsoleCall, 'request'>, name: string): string {
  const value = request.query[name];
  return typeof value === 'string' ? value.trim().slice(0, longestSearch) : '';
}

/** The number of a page of a list, from 1 on. */
export function queryPage(call: Pick<ConsoleCall, 'request'>): number {
  const text = queryText(call, 'page');
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

/** A field of a form; '' when it is not there. */
export function formText({ request }: Pick<ConsoleCall, 'request'>, name: string): string {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null) return '';
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
}

/** A text as a search pattern that means itself, and everything that begins with it. */
export function beginningWith(text: string): string {
  return `${text.replace(/[\\*%_]/g, '\\$&')}*`;
}

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

/** Prefix of the console's paths, also behind a proxy: `/console`, or `/oxbow/console`. */
export function consoleRoot(publicUrl: string | null): string {
  return `${publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '')}/console`;
}

/** @throws ConsoleError for a text of the form or the query that SOAP could not carry */
export function checkTexts({ body, query }: { readonly body: unknown; readonly query: object }): void {
  const sent = [...Object.entries(query), ...Object.entries(body ?? {})].flat(2);
  if (sent.every((text) => typeof text !== 'string' || isXmlText(text))) return;
  throw new ConsoleError(400, 'The text contains a character that cannot be used.', 'Nothing was changed.');
}
