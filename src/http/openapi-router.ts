import express from 'express';
import { baseUrl } from './base-url.js';
import { openApiDocument, type OpenApiDocument } from './openapi-document.js';
import { openApiPage } from './openapi-page.js';
import { openApiScript } from './openapi-script.js';
import { openApiStyle } from './openapi-style.js';
import type { DeclaredOperation } from './rest-operation.js';

/** Nothing but the page's own files, and calls to this service. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/openapi.json`, and at `/openapi/` a page made of it. */
export function openApiRouter(
  operations: readonly DeclaredOperation[],
  publicUrl: string | null,
): express.Router {
  let made: OpenApiDocument | undefined;
  const documentFor = (request: express.Request): OpenApiDocument => {
    made ??= openApiDocument(operations);
    return { ...made, servers: [{ url: baseUrl(request, publicUrl) }] };
  };
  const router = express.Router();
  router.get('/openapi.json', (request, response) => {
    response.json(documentFor(request));
  });
  router.get('/openapi', (request, response) => {
    // Relative, as all links of the page are, so that they hold behind any prefix of a proxy.
    if (!request.path.endsWith('/')) return response.redirect(308, 'openapi/');
    response.set('Content-Security-Policy', contentSecurityPolicy);
    response.type('html').send(openApiPage(documentFor(request)));
  });
  router.get('/openapi/style.css', (_request, response) => {
    response.type('css').send(openApiStyle);
  });
  router.get('/openapi/script.js', (_request, response) => {
    response.type('js').send(openApiScript);
  });
  return router;
}
