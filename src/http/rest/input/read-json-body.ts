import express from 'express';
import type { Request, Response } from 'express';
import { isUtf8 } from 'node:buffer';
import { isFromBrowser } from '../../cross-site/is-from-another-site.js';
import { ProblemError } from '../engine/rest.js';
import { checkBodyTexts } from './check-body-texts.js';
import { unusableBody } from './invalid-request.js';

/** Reads a body into `request.body`. */
export type BodyReader = (request: Request, response: Response) => Promise<void>;

/**
 * Reader of JSON bodies up to a size. Programs may omit the content type; a browser page could send other
 * types without a preflight.
 * @throws ProblemError 400 for invalid JSON and texts that SOAP could not carry
 * @throws ProblemError 413 for too much, 415 for a browser's form
 */
export function jsonBodyReader(maxBytes: number): BodyReader {
  const parseBody = express.json({
    limit: maxBytes,
    type: () => true,
    verify: (_request, _response, body, encoding) => {
      if (encoding !== 'utf-8') throw new ProblemError({ status: 415, detail: 'JSON is sent in UTF-8' });
      if (!isUtf8(body)) throw new ProblemError(unusableBody('The body is not UTF-8'));
    },
  });
  return async (request, response) => {
    refuseForms(request);
    await new Promise<void>((resolve, reject) => {
      parseBody(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(bodyProblem(error, maxBytes));
      });
    });
    checkBodyTexts(request.body);
  };
}

/** @throws ProblemError 415 for a body of a browser that does not say that it is JSON */
function refuseForms(request: Request): void {
  const hasBody =
    request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (!hasBody || !isFromBrowser(request)) return;
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.get('Content-Type') ?? '')) return;
  throw new ProblemError({ status: 415, detail: 'From a browser a body is taken as application/json only' });
}

/** Problem with a body; Express marks its own errors with a status. */
function bodyProblem(error: unknown, maxBytes: number): Error {
  if (!(error instanceof Error)) return new Error('the body cannot be read');
  if (error instanceof ProblemError || !('status' in error) || typeof error.status !== 'number') return error;
  const { status } = error;
  if (status < 400 || status >= 500) return error;
  const detail = `The body cannot be read as JSON of at most ${maxBytes} bytes`;
  return new ProblemError(status === 400 ? unusableBody(detail) : { status, detail });
}
