import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../../interop/gsoap/', import.meta.url));

/** Where Debian has the headers that generated code imports. */
const IMPORTS = '/usr/share/gsoap/import';

/**
 * The services that the story calls, by the C++ namespace of their classes. Each is generated on its own, since they have
 * elements and types of one name.
 */
const SERVICE_OF_NAMESPACE = {
  resellers: 'OXResellerService',
  contexts: 'OXResellerContextService',
  users: 'OXResellerUserService',
  groups: 'OXResellerGroupService',
  oxaas: 'OXaaSService',
  plain: 'OXContextService',
};

/**
 * Has gSOAP generate a client from the WSDLs that the server at `url` serves, and compiles it with the story.
 * @param directory where to build; a build that is there already is used again
 * @returns the program
 */
export async function buildGsoapClient(url: string, directory: string): Promise<string> {
  const program = join(directory, 'story');
  if (existsSync(program)) return program;
  await mkdir(directory, { recursive: true });
  const soapcpp2 = (...options: string[]) => run('soapcpp2', [...options, '-d', directory]);
  await soapcpp2('-penv', '-CLxw', join(sources, 'env.h'));
  const units = [join(directory, 'envC.cpp'), join(sources, 'story.cpp')];
  for (const [namespace, service] of Object.entries(SERVICE_OF_NAMESPACE)) {
    const header = await importWsdl(url, service, directory);
    await soapcpp2('-q', namespace, '-jCLxw', `-I${IMPORTS}`, header);
    units.push(join(directory, `${namespace}C.cpp`));
    units.push(join(directory, `${namespace}${service}SoapBindingProxy.cpp`));
  }
  const objects = await compileAll(units, directory);
  await run('g++', ['-o', program, ...objects, '-lgsoap++']);
  return program;
}

/** @returns the header for soapcpp2 */
async function importWsdl(url: string, service: string, directory: string): Promise<string> {
  const response = await fetch(`${url}/webservices/${service}?wsdl`);
  if (!response.ok) throw new Error(`${service}?wsdl answers ${response.status}`);
  const wsdl = join(directory, `${service}.wsdl`);
  const header = join(directory, `${service}.h`);
  await writeFile(wsdl, await response.text());
  await run('wsdl2h', ['-P', '-x', '-t', join(sources, 'typemap.dat'), '-o', header, wsdl]);
  return header;
}

/** Two compilers at a time. @returns the object files */
async function compileAll(units: readonly string[], directory: string): Promise<string[]> {
  const objects = units.map((_, index) => join(directory, `${index}.o`));
  const left = [...units.entries()];
  const compileNext = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, unit] = next;
      await run('g++', ['-O0', '-w', `-I${directory}`, '-c', unit, '-o', objects[index] ?? '']);
    }
  };
  await Promise.all([compileNext(), compileNext()]);
  return objects;
}
