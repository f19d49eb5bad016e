import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Memory of the service in bytes. */
export interface MemorySample {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** The built service in a process of its own, which tells its memory. */
export interface SoakedService {
  readonly url: string;
  memory(): MemorySample;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** @param directory where it may write; @throws Error when it does not start */
export async function startService(
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<SoakedService> {
  const memoryFile = join(directory, 'memory.json');
  const child = spawn(process.execPath, [`--import=${tellMemory(memoryFile)}`, 'dist/main.js'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'error', ...env },
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-10_000);
      const found = /^listening on (\S+)$/m.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`the service ended: ${output}`)));
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    url,
    hasEnded,
    memory: () => {
      const told = JSON.parse(readFileSync(memoryFile, 'utf8')) as { rss: number; heapUsed: number };
      return { rssBytes: told.rss, heapBytes: told.heapUsed };
    },
    stop: async () => {
      process.off('exit', kill);
      if (hasEnded()) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A module that runs in the service and writes its memory to a file; renamed into place, so that it is never half there. */
function tellMemory(file: string): string {
  const code = `import fs from 'node:fs';
const tell = () => {
  fs.writeFileSync(${JSON.stringify(`${file}.new`)}, JSON.stringify(process.memoryUsage()));
  fs.renameSync(${JSON.stringify(`${file}.new`)}, ${JSON.stringify(file)});
};
tell();
setInterval(tell, 500).unref();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
