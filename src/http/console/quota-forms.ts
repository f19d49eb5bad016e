import type { QuotaFacts } from '../../provisioning/oxaas/mail-quota.js';
import { configAttribute, isTrue, unifiedQuotaProperty } from '../../provisioning/quota/config-cascade.js';
import type { ConsoleCaller } from './console-sessions.js';
import { html, type Markup } from './html.js';
import { tokenField } from './layout.js';
import { textField } from './text-field.js';

export interface QuotaFormsOptions {
  /** Where the user's page is. */
  readonly path: string;
  readonly caller: ConsoleCaller;
  readonly facts: QuotaFacts;
  /** What was typed into a field of a form that was refused; null: nothing was sent. */
  readonly typed: (name: string) => string | null;
}

/** The forms that change a quota: both limits at once, each of them, and the switch. */
export function quotaForms(options: QuotaFormsOptions): Markup {
  const { user } = options.facts;
  if (user.isContextAdmin)
    return html`<p>A context admin has no mailbox, so there is no quota to change.</p>`;
  return html`${bothForm(options)}${limitsForm(options)}${switchForm(options)}`;
}

function bothForm({ path, caller, facts: { user }, typed }: QuotaFormsOptions): Markup {
  const same = user.maxQuotaMb > 0 && user.maxQuotaMb === user.mailQuotaMb ? String(user.maxQuotaMb) : '';
  return html`<form method="post" action="${path}/both">
    ${tokenField(caller)}
    <div class="row">
      ${textField('both', 'One limit for both, in MB', typed('both') || same)}<button>Set both</button>
    </div>
    <p class="hint">A number of MB, or with a unit, such as 10 GB. Empty: no limit.</p>
  </form>`;
}

function limitsForm({ path, caller, facts: { user }, typed }: QuotaFormsOptions): Markup {
  const files = user.maxQuotaMb < 0 ? '' : String(user.maxQuotaMb);
  const mail = user.mailQuotaMb === null || user.mailQuotaMb === 0 ? '' : String(user.mailQuotaMb);
  return html`<form class="apart" method="post" action="${path}/limits">
    ${tokenField(caller)}
    <div class="row">
      ${textField('files', 'Files, in MB (maxQuota)', typed('files') || files)}
      ${textField('mail', 'Mail, in MB', typed('mail') || mail)}<button>Set each</button>
    </div>
  </form>`;
}

function switchForm({ path, caller, facts: { user } }: QuotaFormsOptions): Markup {
  const own = configAttribute(user.attributes, unifiedQuotaProperty);
  const present = own === undefined ? 'inherit' : isTrue(own) ? 'on' : 'off';
  const option = (value: string, name: string) =>
    html`<option value="${value}" ${value === present && html` selected`}>${name}</option>`;
  return html`<form class="apart" method="post" action="${path}/unified">
    ${tokenField(caller)}
    <div class="row">
      <div class="field">
        <label for="value">Unified quota</label
        ><select id="value" name="value">
          ${option('on', 'on')}${option('off', 'off')}${option('inherit', 'inherited')}
        </select>
      </div>
      <button>Set switch</button>
    </div>
    <p class="hint">
      The attribute <code>config/${unifiedQuotaProperty}</code>. Inherited: whatever context, reseller or
      server say.
    </p>
  </form>`;
}
