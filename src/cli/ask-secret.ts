import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks at the terminal for a line that is not shown. */
export function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    reader.once('line', resolve);
    reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    reader.once('close', () => resolve(''));
  }).then((line) => {
    reader.close();
    process.stderr.write('\n');
    return String(line);
  });
}
