// Whether the service of this container is ready: exit code 0, else 1. Without curl, which the image does not have.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const { PORT = '9009', TLS_CERT_FILE = '' } = process.env;
const request = TLS_CERT_FILE === '' ? httpRequest : httpsRequest;
// The certificate is for another name than this one, and nothing secret is said.
const options = { port: PORT, path: '/health/ready', timeout: 4_000, rejectUnauthorized: false };
request(options, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
