import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Build } from '../build-once.js';
import { twoOperationsWsdl } from '../service-wsdl.js';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('.', import.meta.url));

/** Debian's jars: the JAX-WS runtime (its manifest names the others), the driver, and a JSON parser. */
export const javaLibraries = [
  '/usr/share/java/jaxws-rt.jar',
  '/usr/share/java/mariadb-java-client.jar',
  '/usr/share/java/jackson-core.jar',
];

/** Classes of the messages by wsimport, then javac; `classes` in the directory is the class path. */
export const jaxWsBuild: Build = {
  name: 'jax-ws',
  sources: 'jaxws',
  inputs: [twoOperationsWsdl()],
  async run(directory) {
    // What may be left out is left out: with `nillable`, JAXB writes some hundred `xsi:nil`, 8 KB of them.
    const wsdl = twoOperationsWsdl().replaceAll(' nillable="true"', '');
    const [generated, classes] = [join(directory, 'generated'), join(directory, 'classes')];
    await mkdir(generated);
    await mkdir(classes);
    await writeFile(join(directory, 'service.wsdl'), wsdl);
    await writeFile(join(directory, 'bindings.xml'), bindings(wsdl));
    const options = ['-quiet', '-Xnocompile', '-keep', '-s', generated, '-b', 'bindings.xml'];
    await run('wsimport', [...options, 'service.wsdl'], { cwd: directory });
    const java = (await readdir(generated, { recursive: true })).filter((path) => path.endsWith('.java'));
    const own = (await readdir(sources)).filter((path) => path.endsWith('.java'));
    const files = [...java.map((path) => join(generated, path)), ...own.map((path) => join(sources, path))];
    const javac = ['-nowarn', '-encoding', 'UTF-8', '-cp', javaLibraries.join(':'), '-d', classes];
    await run('javac', [...javac, ...files]);
  },
};

/** A package for each schema: those that wsimport derives would be `java.rmi` and `java.io`, which no class may be in. */
function bindings(wsdl: string): string {
  const namespaces = [...wsdl.matchAll(/<xsd:schema\b[^>]*?\btargetNamespace="([^"]+)"/g)].map(
    ([, n = '']) => n,
  );
  const packages = namespaces.map((namespace) => {
    const name = new URL(namespace).hostname.replace('.openexchange.com', '').split('.').reverse().join('.');
    return `<bindings node="//xsd:schema[@targetNamespace='${namespace}']">
      <jaxb:schemaBindings><jaxb:package name="peer.${name}"/></jaxb:schemaBindings>
    </bindings>`;
  });
  return `<bindings xmlns="http://java.sun.com/xml/ns/jaxws" xmlns:jaxb="http://java.sun.com/xml/ns/jaxb"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    jaxb:version="2.0" wsdlLocation="service.wsdl">
    <bindings node="//wsdl:definitions"><package name="peer.service"/></bindings>
    <bindings node="//xsd:schema[@targetNamespace='${namespaces[0]}']">
      <jaxb:globalBindings generateElementProperty="false"/>
    </bindings>
    ${packages.join('\n')}
  </bindings>`;
}
