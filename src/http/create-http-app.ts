import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { logError, type Logger } from '../observe/logging.js';
import type { SoapService } from '../soap/contract/descriptors.js';
import { ADDRESS_PLACEHOLDER } from '../soap/contract/inline-wsdl.js';
import { crossSiteGuard } from './cross-site/cross-site-guard.js';
import { isRead } from './cross-site/is-from-another-site.js';
import { baseUrl } from './server/base-url.js';
import { healthRouter } from './server/health.js';
import { assignRequestId, requestIdOf } from './server/request-id.js';
import { securityHeaders } from './server/security-headers.js';
import { escapeMarkup } from '../util/escape-markup.js';
import { indexContentSecurityPolicy, indexPage, summarise } from './service-pages/index-page.js';
import { servicePageScript } from './service-pages/service-page-script.js';
import { servicePage, servicePagePolicy, serviceScriptPath } from './service-pages/service-page.js';

export interface HttpAppOptions {
  readonly services: readonly SoapService[];
  /** Answers one POST to a service; reads the body itself. */
  readonly soapEndpoint: (
    request: Request,
    response: Response,
    service: SoapService,
    requestId: string,
  ) => Promise<void>;
  /** Base URL for the WSDLs, instead of the request's host. */
  readonly publicUrl: string | null;
  /** The origins of own portals, whose pages may use REST. */
  readonly corsOrigins?: readonly string[] | null;
  /** True when the service itself speaks TLS. */
  readonly usesTls?: boolean;
  /** Express setting `trust proxy`. */
  readonly trustProxy: boolean | number | string | string[];
  readonly isReady: () => Promise<boolean>;
  /** Runs whatever a request leads to. */
  readonly withinCall?: (run: () => void) => void;
  readonly logger: Logger;
  /** `/metrics` */
  readonly metrics?: RequestHandler;
  /** REST routes with their description. */
  readonly restApi?: express.Router;
  /** `/control/v1/…`, of test systems. */
  readonly controlRouter?: express.Router;
  /** `/console/…` */
  readonly consoleRouter?: express.Router;
}

const soapRoots = ['/webservices', '/servlet/axis2/services'];

/** Everything that is served over HTTP, top to bottom. */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.use(joinSlashes);
  const { withinCall } = options;
  if (withinCall) app.use((_request, _response, next) => withinCall(next));
  app.use(assignRequestId);
  app.use(securityHeaders(options.usesTls === true));
  app.use(logOtherRequests(options.logger));
  app.use(crossSiteGuard(options));
  app.use('/health', healthRouter(options.isReady));
  if (options.metrics) app.get('/metrics', options.metrics);
  app.all(['/', ...soapRoots], serveIndex(options));
  app.all(
    soapRoots.map((root) => `${root}/${serviceScriptPath}`),
    serveScript,
  );
  app.all(
    soapRoots.flatMap((root) => [`${root}/:service`, `${root}/:service/*below`]),
    serveService(options),
  );
  if (options.consoleRouter) app.use('/console', options.consoleRouter);
  if (options.controlRouter) app.use('/control/v1', options.controlRouter);
  if (options.restApi) app.use(options.restApi);
  app.use((_request, response) =>
    plain(response, 404, 'There is nothing here. The services are listed at /webservices/.'),
  );
  app.use(answerError(options.logger));
  return app;
}

/** Serves `//webservices/…`, which clients make of a base address that ends in a slash. */
const joinSlashes: RequestHandler = (request, _response, next) => {
  const path = /^[^?#]*/.exec(request.url)?.[0] ?? '';
  const joined = path.replace(/\/{2,}/g, '/');
  if (joined !== path && soapRoots.some((root) => `${joined.toLowerCase()}/`.startsWith(`${root}/`)))
    request.url = joined + request.url.slice(path.length);
  next();
};

function serveService(options: HttpAppOptions): RequestHandler {
  const services = new Map(options.services.map((service) => [service.name, service]));
  return async (request, response) => {
    const service = services.get(nameOfService(request));
    if (!service) refuseService(response);
    else if (isRead(request) && asksForWsdl(request)) sendWsdl(request, response, service, options.publicUrl);
    else if (isRead(request) && asksForPage(request)) sendPage(request, response, service);
    else {
      if (isRead(request)) response.vary('Accept');
      await options.soapEndpoint(request, response, service, requestIdOf(response));
    }
  };
}

/** The name in the path, without parameters such as `;jsessionid=1`. */
function nameOfService(request: Request): string {
  return String(request.params['service']).replace(/;.*/s, '');
}

/** Source: docs/contract/wire.md#1. */
function refuseService(response: Response): void {
  response.status(404).type('html').send('<html><body>No service was found.</body></html>');
}

/** Browsers name HTML; clients that take anything get plain text. */
function asksForPage(request: Request): boolean {
  return (
    request.get('Accept')?.includes('text/html') === true && request.accepts(['html', 'text']) === 'html'
  );
}

function sendPage(request: Request, response: Response, service: SoapService): void {
  response.vary('Accept').set('Content-Security-Policy', servicePagePolicy);
  response.type('html').send(servicePage(service, rootFrom(request.path)));
}

/** The way from a service's page, or a path below it, to the list of services. */
function rootFrom(path: string): string {
  const root = soapRoots.find((each) => path.toLowerCase().startsWith(`${each}/`)) ?? '';
  return '../'.repeat(path.slice(root.length + 1).split('/').length - 1) || './';
}

function serveScript(request: Request, response: Response): void {
  if (!isRead(request)) return refuseMethod(response, 'GET, HEAD');
  response.set('Cache-Control', 'no-cache').type('text/javascript').send(servicePageScript);
}

function asksForWsdl(request: Request): boolean {
  return Object.keys(request.query).some((name) => /^(single)?wsdl$/i.test(name));
}

function sendWsdl(
  request: Request,
  response: Response,
  service: SoapService,
  publicUrl: string | null,
): void {
  const { name, wsdlTemplate } = service.contract;
  const root = soapRoots.find((each) => request.path.toLowerCase().startsWith(`${each}/`)) ?? '/webservices';
  const address = escapeMarkup(`${baseUrl(request, publicUrl)}${root}/${name}`);
  response.set({ 'Content-Type': 'text/xml; charset=UTF-8', 'Cache-Control': 'no-cache' });
  // A Buffer, because Express rewrites the charset of what it sends as a string.
  response.send(Buffer.from(wsdlTemplate.replaceAll(ADDRESS_PLACEHOLDER, () => address)));
}

function serveIndex(options: HttpAppOptions): RequestHandler {
  return (request, response) => {
    if (!isRead(request)) return refuseMethod(response, 'GET, HEAD');
    response.vary('Accept');
    if (request.accepts(['html', 'json']) === 'json') {
      const base = `${baseUrl(request, options.publicUrl)}/webservices/`;
      response.json({ services: summarise(options.services, base) });
      return;
    }
    response.set('Content-Security-Policy', indexContentSecurityPolicy);
    response.type('html').send(indexPage(summarise(options.services, relativeRoot(request.path))));
  };
}

/** Links are relative, so that they hold behind any prefix that a proxy puts before our paths. */
function relativeRoot(path: string): string {
  if (path === '/') return 'webservices/';
  return path.endsWith('/') ? './' : `${path.slice(path.lastIndexOf('/') + 1)}/`;
}

function refuseMethod(response: Response, allowed: string): void {
  response.set('Allow', allowed);
  plain(response, 405, `Only ${allowed} are allowed here.`);
}

function plain(response: Response, statusCode: number, text: string): void {
  response.status(statusCode).type('text/plain').send(`${text}\n`);
}

/** Logs other requests at debug level; the SOAP endpoint logs its own. */
function logOtherRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const { method, path } = request;
    response.on('finish', () => {
      if (method === 'POST' && response.statusCode !== 404) return;
      const durationMs = Math.round(performance.now() - startedMs);
      logger.debug('http', {
        requestId: requestIdOf(response),
        method,
        path,
        status: response.statusCode,
        durationMs,
      });
    });
    next();
  };
}

/** The last resort: the client learns an id and nothing else. */
function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const status = clientErrorStatus(error);
    if (status !== null && !response.headersSent)
      return plain(response, status, 'The request cannot be understood.');
    const errorId = requestIdOf(response);
    logError(logger, 'unexpected error', error, errorId);
    if (response.headersSent) response.destroy();
    else plain(response, 500, `Something went wrong on the server. Error id ${errorId}.`);
  };
}

/** Express marks what is the client's fault, such as a path that cannot be decoded. */
function clientErrorStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
