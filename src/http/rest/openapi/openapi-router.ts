import express from 'express';
import { baseUrl } from '../../server/base-url.js';
import { pagePolicy } from '../../server/security-headers.js';
import { escapeMarkup } from '../../../util/escape-markup.js';
import type { DeclaredOperation } from '../engine/rest-operation.js';
import { openApiScript, openApiStyle } from './openapi-assets.js';
import { openApiDocument, type OpenApiDocument } from './openapi-document.js';
import { openApiPage } from './openapi-page.js';

/** Nothing but the page's own files, and calls to this service. */
const contentSecurityPolicy = pagePolicy(["style-src 'self'", "script-src 'self'", "connect-src 'self'"]);

/** Stands in the page for the address of the service, which is all that differs between requests. */
const anyAddress = 'http://address.invalid';

/** `/openapi.json`, and at `/openapi/` a page made of it. */
export function openApiRouter(
  operations: readonly DeclaredOperation[],
  publicUrl: string | null,
): express.Router {
  let made: OpenApiDocument | undefined;
  let page: string | undefined;
  const documentAt = (url: string): OpenApiDocument => {
    made ??= openApiDocument(operations);
    return { ...made, servers: [{ url }] };
  };
  const pageAt = (url: string): string => {
    page ??= openApiPage(documentAt(anyAddress));
    // It stands in words of a shell.
    const address = escapeMarkup(url.replaceAll("'", '%27'));
    return page.replaceAll(anyAddress, () => address);
  };
  const router = express.Router();
  router.get('/openapi.json', (request, response) => {
    response.json(documentAt(baseUrl(request, publicUrl)));
  });
  router.get('/openapi', (request, response) => {
    // Relative, as all links of the page are, so that they hold behind any prefix of a proxy.
    if (!request.path.endsWith('/')) return response.redirect(308, 'openapi/');
    response.set('Content-Security-Policy', contentSecurityPolicy);
    response.type('html').send(pageAt(baseUrl(request, publicUrl)));
  });
  router.get('/openapi/style.css', (_request, response) => {
    response.type('css').send(openApiStyle);
  });
  router.get('/openapi/script.js', (_request, response) => {
    response.type('js').send(openApiScript);
  });
  return router;
}
