import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compareContracts, servicesIn } from './contract/compare-contract.js';

/** Usage: `npm run check:contract [-- <directory of WSDLs>]`; CONTRACT_DIR names other facts than `docs/contract/facts`. */
const wsdlDirectory = directoryUrl(process.argv[2] ?? fileURLToPath(new URL('../wsdl', import.meta.url)));
const contractDirectory = directoryUrl(
  process.env['CONTRACT_DIR'] ?? fileURLToPath(new URL('../docs/contract/facts', import.meta.url)),
);

process.exitCode = check();

/** 0: no difference, 1: differences, 2: nothing to compare with. */
function check(): number {
  if (!existsSync(new URL('types.json', contractDirectory))) {
    console.error(`check:contract: no contract in ${fileURLToPath(contractDirectory)} (set CONTRACT_DIR)`);
    return 2;
  }
  const services = servicesIn(wsdlDirectory);
  if (services.length === 0) {
    console.error(`check:contract: no WSDL in ${fileURLToPath(wsdlDirectory)}`);
    return 2;
  }
  const differences = compareContracts(wsdlDirectory, contractDirectory);
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) {
    console.error(`check:contract: ${differences.length} differences`);
    return 1;
  }
  console.log(`check:contract: ${services.join(', ')} agree with the contract`);
  return 0;
}

function directoryUrl(path: string): URL {
  return pathToFileURL(`${resolve(path)}/`);
}
