// Goes before dist/main.js by --import: at SIGUSR2 collects garbage and appends what memory is left to the file MEMORY_FILE.
import { appendFileSync } from 'node:fs';

const file = process.env.MEMORY_FILE;
delete process.env.MEMORY_FILE;

process.on('SIGUSR2', () => {
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  const { heapUsed, rss, external } = process.memoryUsage();
  appendFileSync(file, `${JSON.stringify({ heapUsed, rss, external })}\n`);
});
