import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Build } from '../build-once.js';
import { twoOperationsWsdl } from '../service-wsdl.js';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('.', import.meta.url));

/** Where Debian has the headers that generated code imports. */
const imports = '/usr/share/gsoap/import';

/** Stubs by wsdl2h and soapcpp2, then the compiler; `server` in the directory is the program. */
export const gsoapBuild: Build = {
  name: 'gsoap',
  sources: 'gsoap',
  inputs: [twoOperationsWsdl()],
  async run(directory) {
    const file = (name: string): string => join(directory, name);
    const wsdl = twoOperationsWsdl();
    await writeFile(file('service.wsdl'), wsdl);
    await writeFile(file('text_members.inc'), textMembers(wsdl));
    const typemap = join(sources, 'typemap.dat');
    await run('wsdl2h', ['-P', '-x', '-t', typemap, '-o', file('service.h'), file('service.wsdl')]);
    await run('soapcpp2', ['-j', '-S', '-L', '-x', '-w', `-I${imports}`, '-d', directory, file('service.h')]);
    const generated = ['soapC.cpp', 'soapOXResellerUserServiceSoapBindingService.cpp'];
    const own = ['server.cpp', 'database.cpp', 'stored_user.cpp'];
    const options = ['-std=c++17', '-O2', '-w', '-pthread', '-DWITH_PURE_VIRTUAL', '-I/usr/include/mariadb'];
    const compile = (units: readonly string[]) =>
      run('g++', [...options, `-I${directory}`, '-c', ...units], { cwd: directory });
    await Promise.all([compile(generated), compile(own.map((name) => join(sources, name)))]);
    const objects = [...generated, ...own].map((name) => file(name.replace('.cpp', '.o')));
    const libraries = ['-lgsoap++', '-lmariadb', '-lcrypto'];
    await run('g++', ['-pthread', '-o', file('server'), ...objects, ...libraries]);
  },
};

/** C++ has no look-up of members by name: the text members of User, as gSOAP calls them. */
function textMembers(wsdl: string): string {
  const user = /<xsd:complexType name="User">[\s\S]*?<\/xsd:complexType>/.exec(wsdl)?.[0] ?? '';
  const texts = [...user.matchAll(/<xsd:element name="(\w+)" type="xsd:string" (?!.*maxOccurs)/g)];
  return texts.map(([, name = '']) => `TEXT("${name}", ${name.replaceAll('_', '_USCORE')})\n`).join('');
}
