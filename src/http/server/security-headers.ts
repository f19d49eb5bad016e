import type { RequestHandler } from 'express';
import { createHash } from 'node:crypto';

const always: readonly (readonly [name: string, value: string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Referrer-Policy', 'no-referrer'],
  ['Cache-Control', 'no-store'],
  ['X-Robots-Tag', 'none'],
];

const hsts = ['Strict-Transport-Security', 'max-age=31536000'] as const;

/** Security headers of every answer; a router may override them later, as the index does with its policy. */
export function securityHeaders(usesTls: boolean): RequestHandler {
  const headers = usesTls ? [...always, hsts] : always;
  return (_request, response, next) => {
    // setHeader and not set: Express would look at each name and value again, for every SOAP call.
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/**
 * The Content-Security-Policy of a page that loads nothing but what is named and stands in no frame.
 * @param allowed directives, such as `script-src 'self'`
 * @param forms where its forms may go
 */
export function pagePolicy(allowed: readonly string[], forms: "'none'" | "'self'" = "'none'"): string {
  return [
    "default-src 'none'",
    ...allowed,
    "base-uri 'none'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The directive that allows a page its own style element. */
export function ownStyle(style: string): string {
  return `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
