import express from 'express';
import type { Request, Response } from 'express';
import { channel } from 'node:diagnostics_channel';
import { z } from 'zod';
import type { RequestLine } from '../../../observe/logging.js';
import { inSlot } from '../../../provisioning/access/request-slot.js';
import type { RestExchange } from '../../../qa/recording/journal.js';
import { requestIdOf } from '../../server/request-id.js';
import type { RequestLimiter } from '../../server/request-limiter.js';
import { checkAddressTexts, refuseUnreadableAddress } from '../input/check-address.js';
import { invalidRequest, pointerTo } from '../input/invalid-request.js';
import { jsonBodyReader, type BodyReader } from '../input/read-json-body.js';
import type { AddRoute, DeclaredOperation, RestAnswer, RestCall } from './rest-operation.js';
import { pathParameters } from './rest-schemas.js';
import {
  answerProblem,
  basicCredentials,
  ProblemError,
  type BasicCredentials,
  type Problem,
} from './rest.js';
import { sendPage } from './send-page.js';

/** Default bound of a request body. */
const defaultMaxBodyBytes = 64 * 1024;

/** Every answer with the operation that declares it, for tests that hold one against the other. */
const answersSent = channel('oxbow:rest-answer');

/** Authentication of a router's callers. */
export interface CallerReader<Caller> {
  readonly kinds: DeclaredOperation['security'];
  /** null: the `Authorization` header cannot be read. */
  readonly read: (request: Request) => Caller | null;
  /** For the log. */
  readonly nameOf: (caller: Caller) => string;
  /** `WWW-Authenticate` of refusals; HTTP Basic by default. */
  readonly challenge?: string;
}

export interface RestRoutesOptions {
  /** Mount path of the router without the first slash, also its name in the log. */
  readonly service: string;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
  /** Bound of a request body; 64 kB by default. */
  readonly maxBodyBytes?: number;
  /** Limiter of the request slots. */
  readonly limiter?: RequestLimiter;
  /** Told once of every call. */
  readonly observe: (line: RequestLine) => void;
  /** Told once of every call with what was sent and answered; of test systems only. */
  readonly witness?: (exchange: RestExchange) => void;
  /** Told of every call that there is. */
  readonly declare: (operation: DeclaredOperation) => void;
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

/** Router with HTTP Basic, bounded JSON bodies, and problems as in RFC 9457. */
export function restRoutes(
  options: RestRoutesOptions,
  add: (route: AddRoute<BasicCredentials>) => void,
): express.Router {
  const nameOf = ({ login }: BasicCredentials) => login;
  return restRoutesFor({ kinds: ['basic'], read: basicCredentials, nameOf }, options, add);
}

/** Like restRoutes, with another way of authentication. */
export function restRoutesFor<Caller>(
  callers: CallerReader<Caller>,
  options: RestRoutesOptions,
  add: (route: AddRoute<Caller>) => void,
): express.Router {
  const router = express.Router();
  router.use(refuseUnreadableAddress);
  const readBody = jsonBodyReader(options.maxBodyBytes ?? defaultMaxBodyBytes);
  const route: AddRoute<Caller> = (method, path, operation, answer) => {
    const declared = { ...operation, method, path: `/${options.service}${path}`, security: callers.kinds };
    options.declare(declared);
    const forms = { query: z.object(operation.query ?? {}), body: operation.body ?? z.undefined() };
    const expressPath = path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[method](expressPath, async (request, response) => {
      const caller = callers.read(request);
      const principal = caller === null ? null : callers.nameOf(caller);
      observeWhenSent(options, request, response, { operation: `${method} ${expressPath}`, principal });
      response.set('Cache-Control', 'no-store');
      if (caller === null) {
        if (callers.challenge !== undefined) response.set('WWW-Authenticate', callers.challenge);
        return sendProblem(declared, response, { status: 401, detail: 'Authentication failed' });
      }
      const run = () =>
        answerCall({ ...options, readBody }, declared, request, response, () =>
          // The types of a declaration say what its schemas read.
          answer(readCall(request, caller, forms) as Parameters<typeof answer>[0]),
        );
      const call = { service: options.service, operation: `${method} ${expressPath}`, request, response };
      await (options.within?.({ ...call, principal: callers.nameOf(caller) }, run) ?? run());
    });
  };
  add(route);
  router.use((_request, response) =>
    answerProblem(response, { status: 404, detail: 'There is no such call' }),
  );
  return router;
}

async function answerCall(
  options: RestRoutesOptions & { readonly readBody: BodyReader },
  declared: DeclaredOperation,
  request: Request,
  response: Response,
  answer: () => Promise<RestAnswer>,
): Promise<void> {
  let hasPlace = false;
  try {
    options.limiter?.refuseWhenFull(response);
    await options.readBody(request, response);
    await options.limiter?.enter(response);
    hasPlace = true;
    const read = await (options.limiter ? inSlot(options.limiter, answer) : answer());
    await send(declared, response, read, options.witness !== undefined);
  } catch (error) {
    // A page that ends in the middle must not look whole.
    if (response.headersSent) return void response.destroy();
    const problem = error instanceof ProblemError ? error.problem : options.toProblem(error);
    if (problem === null) throw error;
    sendProblem(declared, response, problem);
  } finally {
    if (hasPlace) options.limiter?.leave();
  }
}

/** @param isOverheard somebody wants to know all that is sent, so it is sent as a whole */
async function send(
  operation: DeclaredOperation,
  response: Response,
  { status, body, headers = {}, text, pieces }: RestAnswer,
  isOverheard: boolean,
): Promise<void> {
  if (pieces !== undefined) {
    const items: unknown[] = [];
    const isChecked = answersSent.hasSubscribers;
    if (isOverheard) {
      for await (const item of pieces.items) items.push(item);
      response.status(status).json({ items, nextOffset: pieces.nextOffset() });
    } else await sendPage(response, status, pieces, isChecked ? (item) => items.push(item) : undefined);
    if (isChecked)
      answersSent.publish({ operation, status, body: { items, nextOffset: pieces.nextOffset() } });
    return;
  }
  if (answersSent.hasSubscribers) answersSent.publish({ operation, status, body });
  response.set(headers);
  if (text !== undefined) response.status(status).type(text.type).send(text.content);
  else if (body === undefined) response.status(status).end();
  else response.status(status).json(body);
}

function sendProblem(operation: DeclaredOperation, response: Response, problem: Problem): void {
  if (answersSent.hasSubscribers) answersSent.publish({ operation, status: problem.status, problem });
  answerProblem(response, problem);
}

/**
 * @throws ProblemError 400 for texts that SOAP could not carry
 * @throws ProblemError 404 for a path with an invalid parameter
 */
function readCall<Caller>(
  request: Request,
  caller: Caller,
  forms: { readonly query: z.ZodType; readonly body: z.ZodType },
): RestCall<Caller> {
  checkAddressTexts(request);
  const params = Object.entries(request.params).map(([name, text]) => {
    const read = pathParameters[name as keyof typeof pathParameters].safeParse(text);
    if (!read.success) throw new ProblemError({ status: 404, detail: 'An id is a whole number above 0' });
    return [name, read.data] as const;
  });
  return {
    request,
    caller,
    params: Object.fromEntries(params),
    query: () => parse(forms.query, request.query, 'query'),
    body: () => parse(forms.body, request.body, 'body'),
  };
}

/**
 * Reads what was sent by its form.
 * @throws ProblemError 400 listing what does not fit
 */
export function parse<T>(form: z.ZodType<T>, value: unknown, part: 'body' | 'query'): T {
  const read = form.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.flatMap(mistakesIn);
  const errors = issues.map(({ path, message: detail }) =>
    part === 'query' ? { parameter: String(path[0]), detail } : { pointer: pointerTo(path), detail },
  );
  const place = issues[0]?.path.join('.') || `The ${part}`;
  const detail = `${place}: ${issues[0]?.message ?? 'not what is expected'}`;
  throw new ProblemError(invalidRequest(detail, errors));
}

/** Reports unknown keys at their own path. */
function mistakesIn(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  const { path, message } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, message }];
  return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such member' }));
}

function observeWhenSent(
  { service, observe, witness }: RestRoutesOptions,
  request: Request,
  response: Response,
  { operation, principal }: { readonly operation: string; readonly principal: string | null },
): void {
  const startedMs = performance.now();
  const answerBody = witness && overhearJson(response);
  response.on('finish', () => {
    const contextId = pathParameters.contextId.safeParse(request.params['contextId']);
    const line = {
      requestId: requestIdOf(response),
      service,
      operation,
      principal,
      contextId: contextId.data,
      outcome: response.statusCode < 400 ? 'ok' : `HTTP ${response.statusCode}`,
      durationMs: performance.now() - startedMs,
    };
    observe(line);
    try {
      witness?.({
        ...line,
        method: request.method,
        path: request.originalUrl,
        httpStatus: response.statusCode,
        requestBody: request.body as unknown,
        answerBody: answerBody?.(),
      });
    } catch {
      // The answer is out; a journal that fails must not end the process.
    }
  });
}

/** @returns JSON sent so far; undefined when nothing was */
function overhearJson(response: Response): () => unknown {
  const json = response.json.bind(response);
  let heard: unknown;
  response.json = (body) => {
    heard = body;
    return json(body);
  };
  return () => heard;
}
