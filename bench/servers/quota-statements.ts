import { readStatements, type Statement } from '../peers/statements.js';

/** What setMailQuota needs of a statement beside what create and getData need. */
export type QuotaStatement = Omit<Statement, 'params'> & {
  readonly params: readonly (Statement['params'][number] | 'mailQuotaMb')[];
};

/** setMailQuota as raw drivers do it; peers do not answer it. It authorises as the other two do (bench/peers/statements.json). */
export const setMailQuotaStatements: readonly QuotaStatement[] = [
  ...readStatements().getData.filter(({ result }) => result === 'caller'),
  { kind: 'begin', sql: 'BEGIN', params: [] },
  {
    kind: 'read',
    sql: 'SELECT is_context_admin, primary_email, mail_quota_mb FROM users WHERE context_id = ? AND id = ? FOR UPDATE',
    params: ['contextId', 'userId'],
  },
  {
    kind: 'write',
    sql: 'UPDATE users SET mail_quota_mb = ? WHERE context_id = ? AND id = ?',
    params: ['mailQuotaMb', 'contextId', 'userId'],
  },
  { kind: 'commit', sql: 'COMMIT', params: [] },
];
