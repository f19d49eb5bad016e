import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { killed } from '../database/mariadb.js';
import { freePort } from './free-port.js';
import { startNode } from './node-program.js';
import { oxbowEntry } from './oxbow-entry.js';
import type { Program } from './require-program.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The service as a process of its own, which can be killed. */
export interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it wrote. */
  output(): string;
  /** Kills it as a crash would. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
}

/** What the process runs with, and under, e.g. `env --ignore-signal=XFSZ`. */
export interface ServiceProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly under?: { readonly program: Program; readonly args: readonly string[] };
}

/** Starts the service on a free port, until it says that it listens. */
export async function startServiceProcess(
  databaseUrl: string,
  masterPassword: string,
  { env = {}, under }: ServiceProcessOptions = {},
): Promise<ServiceProcess> {
  const port = await freePort();
  let output = '';
  let child: ChildProcess | null = null;
  const launch = async () => {
    const options = {
      cwd: root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        MASTER_PASSWORD: masterPassword,
        ...env,
      },
    };
    const started = under
      ? under.program.start([...under.args, process.execPath, oxbowEntry], options)
      : startNode([oxbowEntry], options);
    child = started;
    let own = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        own += chunk.toString();
        output += chunk.toString();
        if (own.includes('listening on ')) resolve();
      };
      started.stdout.on('data', read);
      started.stderr.on('data', read);
      started.once('exit', () => reject(new Error(`ended before it listened: ${own}`)));
    });
  };
  const onExit = () => void child?.kill('SIGKILL');
  process.once('exit', onExit);
  await launch();
  return {
    url: `http://127.0.0.1:${port}`,
    get child() {
      if (child === null) throw new Error('not started');
      return child;
    },
    output: () => output,
    crash: () => killed(child),
    restart: launch,
  };
}
