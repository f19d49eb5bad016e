import express from 'express';
import type { Request, Response } from 'express';
import type { LoginGuardSettings } from '../../provisioning/access/login-guard.js';
import type { Installation } from '../../provisioning/installation/installation.js';
import { parseId } from '../rest/engine/rest.js';
import { clientAddress } from '../server/request-id.js';
import { ConsoleServer, type ConsoleOptions } from './console-server.js';
import { changesPage } from './pages/changes-page.js';
import { contextPage } from './pages/context-page.js';
import { contextsPage, resellersPage, usersPage } from './pages/list-pages.js';
import { loginPage } from './pages/login-page.js';
import { changeMailDomain, mailDomainChanges, mailDomainsPage } from './pages/mail-domains-page.js';
import { overviewPage } from './pages/overview-page.js';
import { problemMessage } from './pages/problem-page.js';
import { quotaChanges, type QuotaChange } from './pages/quota-changes.js';
import { endRefusals, refusedLoginsPage } from './pages/refused-logins.js';
import { requestsPage } from './pages/requests-page.js';
import { changeQuota, userPage } from './pages/user-page.js';
import {
  ConsoleError,
  formText,
  type ConsoleAnswer,
  type ConsoleCall,
  consoleRoot,
  readCookie,
} from './parts/console-answer.js';
import { ConsoleSessions, sessionCookie, sessionLifetimeMs } from './parts/console-sessions.js';
import type { Markup } from './parts/html.js';
import { assetPaths, badMessage, icon } from './parts/layout.js';
import { liveScript } from './parts/live-script.js';
import { stylesheet } from './parts/stylesheet.js';

const contextRoute = '/contexts/:contextId';
const userRoute = `${contextRoute}/users/:userId`;

/** The console: pages for people, at `/console`, with the rights that they have in SOAP. */
export function consoleRouter(
  installation: Installation,
  options: ConsoleOptions & LoginGuardSettings,
): express.Router {
  const sessions = new ConsoleSessions(installation);
  const server = new ConsoleServer(consoleRoot(options.publicUrl), sessions, options);
  const router = express.Router();
  serveAsset(router, assetPaths.style, 'text/css', stylesheet);
  serveAsset(router, assetPaths.script, 'text/javascript', liveScript);
  serveAsset(router, assetPaths.icon, 'image/svg+xml', icon);
  router.get(
    '/login',
    server.open(() => Promise.resolve(loginAnswer(server, 200))),
  );
  router.post('/login', server.open(logIn(server, sessions)));
  router.post('/logout', server.closed(logOut(server, sessions)));
  router.get('/', server.closed(overviewPage()));
  router.get('/resellers', server.closed(resellersPage));
  router.get('/contexts', server.closed(contextsPage));
  router.get('/users', server.closed(usersPage));
  router.get('/requests', server.closed(requestsPage));
  router.get(
    '/domains',
    server.closed((call) => mailDomainsPage(call)),
  );
  for (const change of mailDomainChanges)
    router.post(
      `/domains/${change}`,
      server.closed((call) => shownDomainChange(server, call, change)),
    );
  router.get('/changes', server.closed(changesPage));
  router.get('/refused-logins', server.closed(refusedLoginsPage(options)));
  router.post('/refused-logins', server.closed(endRefusals));
  router.get(
    contextRoute,
    server.closed((call) => contextPage(call, pathId(call, 'contextId'))),
  );
  router.get(
    userRoute,
    server.closed((call) => userPage(call, ...userIds(call))),
  );
  for (const change of Object.keys(quotaChanges) as QuotaChange[])
    router.post(
      `${userRoute}/${change}`,
      server.closed((call) => shownChange(server, call, change)),
    );
  router.use(server.closed(() => Promise.reject(noSuchPage())));
  return router;
}

/** Style, script and icon may be kept: their names change with what is in them. */
function serveAsset(router: express.Router, path: string, type: string, text: string): void {
  router.get(path, (_request, response) => {
    response.set('Cache-Control', 'public, max-age=31536000, immutable');
    response.type(type).send(text);
  });
}

function logIn(server: ConsoleServer, sessions: ConsoleSessions) {
  return async (request: Request, response: Response): Promise<ConsoleAnswer> => {
    const [login, password] = [formText({ request }, 'login'), formText({ request }, 'password')];
    const next = nextOf(server, formText({ request }, 'next'));
    try {
      const cookie = await sessions.open({ login, password, address: clientAddress(request) });
      response.cookie(sessionCookie, cookie, {
        ...cookieOptions(request, server),
        maxAge: sessionLifetimeMs,
      });
      return { status: 303, location: next };
    } catch (error) {
      if (server.problemOf(error)?.status !== 403) throw error;
      return loginAnswer(server, 401, next, login);
    }
  };
}

function loginAnswer(
  { root }: ConsoleServer,
  status: 200 | 401,
  next = `${root}/`,
  login = '',
): ConsoleAnswer {
  const problem = badMessage(
    'Wrong login or password.',
    'After many failures logins from your address are refused for a while, even with the right password.',
  );
  const page = loginPage(root, next, status === 401 ? problem : null, login.slice(0, 255));
  return { status, page };
}

function logOut(server: ConsoleServer, sessions: ConsoleSessions) {
  return async ({ request, root }: ConsoleCall): Promise<ConsoleAnswer> => {
    await sessions.close(readCookie(request) ?? '');
    request.res?.clearCookie(sessionCookie, cookieOptions(request, server));
    return { status: 303, location: `${root}/login` };
  };
}

/** Shows a refused change on the user's page, beside the submitted input. */
async function shownChange(
  server: ConsoleServer,
  call: ConsoleCall,
  change: QuotaChange,
): Promise<ConsoleAnswer> {
  const [contextId, userId] = userIds(call);
  return orRefused(
    server,
    () => changeQuota(call, contextId, userId, change),
    (problem) => userPage(call, contextId, userId, problem),
  );
}

/** Shows a refused change on the page of all domains. */
function shownDomainChange(
  server: ConsoleServer,
  call: ConsoleCall,
  change: (typeof mailDomainChanges)[number],
): Promise<ConsoleAnswer> {
  return orRefused(
    server,
    () => changeMailDomain(call, change),
    (problem) => mailDomainsPage(call, problem),
  );
}

async function orRefused(
  server: ConsoleServer,
  change: () => Promise<ConsoleAnswer>,
  pageWith: (problem: Markup) => Promise<Extract<ConsoleAnswer, { readonly page: unknown }>>,
): Promise<ConsoleAnswer> {
  try {
    return await change();
  } catch (error) {
    const problem = server.problemOf(error);
    if (problem?.status !== 400) throw error;
    return { ...(await pageWith(problemMessage(problem))), status: 400 };
  }
}

/** Behind a proxy that speaks TLS the request itself may be plain; PUBLIC_URL tells what the browser speaks. */
function cookieOptions(request: Request, { root, isPublicOverTls }: ConsoleServer) {
  const secure = request.secure || isPublicOverTls;
  return { httpOnly: true, sameSite: 'strict', secure, path: root } as const;
}

/** Only pages of ours. */
function nextOf({ root }: ConsoleServer, text: string): string {
  const isOurs = text.startsWith(`${root}/`) && /^\/(?!\/)[\w/?&=.%+~-]*$/.test(text) && text.length <= 500;
  return isOurs ? text : `${root}/`;
}

/** @throws ConsoleError unless it is one */
function pathId({ request }: ConsoleCall, name: string): number {
  const id = parseId(request.params[name]);
  if (id === null) throw noSuchPage();
  return id;
}

function userIds(call: ConsoleCall): [contextId: number, userId: number] {
  return [pathId(call, 'contextId'), pathId(call, 'userId')];
}

function noSuchPage(): ConsoleError {
  return new ConsoleError(404, 'Page not found.');
}
