import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import type { RequestLine } from '../logging.js';
import { requestIdOf } from './request-id.js';
import type { RequestLimiter } from './request-limiter.js';
import {
  answerProblem,
  basicCredentials,
  idOf,
  ProblemError,
  type BasicCredentials,
  type Problem,
} from './rest.js';

const bodyLimit = '64kb';

/** One request whose caller named himself; whether he is believed is for the rules to say. */
export interface RestCall<Caller = BasicCredentials> {
  readonly request: Request;
  readonly caller: Caller;
}

/** How the callers of a router name themselves. */
export interface CallerReader<Caller> {
  /** null: the `Authorization` header cannot be read. */
  readonly read: (request: Request) => Caller | null;
  /** For the log. */
  readonly nameOf: (caller: Caller) => string;
}

/** An HTTP status and what is sent as JSON; undefined: nothing. */
export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Adds a call to the router: its path in Express's form, and what answers it. */
export type AddRoute<Caller = BasicCredentials> = (
  method: 'get' | 'put' | 'post' | 'delete',
  path: string,
  answer: (call: RestCall<Caller>) => Promise<RestAnswer>,
) => void;

export interface RestRoutesOptions {
  /** The name of these calls in the log. */
  readonly service: string;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
  /** Where calls wait for their turn. */
  readonly limiter?: RequestLimiter;
  /** Told once of every call. */
  readonly observe: (line: RequestLine) => void;
  /** Runs a call, so that what it does can be told from what other calls do at the same time. */
  readonly within?: (call: RestCallFacts, run: () => Promise<void>) => Promise<void>;
}

/** A call whose caller named himself, before it is looked at. */
export interface RestCallFacts {
  readonly service: string;
  readonly operation: string;
  /** The login that the caller claims. */
  readonly principal: string;
  readonly request: Request;
  readonly response: Response;
}

/** A router of calls with HTTP Basic, JSON of bounded size in and out, and problems as RFC 9457 has them. */
export function restRoutes(options: RestRoutesOptions, add: (route: AddRoute) => void): express.Router {
  const callers = { read: basicCredentials, nameOf: ({ login }: BasicCredentials) => login };
  return restRoutesFor(callers, options, add);
}

/** As restRoutes, for callers that name themselves in another way. */
export function restRoutesFor<Caller>(
  callers: CallerReader<Caller>,
  options: RestRoutesOptions,
  add: (route: AddRoute<Caller>) => void,
): express.Router {
  const router = express.Router();
  add((method, path, answer) => {
    router[method](path, async (request, response) => {
      const caller = callers.read(request);
      const principal = caller === null ? null : callers.nameOf(caller);
      observeWhenSent(options, request, response, { operation: `${method} ${path}`, principal });
      response.set('Cache-Control', 'no-store');
      if (caller === null) return answerProblem(response, { status: 401, detail: 'Authentication failed' });
      const run = () => answerCall(options, request, response, () => answer({ request, caller }));
      const call = { service: options.service, operation: `${method} ${path}`, request, response };
      await (options.within?.({ ...call, principal: callers.nameOf(caller) }, run) ?? run());
    });
  });
  router.use((_request, response) =>
    answerProblem(response, { status: 404, detail: 'There is no such call' }),
  );
  return router;
}

async function answerCall(
  options: RestRoutesOptions,
  request: Request,
  response: Response,
  answer: () => Promise<RestAnswer>,
): Promise<void> {
  let hasPlace = false;
  try {
    options.limiter?.refuseWhenFull(response);
    await readBody(request, response);
    await options.limiter?.enter(response);
    hasPlace = true;
    const { status, body } = await answer();
    if (body === undefined) response.status(status).end();
    else response.status(status).json(body);
  } catch (error) {
    const problem = ownProblem(error) ?? options.toProblem(error);
    if (problem === null) throw error;
    answerProblem(response, problem);
  } finally {
    if (hasPlace) options.limiter?.leave();
  }
}

/**
 * The body of a call.
 * @throws ProblemError 400 unless it has that form
 */
export function bodyOf<T>({ request }: Pick<RestCall, 'request'>, form: z.ZodType<T>): T {
  const read = safeParse(form, request.body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'The body' : issue.path.join('.');
  throw new ProblemError({ status: 400, detail: `${place}: ${issue?.message ?? 'not what is expected'}` });
}

/** Text of 64 kB can be nested more deeply than a recursive check can follow. */
function safeParse<T>(form: z.ZodType<T>, body: unknown): z.ZodSafeParseResult<T> {
  try {
    return form.safeParse(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProblemError({ status: 400, detail: 'The body is nested too deeply' });
  }
}

/**
 * An id in the path of a call.
 * @throws ProblemError 404 unless it is one
 */
export function pathIdOf({ request }: Pick<RestCall, 'request'>, name: string): number {
  const id = idOf(request.params[name]);
  if (id === null) throw new ProblemError({ status: 404, detail: 'An id is a whole number above 0' });
  return id;
}

/** Some clients do not say that their JSON is JSON. */
const parseBody = express.json({ limit: bodyLimit, type: () => true });

function readBody(request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parseBody(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body cannot be read'));
    });
  });
}

/** What is wrong with the request itself; Express marks its own errors with a status. */
function ownProblem(error: unknown): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const { status } = error;
  if (status < 400 || status >= 500) return null;
  return { status, detail: `The body cannot be read as JSON of at most ${bodyLimit}` };
}

function observeWhenSent(
  { service, observe }: RestRoutesOptions,
  request: Request,
  response: Response,
  { operation, principal }: { readonly operation: string; readonly principal: string | null },
): void {
  const startedMs = performance.now();
  response.on('finish', () => {
    observe({
      requestId: requestIdOf(response),
      service,
      operation,
      principal,
      contextId: idOf(request.params['contextId']) ?? undefined,
      outcome: response.statusCode < 400 ? 'ok' : `HTTP ${response.statusCode}`,
      durationMs: performance.now() - startedMs,
    });
  });
}
