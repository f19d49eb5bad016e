import { createHash } from 'node:crypto';

/**
 * The Content-Security-Policy of a page that loads nothing but what is named, sends no form and stands in no frame.
 * @param allowed directives, such as `script-src 'self'`
 */
export function pagePolicy(...allowed: readonly string[]): string {
  return [
    "default-src 'none'",
    ...allowed,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The directive that allows a page its own style element. */
export function ownStyle(style: string): string {
  return `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}
