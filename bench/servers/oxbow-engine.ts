/**
 * Oxbow without provisioning and database: its SOAP engine behind its own Express application, with a handler that answers
 * the fixed user. `--bypass` takes SOAP off before Express, which is only measured. `--port N [--bypass]`
 */
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { SoapService } from '../../src/soap/contract/descriptors.js';
import { fixedUserMessage, userServiceContract } from './fixed-answer.js';
import { internalFault } from './internal-fault.js';
import { serveOptions } from './serve.js';
import { shippedEngine } from './shipped-engine.js';

const { createHttpApp, createLogger, createSoapEndpoint, defaultSoapLimits, readConfig, startServer } =
  await shippedEngine();

interface CreateRequest {
  readonly usrdata: { readonly name: string; readonly display_name: string };
}

const { port, flags } = serveOptions(['bypass']);
const user = fixedUserMessage();
const contract = userServiceContract();
const service: SoapService = {
  name: contract.name,
  contract,
  handlers: {
    create: ({ usrdata: { name, display_name } }: CreateRequest) =>
      Promise.resolve({ return: { ...user, name, display_name } }),
  },
};
const soapEndpoint = createSoapEndpoint({
  limits: defaultSoapLimits,
  lenientRequests: false,
  readCaller: () => ({ login: null, contextId: null }),
  toFault: internalFault,
  observe: () => undefined,
});
const app = createHttpApp({
  services: [service],
  soapEndpoint,
  publicUrl: null,
  trustProxy: false,
  isReady: () => Promise.resolve(true),
  logger: createLogger(readConfig({})),
});
const path = `/webservices/${service.name}`;

const bypass: RequestListener = (request, response) => {
  if (request.url === path) void soapEndpoint(request, response, service, randomUUID());
  else app(request, response);
};
await startServer(flags.has('bypass') ? bypass : app, { host: '127.0.0.1', port });
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));
