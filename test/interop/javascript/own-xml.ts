import { XMLParser } from 'fast-xml-parser';
import { listOf, SoapFault, type Call, type Connect, type Members } from './client.js';

const XSD = '.openexchange.com/xsd';

/** The namespaces of a service's own elements. */
const NAMESPACE_OF_SERVICE: Readonly<Record<string, string>> = {
  OXContextService: 'http://soap.admin.openexchange.com',
  OXaaSService: 'http://soap.oxaas.admin.openexchange.com/',
};
const RESELLER_SERVICES = 'http://soap.reseller.admin.openexchange.com';

/** What the members of a parameter, or of a member, are in; what is not here is in the namespace of its parent. */
const PREFIX_OF_MEMBERS_OF: Readonly<Record<string, string>> = {
  adm: 'rra',
  admin_user: 'dat',
  auth: 'rmi',
  creds: 'rmi',
  ctx: 'dat',
  grp: 'dat',
  members: 'dat',
  owner: 'rra',
  user: 'dat',
  users: 'dat',
  usr: 'dat',
  usrdata: 'dat',
};

/** Members of ResellerContext that are not in the namespace of Context. */
const PREFIX_OF: Readonly<Record<string, string>> = { owner: 'dsr', sid: 'dsr' };

/** Writes its XML itself, as some TypeScript clients do: with a WS-Security header, SOAPAction `namespace/operation`. */
export const connectWithOwnXml: Connect = (url, service) => {
  const namespace = NAMESPACE_OF_SERVICE[service] ?? RESELLER_SERVICES;
  const call: Call = async (operation, request) => {
    const response = await fetch(`${url}/webservices/${service}`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml;charset=UTF-8',
        soapaction: `${namespace.replace(/\/$/, '')}/${operation}`,
      },
      body: envelope(namespace, operation, request),
    });
    return readAnswer(response.status, await response.text());
  };
  return Promise.resolve(call);
};

function envelope(namespace: string, operation: string, request: Members): string {
  const login = (request['auth'] ?? request['creds']) as { login: string; password: string };
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:svc="${namespace}"
    xmlns:dat="http://dataobjects.soap.admin${XSD}" xmlns:dsr="http://dataobjects.soap.reseller.admin${XSD}"
    xmlns:rmi="http://dataobjects.rmi.admin${XSD}" xmlns:rra="http://dataobjects.rmi.reseller.admin${XSD}"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <soapenv:Header>
    <wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">
      <wsse:UsernameToken>
        <wsse:Username>${escape(login.login)}</wsse:Username>
        <wsse:Password>${escape(login.password)}</wsse:Password>
      </wsse:UsernameToken>
    </wsse:Security>
  </soapenv:Header>
  <soapenv:Body>${element('svc', operation, request)}</soapenv:Body>
</soapenv:Envelope>`;
}

type Scalar = string | number | boolean;

function element(prefix: string, name: string, value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => element(prefix, name, one)).join('');
  const tag = `${PREFIX_OF[name] ?? prefix}:${name}`;
  if (value === null) return `<${tag} xsi:nil="true"/>`;
  return `<${tag}>${content(PREFIX_OF_MEMBERS_OF[name] ?? prefix, value)}</${tag}>`;
}

function content(prefix: string, value: Scalar | object): string {
  if (typeof value !== 'object') return escape(String(value));
  return Object.entries(value)
    .map(([member, of]) => element(prefix, member, of))
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
});

function readAnswer(status: number, xml: string): unknown[] {
  const { Envelope } = parser.parse(xml) as { Envelope: { Body: Members | string } };
  const body = withoutAttributes(Envelope.Body) as Members | string;
  if (status !== 200) {
    const { faultstring, detail } = (body as { Fault: { faultstring: string; detail?: object } }).Fault;
    throw new SoapFault(faultstring, Object.keys(detail ?? {}).join());
  }
  const [answer] = Object.values(body);
  const members = answer as Members | undefined;
  return listOf(members?.['return'] ?? members?.['item']);
}

/** The value of an element: null when it is nil, else its text or its children. */
function withoutAttributes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAttributes);
  if (typeof value !== 'object' || value === null) return value;
  if ('@nil' in value) return null;
  const children = Object.entries(value).filter(([name]) => !name.startsWith('@'));
  return children.length === 0
    ? ''
    : Object.fromEntries(children.map(([name, child]) => [name, withoutAttributes(child)]));
}
