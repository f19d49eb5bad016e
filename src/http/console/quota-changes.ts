import { setMailQuota, type QuotaFacts } from '../../provisioning/oxaas/mail-quota.js';
import { configNamespace, unifiedQuotaProperty } from '../../provisioning/quota/config-cascade.js';
import { checkMailQuotaMb, checkMaxQuotaMb, unlimitedMb } from '../../provisioning/quota/quota-values.js';
import { changeUser } from '../../provisioning/users/change-user.js';
import type { UserFields } from '../../provisioning/users/user-fields.js';
import { ConsoleError, formText, type ConsoleCall } from './console-answer.js';

/** The mail quota that is none. */
const unlimitedMailMb = 0;
const mbPerUnit: Readonly<Record<string, number>> = { mb: 1, gb: 1024, tb: 1024 * 1024 };

const switchValues: ReadonlyMap<string, string | null> = new Map([
  ['on', 'true'],
  ['off', 'false'],
  ['inherit', null],
]);

/** Whose quota, and what it is now. */
export interface QuotaTarget {
  readonly contextId: number;
  readonly userId: number;
  readonly facts: QuotaFacts;
}

/**
 * The changes of a user's quota that the console knows, by the last part of their path: the very operations of SOAP, with the same checks.
 * @throws ConsoleError for what cannot be read; ProvisioningError as changeUser and setMailQuota
 */
export const quotaChanges = {
  /** The limits of files and of mail, each on its own. */
  async limits(call: ConsoleCall, target: QuotaTarget): Promise<void> {
    const filesMb = readMb(formText(call, 'files'), 'The limit of files');
    const mailMb = readMb(formText(call, 'mail'), 'The limit of mail');
    await setLimits(call, target, filesMb ?? unlimitedMb, mailMb ?? unlimitedMailMb);
  },
  /** One limit for files and mail. */
  async both(call: ConsoleCall, target: QuotaTarget): Promise<void> {
    const mb = readMb(formText(call, 'both'), 'The limit of both');
    if (mb === 0)
      throw new ConsoleError(
        400,
        'A limit of 0 cannot hold for both.',
        'For mail 0 means no limit. Leave the field empty to have no limit at all.',
      );
    await setLimits(call, target, mb ?? unlimitedMb, mb ?? unlimitedMailMb);
  },
  /** The attribute that switches unified quota. */
  async unified(call: ConsoleCall, { contextId, userId }: QuotaTarget): Promise<void> {
    const value = switchValues.get(formText(call, 'value'));
    if (value === undefined) throw new ConsoleError(400, 'On, off or inherited was not chosen.');
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
  const { deps, credentials } = call.caller;
  await setMailQuota(deps, { contextId, userId }, mailMb, credentials);
}

function changeFields(
  { caller: { deps, credentials } }: ConsoleCall,
  contextId: number,
  userId: number,
  fields: Partial<UserFields>,
): Promise<void> {
  const none: UserFields = { aliases: [], imap: {}, smtp: {}, attributeChanges: [], profile: {} };
  const user = { reference: { id: userId }, fields: { ...none, ...fields } };
  return changeUser(deps, { contextId, user }, credentials);
}

/** `500`, `500 MB`, `10 GB` or `1 TB` as MB; nothing: null, which is no limit. */
function readMb(text: string, field: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const [, digits, unit = 'mb'] = /^(\d{1,13})\s*(mb|gb|tb)?$/i.exec(trimmed) ?? [];
  if (digits !== undefined) return Number(digits) * (mbPerUnit[unit.toLowerCase()] ?? 1);
  throw new ConsoleError(
    400,
    `${field} cannot be read.`,
    'Give a whole number of MB, such as 500, or one with a unit, such as 10 GB; leave the field empty for no limit.',
  );
}
