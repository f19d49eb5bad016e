import type { Statement } from '../peers/statements.js';

/** What setMailQuota needs of a statement beside what create and getData need. */
export type QuotaStatement = Omit<Statement, 'params'> & {
  readonly params: readonly (Statement['params'][number] | 'mailQuotaMb')[];
};

/** setMailQuota as raw drivers do it; peers do not answer it. The counterpart of bench/peers/statements.json. */
export const setMailQuotaStatements: readonly QuotaStatement[] = [
  {
    kind: 'read',
    result: 'caller',
    sql: 'SELECT r.password_hash FROM contexts c JOIN resellers r ON r.id = c.owner_id WHERE c.id = ? AND c.enabled = 1 AND r.name = ?',
    params: ['contextId', 'authLogin'],
  },
  { kind: 'begin', sql: 'BEGIN', params: [] },
  {
    kind: 'write',
    sql: 'UPDATE users SET mail_quota_mb = ? WHERE context_id = ? AND id = ?',
    params: ['mailQuotaMb', 'contextId', 'userId'],
  },
  { kind: 'commit', sql: 'COMMIT', params: [] },
];
