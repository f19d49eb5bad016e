import { effectiveProperty, type ConfigScopes } from './config-cascade.js';
import type { ProvisioningDeps } from './deps.js';

const property = 'com.openexchange.admin.user.defaultLanguage';
const none = new Map<string, never>();

/**
 * The language of a new user of a context. OX: semantics 1.4, what the server, a context set or a reseller says beats the context's own
 * attribute.
 */
export function defaultLanguage(
  { settings }: Pick<ProvisioningDeps, 'settings'>,
  scopes: Omit<ConfigScopes, 'user'>,
): string {
  return (
    effectiveProperty({ ...scopes, user: none, context: none }, property) ??
    effectiveProperty({ ...scopes, user: none }, property) ??
    settings.defaultLanguage
  );
}
