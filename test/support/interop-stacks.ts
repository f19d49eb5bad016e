import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildJaxWsClient, JAX_WS_RUNTIME } from './interop-jax-ws.js';
import type { StoryValues } from './interop-story.js';

/** A SOAP stack of another language, and the program that walks the story with it. */
export interface InteropStack {
  readonly name: string;
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

/** The five stacks, see test/interop/README.md. */
export const interopStacks: readonly InteropStack[] = [
  stack('zeep', works('/usr/bin/python3', '-c', 'import zeep'), '/usr/bin/python3', program('zeep/story.py')),
  stack(
    'PHP SoapClient',
    works('php', '-r', 'new ReflectionClass("SoapClient");'),
    'php',
    program('php/story.php'),
  ),
  stack(
    'SOAP::Lite without WSDL',
    works('perl', '-MSOAP::Lite', '-e', '1'),
    'perl',
    program('soap-lite/story.pl'),
  ),
  {
    name: 'JAX-WS',
    isInstalled: () =>
      existsSync(JAX_WS_RUNTIME) && works('wsimport', '-version')() && works('javac', '-version')(),
    command: async (url, directory) => ['java', '-cp', await buildJaxWsClient(url, directory), 'Story'],
  },
  stack('node-soap', () => true, process.execPath, '--import=tsx', program('node-soap/story.ts')),
];

function stack(name: string, isInstalled: () => boolean, ...command: [string, ...string[]]): InteropStack {
  return { name, isInstalled, command: () => Promise.resolve(command) };
}

function program(path: string): string {
  return fileURLToPath(new URL(`../interop/${path}`, import.meta.url));
}

function works(file: string, ...options: string[]): () => boolean {
  return () => spawnSync(file, options, { stdio: 'ignore' }).status === 0;
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
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
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
