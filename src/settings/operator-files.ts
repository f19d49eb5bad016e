import { readFileSync } from 'node:fs';
import { parsePasswordMechanism } from '../provisioning/access/password-hashing.js';
import {
  AccessCombinations,
  parseAccessCombinations,
} from '../provisioning/installation/access-combinations.js';
import { parseContextSets } from '../provisioning/installation/context-sets.js';
import type { Installation, ProvisioningSettings } from '../provisioning/installation/installation.js';
import { unifiedQuotaProperty } from '../provisioning/quota/config-cascade.js';
import { type Config, ConfigError } from './read-config.js';

/**
 * Content of the operator's files, beside the settings.
 * @throws ConfigError naming the setting whose file cannot be used
 */
export function readOperatorFiles(
  config: Config,
): Pick<Installation, 'accessCombinations' | 'contextSets' | 'serverProperties'> {
  const combinations = (text: string) => new AccessCombinations(parseAccessCombinations(text));
  const properties = readOperatorFile(
    'SERVER_PROPERTIES_FILE',
    config.serverPropertiesFile,
    parsePropertiesFile,
  );
  return {
    accessCombinations:
      readOperatorFile('ACCESS_COMBINATIONS_FILE', config.accessCombinationsFile, combinations) ??
      new AccessCombinations(),
    contextSets: readOperatorFile('CONTEXT_SETS_FILE', config.contextSetsFile, parseContextSets) ?? [],
    serverProperties: new Map([
      [unifiedQuotaProperty, String(config.unifiedQuotaEnabled)],
      ...(properties ?? []),
    ]),
  };
}

/** @throws ConfigError naming the setting whose file cannot be used */
function readOperatorFile<T>(setting: string, file: string | null, parse: (text: string) => T): T | null {
  try {
    return file === null ? null : parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error && !('code' in error) ? error.message : 'it cannot be read';
    throw new ConfigError(`${setting}: ${reason}`);
  }
}

/**
 * Parses a file of Java properties: `name=value` or `name: value`, comments with `#` and `!`, lines continued
 * by `\`. The last value of a name counts.
 * @throws Error naming the line that cannot be read
 */
export function parsePropertiesFile(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  let joined = '';
  text.split(/\r?\n/).forEach((line, index) => {
    const whole = joined + (joined === '' ? line : line.trimStart());
    joined = '';
    if (/^\s*([#!].*)?$/.test(whole)) return;
    if (whole.endsWith('\\')) {
      joined = whole.slice(0, -1);
      return;
    }
    const match = /^\s*([^\s=:]+)\s*[=:]\s*(.*?)\s*$/.exec(whole);
    if (match?.[1] === undefined || match[2] === undefined)
      throw new Error(`line ${index + 1} is not of the form name=value`);
    properties.set(match[1], match[2]);
  });
  return properties;
}

export function provisioningSettings(config: Config): ProvisioningSettings {
  return {
    ...config,
    averageUserSizeMb: config.averageUserSize,
    averageContextSizeMb: config.averageContextSize,
    defaultPasswordMechanism: parsePasswordMechanism(config.defaultPasswordMechanism),
  };
}
