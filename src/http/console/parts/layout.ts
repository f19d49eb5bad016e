import { createHash } from 'node:crypto';
import { pagePolicy } from '../../server/security-headers.js';
import type { ConsoleCaller } from './console-sessions.js';
import { html, named, type Fragment, type Markup } from './html.js';
import { liveScript } from './live-script.js';
import { stylesheet } from './stylesheet.js';

/** The parts of the console, in the order in which they are shown. */
const sections = [
  ['', 'Overview'],
  ['/resellers', 'Resellers'],
  ['/contexts', 'Contexts'],
  ['/users', 'Users'],
  ['/domains', 'Domains'],
  ['/requests', 'Requests'],
  ['/changes', 'Changes'],
] as const;
/** Section of the console, for the navigation. */
export type ConsoleSection = (typeof sections)[number][0];

/** Surroundings of a page. */
export interface PageFrame {
  /** Prefix of the console's paths. */
  readonly root: string;
  /** null: nobody is logged in. */
  readonly caller: ConsoleCaller | null;
}

/** A page of the console. */
export interface ConsolePage {
  readonly title: string;
  readonly place: ConsoleSection | null;
  readonly body: Fragment;
  /** True when the page can refresh itself. */
  readonly isLive?: boolean;
}

const version = createHash('sha256').update(stylesheet).update(liveScript).digest('hex').slice(0, 12);
/** Paths of style, script and icon below the root; their names change with their content. */
export const assetPaths = {
  style: `/style-${version}.css`,
  script: `/live-${version}.js`,
  icon: `/icon-${version}.svg`,
} as const;

/** Two halves under one yoke. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="none" stroke="#0b69a3" stroke-width="2.5" d="M2 4h12M5 4v4a3 3 0 0 1-3 3M11 4v4a3 3 0 0 0 3 3"/></svg>';

/** Nothing may load but our style and script, and forms go to us. */
export const contentSecurityPolicy = pagePolicy(
  ["style-src 'self'", "script-src 'self'", "connect-src 'self'", "img-src 'self'"],
  "'self'",
);

/** The whole document. */
export function renderPage({ root, caller }: PageFrame, { title, place, body, isLive }: ConsolePage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Oxbow</title>
        <link rel="stylesheet" href="${root}${assetPaths.style}" />
        <link rel="icon" type="image/svg+xml" href="${root}${assetPaths.icon}" />
        ${isLive === true && html`<script src="${root}${assetPaths.script}" defer></script>`}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <div class="top-inner">
            <a class="brand" href="${root}/">Oxbow console</a>
            ${caller !== null && [navigation(root, place), account(root, caller)]}
          </div>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer>Times are in UTC, 1 kB is 1,024 bytes.</footer>
      </body>
    </html> `.text;
}

/** The token that a form needs to be believed. */
export function tokenField(caller: ConsoleCaller): Markup {
  return html`<input type="hidden" name="token" value="${caller.formToken}" />`;
}

/** Error message with advice. */
export function badMessage(what: string, advice = ''): Markup {
  return html`<div class="message bad" role="alert">
    <strong>${what}</strong>${advice !== '' && html`<p>${advice}</p>`}
  </div>`;
}

export function goodMessage(what: string): Markup {
  return html`<div class="message good" role="status"><strong>${what}</strong></div>`;
}

function navigation(root: string, place: ConsoleSection | null): Markup {
  const items = sections.map(
    ([path, name]) =>
      html`<li>
        <a href="${root}${path === '' ? '/' : path}" ${path === place && html` aria-current="page"`}
          >${name}</a
        >
      </li>`,
  );
  return html`<nav aria-label="Console">
    <ul>
      ${items}
    </ul>
  </nav>`;
}

function account(root: string, caller: ConsoleCaller): Markup {
  const kind = caller.provider.kind === 'master' ? 'master admin' : 'reseller';
  return html`<form class="who" method="post" action="${root}/logout">
    <span>${named(caller.login)}, ${kind}</span>${tokenField(caller)}<button class="quiet">Log out</button>
  </form>`;
}
