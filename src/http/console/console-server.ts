import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { RequestLine } from '../../observe/logging.js';
import { inSlot } from '../../provisioning/access/request-slot.js';
import { isFromAnotherSite, isNavigation } from '../cross-site/is-from-another-site.js';
import type { RestRoutesOptions } from '../rest/engine/rest-routes.js';
import { parseId, type Problem } from '../rest/engine/rest.js';
import { requestIdOf } from '../server/request-id.js';
import type { RequestLimiter } from '../server/request-limiter.js';
import { loginPage } from './pages/login-page.js';
import { problemPage, shownProblem, type ShownProblem } from './pages/problem-page.js';
import {
  ConsoleError,
  formText,
  type ConsoleAnswer,
  type ConsoleCall,
  checkTexts,
  readCookie,
} from './parts/console-answer.js';
import { isSame, type ConsoleCaller, type ConsoleSessions } from './parts/console-sessions.js';
import { badMessage, contentSecurityPolicy, renderPage } from './parts/layout.js';
import type { RecentRequests } from './parts/recent-requests.js';

export interface ConsoleOptions {
  /** Public URL of the service, if configured; its path precedes the console's. */
  readonly publicUrl: string | null;
  /** Limiter of the request slots. */
  readonly limiter: RequestLimiter;
  /** null: nobody foresaw this error. */
  readonly toProblem: (error: unknown) => Problem | null;
  /** Told once of every login and change. */
  readonly observe: (line: RequestLine) => void;
  readonly recent: RecentRequests;
  /** In days; 0: no changes are written down. */
  readonly auditRetention: number;
  /** Runs a change, so that it can be told who made it. */
  readonly within?: RestRoutesOptions['within'];
}

/** One request on its way to its answer. */
interface Exchange {
  readonly request: Request;
  readonly response: Response;
  /** null: nobody has logged in, or it is not known yet. */
  caller: ConsoleCaller | null;
}

const formLimit = '16kb';
const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  // Else browsers would send forms without an Origin.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Answers the requests of the console: who may, in which order things are checked, and how answers look. */
export class ConsoleServer {
  constructor(
    /** Prefix of the console's paths. */
    readonly root: string,
    private readonly sessions: ConsoleSessions,
    private readonly options: ConsoleOptions,
  ) {}

  /** True when the public URL is https, however this request arrived. */
  get isPublicOverTls(): boolean {
    return this.options.publicUrl?.startsWith('https:') === true;
  }

  /** For everybody. */
  open(answer: (request: Request, response: Response) => Promise<ConsoleAnswer>): RequestHandler {
    return (request, response) =>
      this.serve({ request, response, caller: null }, () => answer(request, response));
  }

  /** For those who are logged in; forms only from pages that were shown to them. */
  closed(answer: (call: ConsoleCall) => Promise<ConsoleAnswer>): RequestHandler {
    return (request, response) => {
      const exchange: Exchange = { request, response, caller: null };
      return this.serve(exchange, async () => {
        const cookie = readCookie(request);
        const caller = cookie === null ? null : await this.sessions.read(cookie);
        if (caller === null) return this.askToLogIn(request);
        exchange.caller = caller;
        checkToken(request, caller);
        const { recent, auditRetention: auditRetentionDays } = this.options;
        return this.inName(exchange, caller, () =>
          answer({ request, caller, root: this.root, recent, auditRetentionDays }),
        );
      });
    };
  }

  /** Attributes every change of a form to the caller in the audit trail. */
  private inName(
    { request, response }: Exchange,
    { login }: ConsoleCaller,
    answer: () => Promise<ConsoleAnswer>,
  ): Promise<ConsoleAnswer> {
    const { within } = this.options;
    if (request.method !== 'POST' || within === undefined) return answer();
    const call = { service: 'console', operation: `post ${routeOf(request)}`, principal: login };
    return new Promise((resolve, reject) => {
      within({ ...call, request, response }, () => answer().then(resolve)).catch(reject);
    });
  }

  /** Problem to show to people; null for an unexpected error. */
  problemOf(error: unknown): ShownProblem | null {
    return shownProblem(error, this.options.toProblem);
  }

  private async serve(exchange: Exchange, answer: () => Promise<ConsoleAnswer>): Promise<void> {
    const { request, response } = exchange;
    response.set(headers);
    if (request.method === 'POST') this.observeWhenSent(exchange);
    let hasPlace = false;
    try {
      this.refuseOtherSites(request);
      this.options.limiter.refuseWhenFull(response);
      if (request.method === 'POST') await readForm(request, response);
      checkTexts(request);
      await this.options.limiter.enter(response);
      hasPlace = true;
      this.send(exchange, await inSlot(this.options.limiter, answer));
    } catch (error) {
      const problem = this.problemOf(error);
      if (problem === null) throw error;
      this.send(exchange, { status: problem.status, page: problemPage(this.root, problem) });
    } finally {
      if (hasPlace) this.options.limiter.leave();
    }
  }

  private send({ response, caller }: Exchange, answer: ConsoleAnswer): void {
    if ('location' in answer) {
      response.redirect(answer.status, answer.location);
      return;
    }
    // A scheme of HTTP that browsers do not ask anything for.
    if (answer.status === 401) response.set('WWW-Authenticate', 'Cookie realm="Oxbow console"');
    response
      .status(answer.status)
      .type('html')
      .send(renderPage({ root: this.root, caller }, answer.page));
  }

  private askToLogIn(request: Request): Promise<ConsoleAnswer> {
    const isForm = request.method === 'POST';
    const next = isForm ? `${this.root}/` : this.root + request.url;
    const problem =
      isForm && badMessage('Your session has expired.', 'Nothing was changed. Please log in again.');
    return Promise.resolve({ status: 401, page: loginPage(this.root, next, problem || null) });
  }

  /** @throws ConsoleError unless at most a link led here */
  private refuseOtherSites(request: Request): void {
    if (!isFromAnotherSite(request, this.options.publicUrl) || isNavigation(request)) return;
    throw new ConsoleError(
      403,
      'This request came from another site.',
      'Nothing was changed. If a proxy changes the Host header, set PUBLIC_URL.',
    );
  }

  private observeWhenSent(exchange: Exchange): void {
    const { request, response } = exchange;
    const startedMs = performance.now();
    response.on('finish', () => {
      this.options.observe({
        requestId: requestIdOf(response),
        service: 'console',
        operation: `post ${routeOf(request)}`,
        principal: exchange.caller?.login ?? (formText({ request }, 'login') || null),
        contextId: parseId(request.params['contextId']) ?? undefined,
        outcome: response.statusCode < 400 ? 'ok' : `HTTP ${response.statusCode}`,
        durationMs: performance.now() - startedMs,
      });
    });
  }
}

/** The pattern of the path, so that there are only so many names. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route !== 'object' || route === null || !('path' in route)) return '(unknown)';
  return String(route.path);
}

function checkToken(request: Request, caller: ConsoleCaller): void {
  if (request.method !== 'POST' || isSame(caller.formToken, formText({ request }, 'token'))) return;
  throw new ConsoleError(
    403,
    'This form is out of date.',
    'Nothing was changed. Go back, reload the page and submit the form again.',
  );
}

const parseForm = express.urlencoded({ extended: false, limit: formLimit, parameterLimit: 50 });

/** @throws ConsoleError when it is none, or too long */
function readForm(request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parseForm(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(new ConsoleError(400, 'The form could not be read.'));
    });
  });
}
