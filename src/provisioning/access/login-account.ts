import { createHash } from 'node:crypto';

/**
 * The hash under which failures of a login are counted. Letter case and blanks at the ends make no other login, lest every spelling had
 * guesses of its own.
 * @param contextId where the login belongs; null: it is that of the master admin or of a reseller
 */
export function accountOf(login: string, contextId: number | null): string {
  const spelled = login.normalize('NFKC').trim().toLowerCase();
  return createHash('sha256')
    .update(`${contextId ?? 'provider'}\0${spelled}`)
    .digest('hex');
}
