import { docs, oneOf } from './setting-types.js';

/** Values of settings as the original has them or ships them; each may still be set by itself. */
const originalSettings: Readonly<Record<string, string>> = {
  MASTER_ACCOUNT_OVERRIDE: 'false',
  USERNAME_CHANGEABLE: 'false',
  ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET: 'false',
  DEFAULT_PASSWORD_MECHANISM: 'SHA-256',
  MAIL_ADDRESS_SCOPE: 'context',
  MAIL_DOMAIN_RULE: 'off',
  SELF_CHANGE: 'original',
  UNIFIED_QUOTA_DELETE_VETO: 'moves',
};

/** The setting that chooses the defaults of others. */
export const compatibilitySetting = {
  COMPATIBILITY: oneOf('oxbow', 'original')
    .prefault('oxbow')
    .register(docs, {
      meaning: `Preset of the settings that bring back the way of the original (original): ${Object.entries(
        originalSettings,
      )
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}. Each may still be set by itself.`,
      allowed: 'oxbow or original',
    }),
};

/** Settings with the preset's values where the operator set none; a wrong COMPATIBILITY is refused later. */
export function withPreset(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['COMPATIBILITY']?.toLowerCase() !== 'original') return env;
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...originalSettings, ...Object.fromEntries(set) };
}
