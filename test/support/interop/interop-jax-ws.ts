import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../../interop/jax-ws/', import.meta.url));

/** Debian's JAX-WS runtime; its manifest names the other jars. */
export const JAX_WS_RUNTIME = '/usr/share/java/jaxws-rt.jar';

/** A program of test/interop/jax-ws: its class, and the services that it calls by the Java package of their classes. */
export interface JaxWsProgram {
  readonly main: string;
  readonly serviceOfPackage: Readonly<Record<string, string>>;
}

export const resellerProgram: JaxWsProgram = {
  main: 'Story',
  serviceOfPackage: {
    resellers: 'OXResellerService',
    contexts: 'OXResellerContextService',
    users: 'OXResellerUserService',
    groups: 'OXResellerGroupService',
    oxaas: 'OXaaSService',
    plaincontexts: 'OXContextService',
  },
};

export const plainProgram: JaxWsProgram = {
  main: 'PlainStory',
  serviceOfPackage: {
    plaincontexts: 'OXContextService',
    plainusers: 'OXUserService',
    plaingroups: 'OXGroupService',
  },
};

/**
 * Has wsimport generate a client from the WSDLs that the server at `url` serves, and compiles it with the program.
 * @param directory where to build; a build that is there already is used again
 * @returns the class path
 */
export async function buildJaxWsClient(
  { main, serviceOfPackage }: JaxWsProgram,
  url: string,
  directory: string,
): Promise<string> {
  const classes = join(directory, 'classes');
  const classPath = [classes, JAX_WS_RUNTIME].join(':');
  if (existsSync(join(classes, `${main}.class`))) return classPath;
  const generated = join(directory, 'generated');
  await mkdir(generated, { recursive: true });
  await mkdir(classes, { recursive: true });
  await Promise.all(
    Object.entries(serviceOfPackage).map(([javaPackage, service]) =>
      importWsdl(url, service, javaPackage, directory, generated),
    ),
  );
  const found = await readdir(generated, { recursive: true });
  // Found by name at run time only, so javac does not come across them by itself.
  const indexes = found.filter((path) => /(ObjectFactory|package-info)\.java$/.test(path));
  const sourcePath = [sources, generated].join(':');
  const options = ['-nowarn', '-encoding', 'UTF-8', '-cp', JAX_WS_RUNTIME, '-sourcepath', sourcePath];
  const files = [join(sources, `${main}.java`), ...indexes.map((path) => join(generated, path))];
  await run('javac', [...options, '-d', classes, ...files]);
  return classPath;
}

async function importWsdl(
  url: string,
  service: string,
  javaPackage: string,
  directory: string,
  generated: string,
): Promise<void> {
  const response = await fetch(`${url}/webservices/${service}?wsdl`);
  if (!response.ok) throw new Error(`${service}?wsdl answers ${response.status}`);
  const wsdl = await response.text();
  const bindings = join(directory, `${service}.jaxb.xml`);
  await writeFile(join(directory, `${service}.wsdl`), wsdl);
  await writeFile(bindings, packageBindings(wsdl, service, javaPackage));
  const options = ['-quiet', '-Xnocompile', '-keep', '-s', generated, '-b', bindings];
  await run('wsimport', [...options, `${service}.wsdl`], { cwd: directory });
}

/**
 * A package for each schema below one of its service's own: the packages that wsimport derives would be `java.rmi` and
 * `java.io`, which no class may be in, and the services have different types of one name.
 */
function packageBindings(wsdl: string, service: string, javaPackage: string): string {
  const namespaces = [...wsdl.matchAll(/<(?:\w+:)?schema\b[^>]*?\btargetNamespace="([^"]+)"/g)].map(
    ([, name]) => name,
  );
  const packages = namespaces.map((namespace) => {
    const host = new URL(namespace ?? '').hostname.replace('.openexchange.com', '');
    return `<bindings node="//xsd:schema[@targetNamespace='${namespace}']">
      <jaxb:schemaBindings><jaxb:package name="${javaPackage}.${host}"/></jaxb:schemaBindings>
    </bindings>`;
  });
  return `<bindings xmlns="http://java.sun.com/xml/ns/jaxws" xmlns:jaxb="http://java.sun.com/xml/ns/jaxb"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
    jaxb:version="2.0" wsdlLocation="${service}.wsdl">
    <bindings node="//wsdl:definitions"><package name="${javaPackage}"/></bindings>
    <bindings node="//xsd:schema[@targetNamespace='${namespaces[0]}']">
      <jaxb:globalBindings generateElementProperty="false"/>
    </bindings>
    ${packages.join('\n')}
  </bindings>`;
}
