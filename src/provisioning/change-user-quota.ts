import type { ProvisioningDeps } from './deps.js';
import { errors } from './errors.js';
import { chooseUserFilestore, noFilestore } from './filestores.js';
import type { Context, User } from './model.js';
import { checkMailQuotaMb, checkMaxQuotaMb } from './quota-values.js';
import type { UserChanges } from './store.js';
import type { UserFields } from './user-fields.js';

/**
 * The file storage and file quota that a change sets. OX: semantics 2.5. The mail quota is another matter, which is only
 * looked at for its own value.
 * @throws ProvisioningError InvalidData for another file storage; Storage when there is none and none may be given
 */
export async function changedQuota(
  deps: ProvisioningDeps,
  context: Context,
  seen: User,
  {
    maxQuotaMb: sentMb,
    mailQuotaMb,
    filestoreId,
  }: Pick<UserFields, 'maxQuotaMb' | 'mailQuotaMb' | 'filestoreId'>,
): Promise<UserChanges> {
  if (filestoreId !== undefined && filestoreId !== seen.filestoreId) {
    if ((await deps.store.filestores.find(filestoreId)) === null) throw errors.noSuchFilestore(filestoreId);
    throw errors.filestoreNotChangeable(seen.id, context.id);
  }
  const mail = mailQuotaMb === undefined ? {} : { mailQuotaMb: checkMailQuotaMb(mailQuotaMb) };
  if (sentMb === undefined) return mail;
  const maxQuotaMb = checkMaxQuotaMb(sentMb);
  if (maxQuotaMb < 0 || seen.filestoreId !== noFilestore) return { ...mail, maxQuotaMb };
  if (!deps.settings.allowChangingQuotaIfNoFilestoreSet)
    throw errors.noFilestoreForQuota(seen.id, context.id);
  return { ...mail, maxQuotaMb, filestoreId: await chooseUserFilestore(deps, context) };
}
