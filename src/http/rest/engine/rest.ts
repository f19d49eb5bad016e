import type { Response } from 'express';
import { isUtf8 } from 'node:buffer';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { isXmlText } from '../../../soap/contract/lexical.js';
import { clientAddress, requestIdOf } from '../../server/request-id.js';
import { problemTypes, problemTypeUri, type ProblemType } from './problem-types.js';

/** Login and password of HTTP Basic, and from where they came. */
export interface BasicCredentials {
  readonly login: string;
  readonly password: string;
  readonly address: string;
}

/** Problem as an HTTP status and a text that the caller may read. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  /** Absent: the status says it all. */
  readonly type?: ProblemType;
  /** Further members, for programs. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A request that cannot be answered, whoever asks. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

/** Ids fit a signed number of 32 bits. */
export const maxId = 2 ** 31 - 1;

/** Caller of a request; null without a readable `Authorization: Basic …`, whose texts are those that SOAP could carry. */
export function basicCredentials(request: IncomingMessage): BasicCredentials | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0 || !isUtf8(bytes) || !isXmlText(text)) return null;
  return { login: text.slice(0, colon), password: text.slice(colon + 1), address: clientAddress(request) };
}

/** An id in a path or a query; null unless it is a whole number above 0. */
export function parseId(text: unknown): number | null {
  const id = typeof text === 'string' && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  return id > 0 && id <= maxId ? id : null;
}

/** RFC 9457. */
export function answerProblem(response: Response, { status, detail, type, members }: Problem): void {
  if (status === 401 && !response.hasHeader('WWW-Authenticate'))
    response.set('WWW-Authenticate', 'Basic realm="Oxbow", charset="UTF-8"');
  const title = type === undefined ? STATUS_CODES[status] : problemTypes[type].title;
  response
    .status(status)
    .type('application/problem+json')
    .json({
      type: type === undefined ? 'about:blank' : problemTypeUri(type),
      title,
      status,
      detail,
      requestId: requestIdOf(response),
      ...members,
    });
}
