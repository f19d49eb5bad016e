import { type QuotaFacts, setMailQuota } from '../../../provisioning/oxaas/mail-quota.js';
import {
  configAttribute,
  configNamespace,
  isTrue,
  unifiedQuotaProperty,
} from '../../../provisioning/quota/config-cascade.js';
import { checkMailQuotaMb, checkMaxQuotaMb, unlimitedMb } from '../../../provisioning/quota/quota-values.js';
import { changeUser } from '../../../provisioning/users/change-user.js';
import type { UserFields } from '../../../provisioning/users/user-fields.js';
import { type ConsoleCall, ConsoleError, formText } from '../parts/console-answer.js';
import type { ConsoleCaller } from '../parts/console-sessions.js';
import { html, type Markup, textField } from '../parts/html.js';
import { tokenField } from '../parts/layout.js';

/** The mail quota that is none. */
const unlimitedMailMb = 0;
const mbPerUnit: Readonly<Record<string, number>> = { mb: 1, gb: 1024, tb: 1024 * 1024 };

const switchValues: ReadonlyMap<string, string | null> = new Map([
  ['on', 'true'],
  ['off', 'false'],
  ['inherit', null],
]);

/** User with the current quota, target of a change. */
export interface QuotaTarget {
  readonly contextId: number;
  readonly userId: number;
  readonly facts: QuotaFacts;
}

/**
 * Changes of a user's quota, by the last part of their path. They are SOAP's own operations, with the same
 * checks.
 * @throws ConsoleError for malformed input; ProvisioningError as changeUser and setMailQuota
 */
export const quotaChanges = {
  /** The limits of files and of mail, each on its own. */
  async limits(call: ConsoleCall, target: QuotaTarget): Promise<void> {
    const filesMb = readMb(formText(call, 'files'), 'The file limit');
    const mailMb = readMb(formText(call, 'mail'), 'The mail limit');
    await setLimits(call, target, filesMb ?? unlimitedMb, mailMb ?? unlimitedMailMb);
  },
  /** One limit for files and mail. */
  async both(call: ConsoleCall, target: QuotaTarget): Promise<void> {
    const mb = readMb(formText(call, 'both'), 'The limit for both');
    if (mb === 0)
      throw new ConsoleError(
        400,
        'One limit for both cannot be 0.',
        'For mail, 0 means no limit. Leave the field empty for no limit at all.',
      );
    await setLimits(call, target, mb ?? unlimitedMb, mb ?? unlimitedMailMb);
  },
  /** The attribute that switches unified quota. */
  async unified(call: ConsoleCall, { contextId, userId }: QuotaTarget): Promise<void> {
    const value = switchValues.get(formText(call, 'value'));
    if (value === undefined) throw new ConsoleError(400, 'Choose on, off or inherited.');
    const change = { namespace: configNamespace, key: unifiedQuotaProperty, value };
    await changeFields(call, contextId, userId, { attributeChanges: [change] });
  },
} as const;
export type QuotaChange = keyof typeof quotaChanges;

async function setLimits(
  call: ConsoleCall,
  { contextId, userId, facts }: QuotaTarget,
  filesMb: number,
  mailMb: number,
): Promise<void> {
  checkMaxQuotaMb(filesMb);
  checkMailQuotaMb(mailMb);
  const isFilesOther = filesMb !== facts.user.maxQuotaMb;
  if (isFilesOther) await changeFields(call, contextId, userId, { maxQuotaMb: filesMb });
  if (mailMb === (facts.user.mailQuotaMb ?? unlimitedMailMb)) return;
  const { installation, credentials } = call.caller;
  await setMailQuota(installation, { contextId, userId }, mailMb, credentials);
}

function changeFields(
  { caller: { installation, credentials } }: ConsoleCall,
  contextId: number,
  userId: number,
  fields: Partial<UserFields>,
): Promise<void> {
  const none: UserFields = { aliases: [], imap: {}, smtp: {}, attributeChanges: [], profile: {} };
  const user = { reference: { id: userId }, fields: { ...none, ...fields } };
  return changeUser(installation, { contextId, user }, credentials);
}

/** `500`, `500 MB`, `10 GB` or `1 TB` as MB; nothing: null, which is no limit. */
function readMb(text: string, field: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const [, digits, unit = 'mb'] = /^(\d{1,13})\s*(mb|gb|tb)?$/i.exec(trimmed) ?? [];
  if (digits !== undefined) return Number(digits) * (mbPerUnit[unit.toLowerCase()] ?? 1);
  throw new ConsoleError(
    400,
    `${field} is not valid.`,
    'Enter a whole number of MB, such as 500, or one with a unit, such as 10 GB. Leave the field empty for no limit.',
  );
}

export interface QuotaFormsOptions {
  /** Path of the user's page. */
  readonly path: string;
  readonly caller: ConsoleCaller;
  readonly facts: QuotaFacts;
  /** Submitted value of a field of a refused form; null when nothing was sent. */
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
      ${textField('both', 'One limit for both, in MB', typed('both') || same)}<button>
        Save<span class="unseen"> one limit</span>
      </button>
    </div>
    <p class="hint">In MB, or with a unit, such as 10 GB. Leave empty for no limit.</p>
  </form>`;
}

function limitsForm({ path, caller, facts: { user }, typed }: QuotaFormsOptions): Markup {
  const files = user.maxQuotaMb < 0 ? '' : String(user.maxQuotaMb);
  const mail = user.mailQuotaMb === null || user.mailQuotaMb === 0 ? '' : String(user.mailQuotaMb);
  return html`<form class="apart" method="post" action="${path}/limits">
    ${tokenField(caller)}
    <div class="row">
      ${textField('files', 'Files, in MB (maxQuota)', typed('files') || files)}
      ${textField('mail', 'Mail, in MB', typed('mail') || mail)}<button>
        Save<span class="unseen"> two limits</span>
      </button>
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
      <button>Save<span class="unseen"> unified quota</span></button>
    </div>
    <p class="hint">
      The attribute <code>config/${unifiedQuotaProperty}</code>. Inherited: as set for the context, the
      reseller or the server.
    </p>
  </form>`;
}
