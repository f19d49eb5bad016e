import { Writable } from 'node:stream';
import { createHttpApp, type HttpAppOptions } from '../../../src/http/create-http-app.js';
import { createLogger } from '../../../src/observe/logging.js';
import type { SoapService } from '../../../src/soap/contract/descriptors.js';

const operation = (name: string) => ({
  name,
  soapAction: `urn:${name}`,
  request: null as never,
  response: null,
  faults: [],
});

/** A service as the engine would hand it over, small enough to read. */
export function smallService(name = 'OXTestService'): SoapService {
  return {
    name,
    contract: {
      name,
      namespace: 'http://example.org/test?a&b',
      portType: `${name}PortType`,
      port: `${name}Port`,
      binding: `${name}SoapBinding`,
      operations: new Map(['create', 'move<b>'].map((each) => [each, operation(each)])),
      faults: new Map(),
      types: new Map(),
      schemaNamespaces: [],
      wsdlTemplate: '<definitions><address location="{address}"/></definitions>',
    },
    handlers: { create: () => Promise.resolve({}) },
  };
}

/** A stream that keeps what was written. */
export function memoryStream(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

/** The HTTP app around one small service, whose endpoint answers `<ok/>`. */
export function smallApp(options: Partial<HttpAppOptions> = {}) {
  const log = memoryStream();
  const app = createHttpApp({
    services: [smallService()],
    soapEndpoint: (request, response, service, requestId) => {
      request.resume();
      response.type('text/xml').send(`<ok service="${service.contract.name}" id="${requestId}"/>`);
      return Promise.resolve();
    },
    publicUrl: null,
    trustProxy: false,
    isReady: () => Promise.resolve(true),
    logger: createLogger({ logLevel: 'debug', logFormat: 'json' }, log.stream),
    ...options,
  });
  return { app, log: log.text };
}
