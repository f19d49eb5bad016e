import { readdirSync } from 'node:fs';
import { loadContract } from '../../src/soap/contract/load-contract.js';
import { contractFacts, type Facts } from './contract-facts.js';
import { expectedFacts } from './expected-facts.js';

/** The services that a directory has a WSDL of, sorted. */
export function servicesIn(wsdlDirectory: URL): string[] {
  return namesOf(wsdlDirectory, '.wsdl').sort();
}

/** Every difference between our WSDLs and the contract's JSON files, one line each; empty when there is none. */
export function compareContracts(wsdlDirectory: URL, contractDirectory: URL): string[] {
  const inContract = namesOf(contractDirectory, '.json').filter((name) => name.startsWith('OX'));
  const services = new Set([...servicesIn(wsdlDirectory), ...inContract]);
  return [...services].sort().flatMap((service) => {
    try {
      const actual = contractFacts(loadContract(wsdlDirectory, service));
      return compareFacts(actual, expectedFacts(contractDirectory, service)).map(
        (line) => `${service}: ${line}`,
      );
    } catch (error) {
      return [`${service}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

function namesOf(directory: URL, extension: string): string[] {
  const files = readdirSync(directory).filter((name) => name.endsWith(extension));
  return files.map((name) => name.slice(0, -extension.length));
}

function compareFacts(actual: Facts, expected: Facts): string[] {
  const headings = new Set([...expected.keys(), ...actual.keys()]);
  return [...headings].flatMap((heading) =>
    compareLines(actual.get(heading) ?? [], expected.get(heading) ?? []).map((line) => `${heading}: ${line}`),
  );
}

function compareLines(actual: readonly string[], expected: readonly string[]): string[] {
  if (actual.join('\n') === expected.join('\n')) return [];
  const missing = without(expected, actual).map((line) => `not ours, but in the contract: ${line}`);
  const extra = without(actual, expected).map((line) => `ours, but not in the contract: ${line}`);
  if (missing.length + extra.length > 0) return [...missing, ...extra];
  const at = expected.findIndex((line, index) => line !== actual[index]);
  return [`order differs: the contract has ${expected[at]} where ours is ${actual[at]}`];
}

/** What is left of a list when every line of the other is taken out once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}
