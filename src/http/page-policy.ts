import { createHash } from 'node:crypto';

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
