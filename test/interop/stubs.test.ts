import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadContract } from '../../src/soap/contract/load-contract.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';

const PYTHON = '/usr/bin/python3';
const RESELLER = ['User', 'Context', 'Group', 'Resource', ''].map((of) => `OXReseller${of}Service`);
const PLAIN = ['User', 'Context', 'Group', 'Resource', 'Util', 'SecondaryAccount'].map(
  (of) => `OX${of}Service`,
);
/** Those whose Java stubs were compared with the original's, and the one whose listQuota differs from its twin's. */
const JAVA = ['OXResellerUserService', 'OXUserService', 'OXResellerService', 'OXResellerContextService'];

/**
 * Stubs that generators make from our WSDLs are those they make from the original's: names of classes, signatures, prefixes.
 * stubs/README.md says where the facts come from.
 */
describe('interop: stubs made again', function () {
  this.timeout(300_000);
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-stubs-'));
  after(() => rmSync(directory, { recursive: true }));
  before(() => {
    for (const service of [...RESELLER, ...PLAIN]) writeFileSync(fileOf(service), served(service));
  });

  const fileOf = (service: string) => join(directory, `${service}.wsdl`);

  it('by zeep', async function () {
    const python = requireProgram(this, PYTHON);
    requirePart(this, 'zeep', python.runSync(['-c', 'import zeep']).status === 0);
    const program = fileURLToPath(new URL('stubs/signatures.py', import.meta.url));
    const { stdout } = await python.run([program, ...[...RESELLER, ...PLAIN].map(fileOf)]);
    expect(linesOf(stdout)).to.deep.equal(recorded('zeep.txt'));
  });

  it('by wsdl2h', async function () {
    const wsdl2h = requireProgram(this, 'wsdl2h', 'gsoap');
    const lines: string[] = [];
    for (const service of [...RESELLER, ...PLAIN]) {
      const header = join(directory, `${service}.h`);
      await wsdl2h.run(['-P', '-o', header, fileOf(service)]);
      lines.push(...gsoapLines(service, readFileSync(header, 'utf8')));
    }
    expect(lines).to.deep.equal(recorded('wsdl2h.txt'));
  });

  it('by wsimport', async function () {
    const wsimport = requireProgram(this, 'wsimport', 'jaxws');
    const lines: string[] = [];
    for (const service of JAVA) {
      const sources = join(directory, service);
      mkdirSync(sources);
      await wsimport.run(['-quiet', '-Xnocompile', '-keep', '-d', sources, fileOf(service)]);
      const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
      const portType = files.find((file) => file.endsWith(`${service}PortType.java`)) ?? '';
      lines.push(...javaLines(service, readFileSync(join(sources, portType), 'utf8')));
    }
    expect(lines).to.deep.equal(recorded('wsimport.txt'));
  });
});

function served(service: string): string {
  const contract = loadContract(new URL('../../wsdl/', import.meta.url), service);
  return contract.wsdlTemplate.replaceAll('{address}', `http://localhost:9009/webservices/${service}`);
}

function recorded(name: string): string[] {
  return linesOf(readFileSync(new URL(`stubs/${name}`, import.meta.url), 'utf8'));
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : line.trimEnd()));
}

/** The signatures of the C++ functions, and what each says of its faults. */
function gsoapLines(service: string, header: string): string[] {
  const faults = [...header.matchAll(/^\/\/gsoap \S+ +service method-fault:\t(.*)$/gm)];
  const functions = [...header.matchAll(/^int (__\w+)\(([^)]*)\);$/gm)];
  return functions.map(([, name = '', parameters = '']) => {
    const operation = name.split('__').at(-1) ?? '';
    const own = faults.flatMap(([, fault = '']) => {
      const [of, bean = ''] = fault.split(' ');
      return of === operation || of === `${operation}_` ? bean : [];
    });
    return `${service} ${name}(${plainly(parameters)}) throws ${own.join(', ')}`;
  });
}

/** The methods of the port type's interface. */
function javaLines(service: string, source: string): string[] {
  const methods = [...source.matchAll(/^ {4}public (\S+) (\w+)\(([^;]*?)\)\s+throws ([^;]*?)\s*;/gm)];
  return methods.map(
    ([, type, name, parameters = '', thrown = '']) =>
      `${service} ${type} ${name}(${plainly(parameters)}) throws ${plainly(thrown)}`,
  );
}

/** Without annotations, comments and line breaks. */
function plainly(code: string): string {
  const bare = code.replaceAll(/@\w+\([^)]*\)|\/\/[^\n]*/g, '');
  return bare.replaceAll(/\s+/g, ' ').trim();
}
