import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StoryStep, StoryValues } from './interop-checks.js';
import { buildGsoapClient } from './interop-gsoap.js';
import {
  buildJaxWsClient,
  JAX_WS_RUNTIME,
  plainProgram,
  resellerProgram,
  type JaxWsProgram,
} from './interop-jax-ws.js';
import { moveSteps, plainStory, resellerStory } from './interop-story.js';

/** A SOAP stack of another language, and the program that walks the story with it. */
export interface InteropStack {
  readonly name: string;
  /** The steps that its program prints. */
  readonly story: readonly StoryStep[];
  isInstalled(): boolean;
  /**
   * The command that starts the program, without its arguments; builds it from the WSDLs of the server at `url`
   * where the stack needs that. @param directory a scratch directory, the same in each call for a stack
   */
  command(url: string, directory: string): Promise<readonly [string, ...string[]]>;
}

/** What a client program told, and how it ended. */
export interface ToldStory {
  readonly values: StoryValues;
  readonly exitCode: number | null;
  readonly errors: string;
}

const python = '/usr/bin/python3';

/** The stacks, see test/interop/README.md. */
export const interopStacks: readonly InteropStack[] = [
  moving('bare', stack('zeep', imports('zeep'), python, program('zeep/story.py'))),
  moving(
    'return',
    plain(stack('zeep, plain services', imports('zeep'), python, program('zeep/plain_story.py'))),
  ),
  stack('suds', imports('suds'), python, program('suds/story.py')),
  stack('pysimplesoap', imports('pysimplesoap'), python, program('pysimplesoap/story.py')),
  stack('PHP SoapClient', phpHasSoap, 'php', program('php/story.php')),
  plain(stack('PHP SoapClient, plain services', phpHasSoap, 'php', program('php/plain_story.php'))),
  stack('PHP SoapClient without WSDL', phpHasSoap, 'php', program('php/story_without_wsdl.php')),
  stack('SOAP::Lite without WSDL', perlHasSoapLite, 'perl', program('soap-lite/story.pl')),
  stack('SOAP::Lite->service', perlHasSoapLite, 'perl', program('soap-lite/service_story.pl')),
  {
    name: 'gSOAP',
    story: resellerStory(),
    isInstalled: () => works('soapcpp2', '-V') && works('g++', '--version'),
    command: async (url, directory) => [await buildGsoapClient(url, directory)],
  },
  stack('soap4r', rubyHasSoap4r, 'ruby', program('soap4r/story.rb')),
  jaxWs('JAX-WS', resellerProgram),
  plain(jaxWs('JAX-WS, plain services', plainProgram)),
  javascript('node-soap 1.13', 'node-soap-1.13'),
  javascript('node-soap 0.31', 'node-soap-0.31'),
  javascript('strong-soap', 'strong-soap'),
  javascript('XML written by hand', 'own-xml'),
];

function stack(name: string, isInstalled: () => boolean, ...command: [string, ...string[]]): InteropStack {
  return { name, story: resellerStory(), isInstalled, command: () => Promise.resolve(command) };
}

function jaxWs(name: string, javaProgram: JaxWsProgram): InteropStack {
  return {
    name,
    story: resellerStory(),
    isInstalled: () =>
      existsSync(JAX_WS_RUNTIME) && works('wsimport', '-version') && works('javac', '-version'),
    command: async (url, directory) => {
      const classPath = await buildJaxWsClient(javaProgram, url, directory);
      return ['java', '-cp', classPath, javaProgram.main];
    },
  };
}

function rubyHasSoap4r(): boolean {
  return works('ruby', '-e', 'gem "soap4r-ruby1.9"; require "soap/wsdlDriver"');
}

function javascript(name: string, client: string): InteropStack {
  return stack(name, () => true, process.execPath, '--import=tsx', program('javascript/story.ts'), client);
}

/** A program that also moves files. */
function moving(answer: 'return' | 'bare', still: InteropStack): InteropStack {
  return { ...still, story: [...still.story, ...moveSteps(answer)] };
}

/** A program that walks the plain story. */
function plain(ofReseller: InteropStack): InteropStack {
  return { ...ofReseller, story: plainStory() };
}

function imports(pythonModule: string): () => boolean {
  return () => works(python, '-c', `import ${pythonModule}`);
}

function phpHasSoap(): boolean {
  return works('php', '-r', 'new ReflectionClass("SoapClient");');
}

function perlHasSoapLite(): boolean {
  return works('perl', '-MSOAP::Lite', '-e', '1');
}

function program(path: string): string {
  return fileURLToPath(new URL(`../../interop/${path}`, import.meta.url));
}

function works(file: string, ...options: string[]): boolean {
  return spawnSync(file, options, { stdio: 'ignore' }).status === 0;
}

/** Runs a client program to its end; it is stopped after a minute. */
export async function tellStory(
  command: readonly [string, ...string[]],
  options: readonly string[],
): Promise<ToldStory> {
  const [file, ...before] = command;
  const child = spawn(file, [...before, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
  });
  let printed = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { values: readValues(printed), exitCode, errors };
}

function readValues(printed: string): StoryValues {
  const lines = printed.split('\n').filter((line) => line !== '');
  const steps = lines.map((line) => JSON.parse(line) as { step: string; value: unknown });
  return new Map(steps.map(({ step, value }) => [step, value]));
}
