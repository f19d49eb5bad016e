import { loadContract } from '../soap/load-contract.js';
import type { ServiceContract } from '../soap/descriptors.js';
import { childOf, parseTree, type TreeElement } from '../soap/parse-tree.js';
import { serviceCodec } from '../soap/service-codec.js';
import { CallFault, type CallOperation } from './call-operation.js';

/** The endpoint does not answer, or not as a SOAP service does. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

const timeoutMs = 60_000;

/** An answer of an endpoint as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly xml: string;
}

/**
 * Posts an envelope to a service.
 * @param baseUrl up to and without the name of the service, such as `http://127.0.0.1:9009/webservices`
 * @throws EndpointError it cannot be reached
 */
export async function postEnvelope(baseUrl: string, service: string, xml: string): Promise<RawAnswer> {
  try {
    const response = await fetch(`${baseUrl}/${service}`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '""' },
      body: xml,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, xml: await response.text() };
  } catch (error) {
    throw new EndpointError(`${baseUrl} cannot be reached: ${reasonOf(error)}`);
  }
}

/** A client of a running endpoint, ours or another one with the same contract. */
export function soapClient(baseUrl: string, wsdlDirectory: URL): CallOperation {
  const contracts = new Map<string, ServiceContract>();
  return async (service, operationName, message) => {
    const contract = contracts.get(service) ?? loadContract(wsdlDirectory, service);
    contracts.set(service, contract);
    const operation = contract.operations.get(operationName);
    if (operation === undefined) throw new Error(`${service} has no operation ${operationName}`);
    const codec = serviceCodec(contract);
    const { status, xml } = await postEnvelope(
      baseUrl,
      service,
      codec.encodeElement(operation.request, message),
    );
    const fault = childOf(childOf(treeOf(xml, status, service), 'Body'), 'Fault');
    if (fault) {
      throw new CallFault(
        childOf(fault, 'faultstring')?.text ?? 'the call failed',
        childOf(fault, 'detail')?.children[0]?.localName ?? null,
      );
    }
    return operation.response === null ? {} : codec.decodeElement(operation.response, xml);
  };
}

/** The address of the services: the one that was given, with `/webservices` where it names only a host. */
export function servicesUrl(url: string): string {
  const parsed = new URL(url);
  const path = parsed.pathname.replace(/\/+$/, '');
  return `${parsed.origin}${path === '' ? '/webservices' : path}`;
}

function treeOf(xml: string, status: number, service: string): TreeElement {
  try {
    const root = parseTree(xml);
    if (root.localName === 'Envelope') return root;
  } catch {
    // It is told below.
  }
  throw new EndpointError(`${service} answers HTTP ${status} and no SOAP`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name === 'TimeoutError' ? `no answer within ${timeoutMs / 1_000} s` : 'no answer';
}
