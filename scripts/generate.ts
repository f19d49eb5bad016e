import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { loadContract } from '../src/soap/contract/load-contract.js';
import { servicesIn } from './contract/compare-contract.js';
import { renderTypes } from './contract/render-types.js';

const wsdlDirectory = new URL('../wsdl/', import.meta.url);
const outputDirectory = new URL('../src/services/generated/', import.meta.url);

const options = process.argv.slice(2);
if (options.some((option) => option !== '--check')) {
  console.error('usage: npm run generate [-- --check]');
  process.exit(2);
}
const generated = await generate();
if (options.includes('--check')) check(generated);
else write(generated);

async function generate(): Promise<ReadonlyMap<string, string>> {
  const contracts = servicesIn(wsdlDirectory).map((service) => loadContract(wsdlDirectory, service));
  const style = await resolveConfig(outputDirectory);
  const files = new Map<string, string>();
  for (const [name, source] of renderTypes(contracts)) {
    files.set(name, await format(source, { ...style, parser: 'typescript' }));
  }
  return files;
}

function write(files: ReadonlyMap<string, string>): void {
  mkdirSync(outputDirectory, { recursive: true });
  for (const name of existing()) if (!files.has(name)) rmSync(new URL(name, outputDirectory));
  for (const [name, source] of files) writeFileSync(new URL(name, outputDirectory), source);
  console.log(`src/services/generated: ${[...files.keys()].join(', ')}`);
}

function check(files: ReadonlyMap<string, string>): void {
  const names = new Set([...files.keys(), ...existing()]);
  const stale = [...names].filter((name) => {
    const expected = files.get(name);
    return (
      expected === undefined ||
      !existing().includes(name) ||
      expected !== readFileSync(new URL(name, outputDirectory), 'utf8')
    );
  });
  if (stale.length === 0) return console.log('src/services/generated is up to date with wsdl/');
  console.error(`src/services/generated is not what wsdl/ gives: ${stale.join(', ')}. Run: npm run generate`);
  process.exitCode = 1;
}

function existing(): readonly string[] {
  try {
    return readdirSync(outputDirectory);
  } catch {
    return [];
  }
}
