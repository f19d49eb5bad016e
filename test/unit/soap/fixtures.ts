import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceContract, Handler } from '../../../src/soap/contract/descriptors.js';
import { defaultSoapLimits } from '../../../src/soap/contract/limits.js';
import { loadContract } from '../../../src/soap/contract/load-contract.js';
import { SoapFault } from '../../../src/soap/contract/soap-fault.js';
import type { UnknownElementFault } from '../../../src/soap/decode/unmarshalling-faults.js';
import { createSoapEndpoint, type SoapEndpointOptions } from '../../../src/soap/endpoint.js';
import type { CallRecord } from '../../../src/soap/interceptor.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const SVC = 'http://soap.reseller.admin.openexchange.com';
export const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
export const DSR = 'http://dataobjects.soap.reseller.admin.openexchange.com/xsd';
export const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
export const OXAAS = 'http://soap.oxaas.admin.openexchange.com/';

const wsdlDirectory = new URL('../../../wsdl/', import.meta.url);
const contracts = new Map<string, ServiceContract>();

/** Every service that has a WSDL. */
export const serviceNames = readdirSync(wsdlDirectory)
  .filter((file) => file.endsWith('.wsdl'))
  .map((file) => file.slice(0, -'.wsdl'.length));

/** The real contract of a service, loaded once. */
export function contractOf(service: string): ServiceContract {
  let contract = contracts.get(service);
  if (contract === undefined) contracts.set(service, (contract = loadContract(wsdlDirectory, service)));
  return contract;
}

/** An envelope with the prefixes svc, dat, dsr, rmi and xsi declared. */
export function envelope(body: string, header = ''): string {
  return (
    `<soap:Envelope xmlns:soap="${SOAP}" xmlns:xsi="${XSI}" xmlns:svc="${SVC}" xmlns:dat="${DAT}"` +
    ` xmlns:dsr="${DSR}" xmlns:rmi="${RMI}">${header}<soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

/** Decodes a document as a request to a service. */
export function decodeDocument(
  xml: string,
  {
    service = 'OXResellerUserService',
    lenient = false,
    unknownElementFault,
  }: { service?: string; lenient?: boolean; unknownElementFault?: UnknownElementFault } = {},
): { operation: string; message: unknown } {
  const codec = serviceCodec(contractOf(service));
  const { operation, message } = codec.decodeRequest(xml, {
    limits: defaultSoapLimits,
    lenientRequests: lenient,
    unknownElementFault,
  });
  return { operation: operation.name, message };
}

/** Decodes the content of a Body; answers the message. */
export function decodeBody(body: string, options?: Parameters<typeof decodeDocument>[1]): unknown {
  return decodeDocument(envelope(body), options).message;
}

/** The fault that some work ends in. */
export function faultOf(work: () => unknown): { code: string; text: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof SoapFault) return { code: error.faultCode, text: error.message };
    throw error;
  }
  throw new Error('no fault');
}

export interface TestServer {
  readonly url: string;
  readonly records: CallRecord[];
  stop(): Promise<void>;
}

/** One service on a port of its own, with its WSDL at `?wsdl`. */
export async function serve(
  service: string,
  handlers: Readonly<Record<string, Handler>>,
  options: Partial<SoapEndpointOptions> = {},
): Promise<TestServer> {
  const records: CallRecord[] = [];
  const contract = contractOf(service);
  const endpoint = createSoapEndpoint({
    limits: defaultSoapLimits,
    lenientRequests: false,
    readCaller: (message) => ({
      login: (message as { auth?: { login?: string } }).auth?.login ?? null,
      contextId: null,
    }),
    toFault: () => new SoapFault('Server', 'Internal error'),
    observe: (record) => records.push(record),
    ...options,
  });
  const server: Server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.endsWith('?wsdl')) response.end(contract.wsdlTemplate);
    else void endpoint(request, response, { name: service, contract, handlers }, 'request-1');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${service}`,
    records,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
