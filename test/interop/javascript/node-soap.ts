import type * as NodeSoap from 'soap';
import { listOf, SoapFault, type Connect } from './client.js';

/** Connects with node-soap. @param packageName `soap` is version 1.13, `soap-0.31` the one of older projects */
export function nodeSoap(packageName: 'soap' | 'soap-0.31'): Connect {
  return async (url, service) => {
    const { createClientAsync } = (await import(packageName)) as typeof NodeSoap;
    const client = await createClientAsync(`${url}/webservices/${service}?wsdl`);
    if (packageName === 'soap-0.31') {
      // It gives repeated members that a type inherits (loginMappings) a prefix ns1 that it declares nowhere.
      client.wsdl.xmlnsInEnvelope += ' xmlns:ns1="http://dataobjects.soap.admin.openexchange.com/xsd"';
    }
    return async (operation, request) => {
      const method: unknown = client[`${operation}Async`];
      if (typeof method !== 'function') throw new Error(`the WSDL has no ${operation}`);
      const [answer] = await (method.call(client, request) as Promise<[Answer | null]>).catch(rethrow);
      return listOf(answer?.return ?? answer?.item);
    };
  };
}

/** Void operations answer an envelope, or nothing. */
interface Answer {
  readonly return?: unknown;
  /** Of listQuota of the reseller service, whose answer is a `return` itself. */
  readonly item?: unknown;
}

interface SoapError extends Error {
  readonly root?: { Envelope: { Body: { Fault: { faultstring: string; detail?: object } } } };
}

function rethrow(error: SoapError): never {
  if (!error.root) throw error;
  const { faultstring, detail } = error.root.Envelope.Body.Fault;
  throw new SoapFault(faultstring, Object.keys(detail ?? {}).join(), { cause: error });
}
