import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDirectory, buildOnce, type Build } from './build-once.js';
import { gsoapBuild } from './gsoap/build-gsoap.js';
import { javaLibraries, jaxWsBuild } from './jaxws/build-jax-ws.js';
import { phpBuild } from './php/build-php.js';
import { soapBuild } from './soap/build-soap.js';
import { spyneBuild } from './spyne/build-spyne.js';

/** How a server is started; it prints the line `ready`, and ends with all its processes on SIGTERM. */
export interface PeerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** On top of the environment of the bench. */
  readonly env: Readonly<Record<string, string>>;
}

/** A SOAP server that a user might take instead of Oxbow; README.md says how each is built. */
export interface Peer {
  readonly name: string;
  /** What the table of results calls it. */
  readonly title: string;
  /** Debian's packages that it needs beside Node.js. */
  readonly debianPackages: readonly string[];
  /** The answers break the WSDL, as those of the unmodified package do. */
  readonly answersAreInvalid: boolean;
  isInstalled(): boolean;
  /**
   * Compiles what has to be compiled, once for the same sources.
   * @throws Error of the compiler
   */
  prepare(): Promise<void>;
  /** @param databaseUrl null: engine only */
  command(port: number, databaseUrl: string | null): PeerCommand;
}

const here = fileURLToPath(new URL('.', import.meta.url));

const options = (port: number, databaseUrl: string | null): string[] => [
  '--port',
  String(port),
  ...(databaseUrl === null ? [] : ['--database', databaseUrl]),
];

const allExist = (files: readonly string[]) => (): boolean => files.every((file) => existsSync(file));

function soapPeer(name: string, title: string, flags: readonly string[]): Peer {
  return {
    name,
    title,
    debianPackages: [],
    answersAreInvalid: flags.includes('--as-shipped'),
    isInstalled: () => true,
    prepare: () => buildOnce(soapBuild),
    command: (port, databaseUrl) => ({
      command: process.execPath,
      args: [join(buildDirectory(soapBuild), 'soap/server.js'), ...options(port, databaseUrl), ...flags],
      env: { NODE_ENV: 'production' },
    }),
  };
}

/** A peer whose files a build makes. */
function builtPeer(
  build: Build,
  peer: Pick<Peer, 'title' | 'debianPackages' | 'isInstalled'>,
  command: (built: string, options: readonly string[]) => PeerCommand,
): Peer {
  return {
    ...peer,
    name: build.name,
    answersAreInvalid: false,
    prepare: () => buildOnce(build),
    command: (port, databaseUrl) => command(buildDirectory(build), options(port, databaseUrl)),
  };
}

const php = builtPeer(
  phpBuild,
  {
    title: 'PHP SoapServer (php-fpm, nginx)',
    debianPackages: ['nginx-light', 'php8.2-fpm', 'php8.2-soap', 'php8.2-mysql', 'php8.2-opcache'],
    isInstalled: allExist([
      '/usr/sbin/nginx',
      '/usr/sbin/php-fpm8.2',
      '/etc/php/8.2/fpm/conf.d/20-soap.ini',
      '/etc/php/8.2/fpm/conf.d/20-pdo_mysql.ini',
    ]),
  },
  (built, given) => ({ command: join(here, 'php/serve.sh'), args: [...given, '--data', built], env: {} }),
);

const gsoap = builtPeer(
  gsoapBuild,
  {
    title: 'gSOAP (C++)',
    debianPackages: ['gsoap', 'libgsoap-dev', 'g++', 'libmariadb-dev', 'rapidjson-dev'],
    isInstalled: allExist([
      '/usr/bin/wsdl2h',
      '/usr/bin/soapcpp2',
      '/usr/bin/g++',
      '/usr/include/stdsoap2.h',
      '/usr/include/mariadb/mysql.h',
      '/usr/include/openssl/evp.h',
      '/usr/include/rapidjson/document.h',
    ]),
  },
  (built, given) => ({ command: join(built, 'server'), args: [...given, '--data', here], env: {} }),
);

const jaxWs = builtPeer(
  jaxWsBuild,
  {
    title: 'JAX-WS RI (Java)',
    debianPackages: [
      'openjdk-17-jdk-headless',
      'jaxws',
      'libjaxws-java',
      'libmariadb-java',
      'libjackson2-core-java',
    ],
    isInstalled: allExist(['/usr/bin/java', '/usr/bin/javac', '/usr/bin/wsimport', ...javaLibraries]),
  },
  (built, given) => ({
    command: 'java',
    args: [
      // Without it every answer waits 40 ms for the client's acknowledgement.
      '-Dsun.net.httpserver.nodelay=true',
      // Debian's gmbal lacks a part.
      '-Dcom.sun.xml.ws.monitoring.endpoint=false',
      '-Djavax.xml.soap.SAAJMetaFactory=com.sun.xml.messaging.saaj.soap.SAAJMetaFactoryImpl',
      // A fault says its text, not its stack.
      '-Dcom.sun.xml.ws.fault.SOAPFaultBuilder.disableCaptureStackTrace=true',
      '-cp',
      [join(built, 'classes'), ...javaLibraries].join(':'),
      'peer.Server',
      ...given,
      '--data',
      here,
    ],
    env: {},
  }),
);

const spyne = builtPeer(
  spyneBuild,
  {
    title: 'Spyne (Python, waitress)',
    debianPackages: ['python3-spyne', 'python3-waitress', 'python3-lxml', 'python3-pymysql'],
    isInstalled: allExist(
      ['spyne', 'waitress', 'lxml', 'pymysql'].map((name) => `/usr/lib/python3/dist-packages/${name}`),
    ),
  },
  (built, given) => ({
    command: '/usr/bin/python3',
    args: [join(here, 'spyne/server.py'), ...given, '--wsdl', join(built, 'service.wsdl')],
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  }),
);

/** Every peer of the bench. */
export const peers: readonly Peer[] = [
  soapPeer('soap', 'soap (npm), namespaces corrected', []),
  soapPeer('soap-as-shipped', 'soap (npm), as shipped', ['--as-shipped']),
  php,
  gsoap,
  jaxWs,
  spyne,
];
