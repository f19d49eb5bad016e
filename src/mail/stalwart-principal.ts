import { z } from 'zod';
import { MailServerError } from './mail-server.js';

const principalShape = z.object({
  id: z.number().int(),
  type: z.string(),
  name: z.string(),
  emails: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  disabledPermissions: z.array(z.string()).default([]),
  quota: z.number().optional(),
  usedQuota: z.unknown().optional(),
});

/** An account as Stalwart shows it. */
export type Principal = z.output<typeof principalShape>;

/**
 * An account from the REST management API, checked for the members that Oxbow reads.
 * @throws MailServerError
 */
export function shapedPrincipal(data: unknown): Principal {
  const principal = principalShape.safeParse(data);
  if (principal.success) return principal.data;
  throw new MailServerError('failed', 'Stalwart described an account in an unknown form');
}
