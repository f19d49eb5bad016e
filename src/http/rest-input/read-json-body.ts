import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { isFromBrowser } from '../cross-site/is-from-another-site.js';
import { ProblemError, type Problem } from '../rest.js';
import { checkBodyTexts } from './check-body-texts.js';
import { unusableBody } from './invalid-request.js';

const bodyLimit = '64kb';

/** Programs may leave out that their JSON is JSON; a page of another site could send any other type without being asked. */
const parseBody = express.json({
  limit: bodyLimit,
  type: () => true,
  verify: (_request, _response, body, encoding) => {
    if (encoding !== 'utf-8') throw new ProblemError({ status: 415, detail: 'JSON is sent in UTF-8' });
    if (!isUtf8(body)) throw new ProblemError(unusableBody('The body is not UTF-8'));
  },
});

/**
 * Reads a body into `request.body`.
 * @throws ProblemError 400 for texts that SOAP could not carry, 415 for a browser's form; an error with an HTTP status for no JSON
 */
export async function readJsonBody(request: Request, response: Response): Promise<void> {
  refuseForms(request);
  await new Promise<void>((resolve, reject) => {
    parseBody(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body cannot be read'));
    });
  });
  checkBodyTexts(request.body);
}

/** @throws ProblemError 415 for a body of a browser that does not say that it is JSON */
function refuseForms(request: Request): void {
  const hasBody =
    request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (!hasBody || !isFromBrowser(request)) return;
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(request.get('Content-Type') ?? '')) return;
  throw new ProblemError({ status: 415, detail: 'From a browser a body is taken as application/json only' });
}

/** What is wrong with the request itself; Express marks its own errors with a status. null: it is none of that. */
export function requestProblem(error: unknown): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const { status } = error;
  if (status < 400 || status >= 500) return null;
  const detail = `The body cannot be read as JSON of at most ${bodyLimit}`;
  return status === 400 ? unusableBody(detail) : { status, detail };
}
