import type { Knex } from 'knex';
import type { SeenUser } from '../history/acknowledged-load.js';

/** Each counts rows that must not be there, whatever was interrupted. */
const broken: Readonly<Record<string, string>> = {
  'user without aliases':
    'SELECT COUNT(*) AS n FROM users u WHERE NOT EXISTS (SELECT 1 FROM user_aliases a WHERE a.context_id = u.context_id AND a.user_id = u.id)',
  'user whose primary address is no alias':
    'SELECT COUNT(*) AS n FROM users u WHERE u.is_context_admin = 0 AND NOT EXISTS (SELECT 1 FROM user_aliases a WHERE a.context_id = u.context_id AND a.user_id = u.id AND a.address = u.primary_email)',
  'user without its claim of a display name':
    "SELECT COUNT(*) AS n FROM users u WHERE NOT EXISTS (SELECT 1 FROM unique_names c WHERE c.context_id = u.context_id AND c.user_id = u.id AND c.kind = 'display' AND c.value = u.display_name)",
  'alias of a user without a claim':
    "SELECT COUNT(*) AS n FROM user_aliases a JOIN users u ON u.context_id = a.context_id AND u.id = a.user_id WHERE u.is_context_admin = 0 AND NOT EXISTS (SELECT 1 FROM unique_names c WHERE c.context_id = a.context_id AND c.user_id = a.user_id AND c.kind = 'mail' AND c.value = a.address)",
  'claim of an address that is no alias':
    "SELECT COUNT(*) AS n FROM unique_names c JOIN users u ON u.context_id = c.context_id AND u.id = c.user_id WHERE c.kind = 'mail' AND u.is_context_admin = 0 AND NOT EXISTS (SELECT 1 FROM user_aliases a WHERE a.context_id = c.context_id AND a.user_id = c.user_id AND a.address = c.value)",
  'user outside of the default group':
    'SELECT COUNT(*) AS n FROM users u WHERE NOT EXISTS (SELECT 1 FROM group_members m WHERE m.context_id = u.context_id AND m.user_id = u.id AND m.group_id = 1)',
  'user with a file storage of its own and no usage':
    'SELECT COUNT(*) AS n FROM users u WHERE u.filestore_id > 0 AND u.filestore_owner_id = 0 AND NOT EXISTS (SELECT 1 FROM file_usage f WHERE f.context_id = u.context_id AND f.user_id = u.id)',
  'id that the counter of its context would give again':
    'SELECT COUNT(*) AS n FROM users u JOIN contexts c ON c.id = u.context_id WHERE u.id >= c.next_principal_id',
  'context without its admin':
    'SELECT COUNT(*) AS n FROM contexts c WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.context_id = c.id AND u.id = c.admin_id AND u.is_context_admin = 1)',
  'context without its default group':
    'SELECT COUNT(*) AS n FROM contexts c WHERE NOT EXISTS (SELECT 1 FROM user_groups g WHERE g.context_id = c.id AND g.id = 1)',
  'context without a login mapping':
    'SELECT COUNT(*) AS n FROM contexts c WHERE NOT EXISTS (SELECT 1 FROM login_mappings l WHERE l.context_id = c.id)',
  'user without the entry of its creation in the trail':
    "SELECT COUNT(*) AS n FROM users u WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.context_id = u.context_id AND a.object_id = u.id AND a.kind = 'user' AND a.action = 'create')",
  'creation in the trail without its user or the entry of its deletion':
    "SELECT COUNT(*) AS n FROM audit_entries a WHERE a.kind = 'user' AND a.action = 'create' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.context_id = a.context_id AND u.id = a.object_id) AND NOT EXISTS (SELECT 1 FROM audit_entries d WHERE d.context_id = a.context_id AND d.object_id = a.object_id AND d.kind = 'user' AND d.action = 'delete')",
  'deletion in the trail of a user that is there':
    "SELECT COUNT(*) AS n FROM audit_entries a JOIN users u ON u.context_id = a.context_id AND u.id = a.object_id WHERE a.kind = 'user' AND a.action = 'delete'",
};

const ownedByUsers = [
  'user_aliases',
  'user_attributes',
  'unique_names',
  'group_members',
  'file_usage',
  'usage_samples',
];

/** What is half done in the tables; empty when nothing is. */
export async function brokenInvariants(knex: Knex): Promise<string[]> {
  const complaints: string[] = [];
  const count = async (name: string, sql: string) => {
    const found = await countOf(knex, sql);
    if (found > 0) complaints.push(`${found} × ${name}`);
  };
  for (const [name, sql] of Object.entries(broken)) await count(name, sql);
  for (const table of ownedByUsers) {
    const sql = `SELECT COUNT(*) AS n FROM ${table} t WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.context_id = t.context_id AND u.id = t.user_id)`;
    await count(`row of ${table} without a user`, sql);
  }
  return complaints;
}

/** Users whose login begins so, as the tables have them. */
export async function seenUsers(knex: Knex, prefix: string): Promise<SeenUser[]> {
  const users = await knex('users')
    .where('login', 'like', `${prefix}%`)
    .select('context_id', 'id', 'login', 'given_name');
  const aliases = await knex('user_aliases').select('context_id', 'user_id', 'address');
  const attributes = await knex('user_attributes')
    .where({ name: 'version' })
    .select('context_id', 'user_id', 'value');
  const keyOf = (contextId: number, userId: number) => `${contextId} ${userId}`;
  const aliasesOf = new Map<string, string[]>();
  for (const { context_id, user_id, address } of aliases) {
    const key = keyOf(context_id, user_id);
    aliasesOf.set(key, [...(aliasesOf.get(key) ?? []), address]);
  }
  const attributeOf = new Map(attributes.map((row) => [keyOf(row.context_id, row.user_id), row.value]));
  return users.map(({ context_id, id, login, given_name }) => {
    const key = keyOf(context_id, id);
    return {
      id,
      name: login,
      givenName: given_name,
      aliases: aliasesOf.get(key) ?? [],
      attribute: attributeOf.get(key),
    };
  });
}

async function countOf(knex: Knex, sql: string): Promise<number> {
  const answer: unknown = await knex.raw(sql);
  const rows = (Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer) as {
    n: number | string;
  }[];
  return Number(rows[0]?.n ?? 0);
}
