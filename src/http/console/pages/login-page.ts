import { html, type Markup } from '../parts/html.js';
import type { ConsolePage } from '../parts/layout.js';

/**
 * Login page.
 * @param next path to continue at after the login
 */
export function loginPage(
  root: string,
  next: string,
  problem: Markup | null = null,
  login = '',
): ConsolePage {
  const body = html`<div class="panel login">
    <h1>Log in</h1>
    <p class="lead">As the master admin or a reseller, with the same password as for SOAP.</p>
    ${problem}
    <form method="post" action="${root}/login">
      <input type="hidden" name="next" value="${next}" />
      <div class="field">
        <label for="login">Login</label
        ><input
          id="login"
          name="login"
          value="${login}"
          required
          maxlength="255"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      <div class="field">
        <label for="password">Password</label
        ><input
          id="password"
          name="password"
          type="password"
          required
          maxlength="1000"
          autocomplete="current-password"
        />
      </div>
      <button>Log in</button>
    </form>
  </div>`;
  return { title: 'Log in', place: null, body };
}
