import strongSoap, { type Client } from 'strong-soap';
import { listOf, SoapFault, type Connect } from './client.js';

/** The operations with an empty Body as answer; they alone want `{ change: { … } }` instead of `{ … }`. */
const VOID = /^(add|change|delete|remove|set)/;

export const connectWithStrongSoap: Connect = async (url, service) => {
  const client = await new Promise<Client>((resolve, reject) => {
    strongSoap.soap.createClient(`${url}/webservices/${service}?wsdl`, {}, (error, made) =>
      error ? reject(error) : resolve(made),
    );
  });
  return async (operation, request) => {
    const method = client[operation];
    if (!method) throw new Error(`the WSDL has no ${operation}`);
    const answer = await method(VOID.test(operation) ? { [operation]: request } : request).catch(rethrow);
    return listOf(answer.result?.return ?? answer.result?.item);
  };
};

interface SoapError extends Error {
  readonly root?: { Envelope: { Body: { Fault: { faultstring: string; detail?: object } } } };
}

function rethrow(error: SoapError): never {
  if (!error.root) throw error;
  const { faultstring, detail } = error.root.Envelope.Body.Fault;
  throw new SoapFault(faultstring, Object.keys(detail ?? {}).join(), { cause: error });
}
