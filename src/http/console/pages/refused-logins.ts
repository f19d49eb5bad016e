import { accountOf } from '../../../provisioning/access/login-account.js';
import type { LoginGuardSettings } from '../../../provisioning/access/login-guard.js';
import { parseId } from '../../rest/engine/rest.js';
import {
  ConsoleError,
  formText,
  pageAnswer,
  type ConsoleAnswer,
  type ConsoleCall,
} from '../parts/console-answer.js';
import { html, named, textField } from '../parts/html.js';
import { tokenField } from '../parts/layout.js';
import { showCount, showTime, table } from '../parts/tables.js';

const shown = 100;
const columns = [
  { name: 'Address', kind: 'name' as const },
  { name: 'Failures', kind: 'number' as const },
  { name: 'Since', kind: 'nowrap' as const },
];

/**
 * Page of addresses locked after wrong passwords, for the master admin. Logins are stored as hashes and
 * cannot be shown.
 */
export function refusedLoginsPage(settings: LoginGuardSettings) {
  return async (call: ConsoleCall): Promise<ConsoleAnswer> => {
    requireMaster(call);
    const { caller, root } = call;
    const limits = {
      here: Math.max(1, 2 * settings.loginFailuresAllowed),
      elsewhere: settings.loginFailuresElsewhere,
    };
    const sinceMs = Date.now() - settings.loginFailureWindow * 1_000;
    const refused = await caller.installation.store.loginAttempts.listRefused(limits, sinceMs, shown);
    const rows = refused.map(({ address, failures, sinceMs: fromMs }) => [
      address === '' ? html`all addresses new to the login` : named(address),
      showCount(failures),
      showTime(fromMs),
    ]);
    const body = html`<h1>Refused logins</h1>
      <p class="lead">
        After too many wrong passwords a login is refused from an address for a while. The log names the
        login.
      </p>
      <section class="panel">
        ${rows.length === 0 ? html`<p>No logins are refused at the moment.</p>` : table('Refused now', columns, rows)}
      </section>
      <section class="panel">
        <h2>End refusals</h2>
        <form method="post" action="${root}/refused-logins">
          ${tokenField(caller)}
          <div class="row">
            ${textField('login', 'Login', '')}${textField('context', 'Id of its context, if any', '')}
            ${textField('address', 'Address', '')}<button>End refusals</button>
          </div>
          <p class="hint">A login, an address, or both. Takes effect in all processes within 30 seconds.</p>
        </form>
      </section>`;
    return pageAnswer({ title: 'Refused logins', place: null, body });
  };
}

/** Ends the refusals of a login, of an address, or of the one from the other. */
export async function endRefusals(call: ConsoleCall): Promise<ConsoleAnswer> {
  requireMaster(call);
  const field = (name: string): string => formText(call, name).trim();
  const [login, context, address] = [field('login'), field('context'), field('address')];
  const contextId = context === '' ? null : parseId(context);
  if ((login === '' && address === '') || (context !== '' && (contextId === null || login === '')))
    throw new ConsoleError(400, 'Enter a login, with the id of its context if it has one, or an address.');
  await call.caller.installation.store.loginAttempts.forgetFailures({
    ...(login !== '' && { account: accountOf(login, contextId) }),
    ...(address !== '' && { address }),
  });
  return { status: 303, location: `${call.root}/refused-logins` };
}

function requireMaster({ caller }: ConsoleCall): void {
  if (caller.provider.kind !== 'master')
    throw new ConsoleError(403, 'Only the master admin can see refused logins.');
}
