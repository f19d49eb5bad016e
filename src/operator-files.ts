import { readFileSync } from 'node:fs';
import { ConfigError, type Config } from './config.js';
import { AccessCombinations, parseAccessCombinations } from './provisioning/access-combinations.js';
import { unifiedQuotaProperty } from './provisioning/config-cascade.js';
import { parseContextSets } from './provisioning/context-sets.js';
import type { ProvisioningDeps } from './provisioning/deps.js';
import { parsePropertiesFile } from './provisioning/properties-file.js';

/**
 * What the operator says in files, beside the settings.
 * @throws ConfigError naming the setting whose file cannot be used
 */
export function readOperatorFiles(
  config: Config,
): Pick<ProvisioningDeps, 'accessCombinations' | 'contextSets' | 'serverProperties'> {
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
