import { expect } from 'chai';
import { contract, fieldsOf, type ContractField } from './contract-snapshot.js';
import { sendText } from './send-text.js';
import { validateAnswer } from './validate-answer.js';
import { child, escapeXml, parseXml, writeXml, type XmlNode } from './xml-tree.js';

export const SOAP_ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** `undefined` is left out, `null` is written as nil, arrays repeat, an XmlNode is sent back as it came. */
export type SoapValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | XmlNode
  | readonly SoapValue[]
  | { readonly [name: string]: SoapValue };
export type SoapParams = Readonly<Record<string, SoapValue>>;
export interface Credentials {
  readonly login?: string | null;
  readonly password?: string | null;
}
export interface SoapFault {
  readonly code: string;
  readonly text: string;
  /** Local name of the element inside detail, undefined without a detail. */
  readonly exception: string | undefined;
  readonly node: XmlNode;
}
export interface SoapAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly xml: string;
  readonly body: XmlNode;
  readonly fault?: SoapFault;
}

function isNode(value: SoapValue): value is XmlNode {
  return typeof value === 'object' && value !== null && 'local' in value && 'children' in value;
}

/** JS maps to the contract's `entries`: `{config: {key: 'v', gone: null}}`. */
function mapEntries(value: { readonly [name: string]: SoapValue }, type: string): SoapValue {
  const entries = Object.entries(value).map(([key, inner]) => ({ key, value: inner }));
  return type === 'dat:SOAPStringMap' || type === 'dat:SOAPStringMapMap' ? { entries } : value;
}

function writeField(field: ContractField, namespace: string, value: SoapValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    return (value as readonly SoapValue[]).map((one) => writeField(field, namespace, one)).join('');
  }
  const head = `<${field.name} xmlns="${namespace}"`;
  if (value === null) return `${head} xmlns:xsi="${XSI}" xsi:nil="true"/>`;
  if (isNode(value)) return writeXml(value, { local: field.name, namespace });
  if (typeof value !== 'object') return `${head}>${escapeXml(String(value))}</${field.name}>`;
  const object = mapEntries(value as SoapParams, field.type) as SoapParams;
  return `${head}>${writeMembers(fieldsOf(field.type), object)}</${field.name}>`;
}

function writeMembers(
  fields: readonly (ContractField & { readonly namespace: string })[],
  object: SoapParams,
): string {
  const unknown = Object.keys(object).filter((name) => !fields.some((field) => field.name === name));
  if (unknown.length > 0) throw new Error(`not in the contract: ${unknown.join(', ')}`);
  return fields.map((field) => writeField(field, field.namespace, object[field.name])).join('');
}

/** The operation element, members in the contract's order and namespaces; credentials at their place. */
export function operationXml(
  service: string,
  operation: string,
  params: SoapParams,
  credentials?: Credentials,
): string {
  const declared = contract.services[service];
  const found = declared?.operations[operation];
  if (!declared || !found) throw new Error(`${service} has no ${operation}`);
  const namespace = contract.namespaces[declared.namespace] ?? '';
  const fields = found.params.map((field) => ({ ...field, namespace }));
  const authName = fields.find((field) => field.type.endsWith(':Credentials'))?.name ?? 'auth';
  const all = credentials ? { ...params, [authName]: credentials as SoapParams } : params;
  return `<${operation} xmlns="${namespace}">${writeMembers(fields, all)}</${operation}>`;
}

/** A SOAP 1.1 envelope around Body content. */
export function envelope(bodyXml: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="${SOAP_ENVELOPE}"><e:Body>${bodyXml}</e:Body></e:Envelope>`;
}

function readAnswer(status: number, headers: Headers, xml: string): SoapAnswer {
  const root = parseXml(xml);
  const body = child(root, 'Body');
  if (root.local !== 'Envelope' || root.namespace !== SOAP_ENVELOPE || !body) {
    throw new Error(`not a SOAP 1.1 envelope: ${xml}`);
  }
  const node = child(body, 'Fault');
  if (!node) return { status, headers, xml, body };
  const fault = {
    code: child(node, 'faultcode')?.text ?? '',
    text: child(node, 'faultstring')?.text ?? '',
    exception: child(node, 'detail')?.children[0]?.local,
    node,
  };
  return { status, headers, xml, body, fault };
}

/** A raw client of one running app. */
export class RawSoap {
  constructor(readonly baseUrl: string) {}

  /** Posts a body as it is and reads whatever envelope comes back; validated against the served WSDL. */
  async post(service: string, xml: string, headers: Record<string, string> = {}): Promise<SoapAnswer> {
    const endpoint = `${this.baseUrl}/webservices/${service}`;
    const response = await sendText(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""', ...headers },
      body: xml,
    });
    const answer = readAnswer(response.status, response.headers, response.text);
    await validateAnswer(endpoint, service, answer.xml);
    return answer;
  }

  /** One call with members as the contract orders and qualifies them. */
  async call(
    service: string,
    operation: string,
    params: SoapParams,
    credentials?: Credentials,
  ): Promise<SoapAnswer> {
    const answer = await this.post(service, envelope(operationXml(service, operation, params, credentials)));
    expect(answer.status, answer.xml).to.equal(answer.fault ? 500 : 200);
    if (contract.services[service]?.operations[operation]?.emptyBody && !answer.fault) {
      expect(answer.body.children, `${operation} answers an empty Body`).to.have.length(0);
    }
    return answer;
  }
}

/** The `return` elements of a successful answer. @throws Error with the fault's text otherwise */
export function returned(answer: SoapAnswer): XmlNode[] {
  if (answer.fault) throw new Error(`unexpected fault: ${answer.fault.exception}: ${answer.fault.text}`);
  return (answer.body.children[0]?.children ?? []).filter((node) => node.local === 'return');
}

/** The only `return` element. */
export function returnedOne(answer: SoapAnswer): XmlNode {
  const [node, ...more] = returned(answer);
  if (!node || more.length > 0) throw new Error(`expected one return: ${answer.xml}`);
  return node;
}

/** Asserts success of an operation without result. */
export function expectDone(answer: SoapAnswer): void {
  expect(answer.fault?.text, answer.xml).to.equal(undefined);
  expect(answer.status).to.equal(200);
}

/**
 * Asserts a declared fault: HTTP 500, soap:Server, the named detail, and the text. A string must be the whole
 * text before the `; exceptionId` suffixes, a RegExp must match the faultstring.
 * @param exception undefined: there is no detail
 */
export function expectFault(answer: SoapAnswer, exception: string | undefined, text: string | RegExp): void {
  expect(answer.fault, `expected ${exception} "${String(text)}", got ${answer.xml}`).to.not.equal(undefined);
  const fault = answer.fault as SoapFault;
  const plain = fault.text.replace(/(; exceptionId -?\d+-\d+)+$/, '');
  const told = { exception: fault.exception, text: typeof text === 'string' ? plain : fault.text };
  if (typeof text === 'string') expect(told).to.deep.equal({ exception, text });
  else {
    expect(told.exception, fault.text).to.equal(exception);
    expect(told.text).to.match(text);
  }
  expect(answer.status).to.equal(500);
  expect(fault.code).to.match(/:Server$/);
  expect(fault.text, 'exception id suffix').to.match(/; exceptionId -?\d+-\d+$/);
}
