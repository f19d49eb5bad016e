import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { createFileService } from './create-file-service.js';

const { FILES_DIRECTORY = './data/files', PORT = '9010', OXBOW_URL = 'http://127.0.0.1:9009' } = process.env;
const token = process.env['FILE_SERVICE_TOKEN'];
if (token === undefined) {
  process.stderr.write('FILE_SERVICE_TOKEN is missing: the token that Oxbow was started with.\n');
  process.exit(1);
}
const directory = resolve(FILES_DIRECTORY);
mkdirSync(directory, { recursive: true });
const app = await createFileService({ directory, oxbow: { url: OXBOW_URL, token } });
const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : PORT;
  process.stdout.write(`Files are served at http://127.0.0.1:${port}/files/<context>/<user>/<path>\n`);
});
process.once('SIGTERM', () => server.close());
