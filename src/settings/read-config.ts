import { z } from 'zod';
import { boundSettings } from './bound-settings.js';
import { compatibilitySetting, withPreset } from './compatibility-preset.js';
import { consoleSettings } from './console-settings.js';
import { controlSettings } from './control-settings.js';
import { databaseSettings } from './database-settings.js';
import { loginGuardSettings, masterSettings } from './login-settings.js';
import { mailSettings } from './mail-settings.js';
import { auditSettings, logSettings, metricsSettings } from './observe-settings.js';
import { contextSettings, userSettings } from './provisioning-settings.js';
import { fileServiceSettings, quotaWarningSettings } from './quota-settings.js';
import { listenSettings, proxySettings, requestSettings } from './server-settings.js';
import { docs, type SettingDoc } from './setting-types.js';
import { tenantSettings } from './tenant-settings.js';
import { unknownSettings } from './unknown-settings.js';

/** A setting that cannot be used. The message is one line, complete, and never shows a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** All settings, subject by subject in the order of `--help` and docs/configuration.md. */
const settings = z.object({
  ...listenSettings,
  ...databaseSettings,
  ...masterSettings,
  ...proxySettings,
  ...loginGuardSettings,
  ...logSettings,
  ...requestSettings,
  ...boundSettings,
  ...userSettings,
  ...compatibilitySetting,
  ...tenantSettings,
  ...contextSettings,
  ...fileServiceSettings,
  ...mailSettings,
  ...quotaWarningSettings,
  ...metricsSettings,
  ...controlSettings,
  ...consoleSettings,
  ...auditSettings,
});

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<S>;

type Settings = z.output<typeof settings>;

/** The whole configuration: `MAX_BODY_BYTES` is `maxBodyBytes`, and so on. */
export type Config = { readonly [Name in keyof Settings as CamelCase<Name>]: Settings[Name] };

/**
 * Reads the configuration. An empty variable counts as not set.
 * @throws ConfigError for the first variable that is unknown or bad
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const names = Object.keys(settings.shape);
  const [stranger] = unknownSettings(Object.keys(env), names);
  if (stranger) {
    const hint =
      stranger.nearest === null ? 'see --help for all settings' : `did you mean ${stranger.nearest}?`;
    throw new ConfigError(`${stranger.name} is no setting of Oxbow; ${hint}`);
  }
  const preset = withPreset(env);
  const given = Object.fromEntries(names.map((name) => [name, preset[name] || undefined]));
  const result = settings.safeParse(given);
  if (!result.success) throw new ConfigError(complaint(String(result.error.issues[0]?.path[0]), given));
  const entries = Object.entries(result.data).map(([name, value]) => [camelCase(name), value]);
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

/** One row of the table of settings. */
export interface SettingRow extends SettingDoc {
  readonly name: string;
  /** The default as one would write it; null: not set. */
  readonly defaultValue: string | null;
}

/** All settings in the order of the schema, for `--help` and for `docs/configuration.md`. */
export function describeSettings(): SettingRow[] {
  return Object.entries(settings.shape).map(([name, type]) => {
    const doc = docs.get(type);
    if (!doc) throw new Error(`${name} is not documented`);
    return { name, defaultValue: 'defaultValue' in type.def ? String(type.def.defaultValue) : null, ...doc };
  });
}

function complaint(name: string, given: Readonly<Record<string, string | undefined>>): string {
  const row = describeSettings().find((each) => each.name === name);
  const shown = row?.secret ? '' : ` ${JSON.stringify((given[name] ?? '').slice(0, 80))}`;
  return `${name}${shown} is not allowed: it must be ${row?.allowed}`;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase());
}
