import {
  answered,
  change,
  envelope,
  getData,
  note,
  refused,
  SOAP,
  SVC,
  xmlHeaders,
  type Attack,
  type Outcome,
  type Scene,
  type Theme,
} from './attack.js';

const MALFORMED = /^The request is not well-formed XML/;
const WSA = 'http://www.w3.org/2005/08/addressing';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

const fault = (code: string, text: RegExp): Outcome => ({ kind: 'fault', code, text });

const inHeader = (block: string) => (scene: Scene) =>
  envelope(getData(scene), { header: `<e:Header>${block.replaceAll('CANARY', scene.canary)}</e:Header>` });

const notUnderstood = (what: string, block: string): Attack => ({
  what,
  expected: fault('MustUnderstand', /^MustUnderstand headers: \[.{1,300}\] are not understood\.$/),
  body: inHeader(block),
});

const body = (content: string): string => `<e:Envelope xmlns:e="${SOAP}">${content}</e:Envelope>`;

const OTHER_LOGIN =
  '<rmi:login xmlns:rmi="http://dataobjects.rmi.admin.openexchange.com/xsd">oxadminmaster</rmi:login>';

const noOperation = (what: string, content: string): Attack => ({
  what,
  expected: fault(
    'Server',
    /^No binding operation info while invoking unknown method with params unknown\.$/,
  ),
  body: () => body(content),
});

const twice = (name: string) => (scene: Scene) => {
  const xml = getData(scene);
  const part = new RegExp(`<svc:${name}[ >].*?</svc:${name}>`).exec(xml)?.[0] ?? '';
  return envelope(xml.replace(part, part + part));
};

/** Envelopes that are wrong, and headers that want something. */
export const envelopes: Theme = {
  title: 'envelopes, bodies and headers',
  attacks: [
    refused('two envelopes', MALFORMED, (scene) => envelope(getData(scene)).repeat(2)),
    refused('text behind the envelope', MALFORMED, (scene) => `${envelope(getData(scene))}evil`),
    refused(
      'text before the envelope',
      /text outside of its Body/,
      (scene) => `evil${envelope(getData(scene))}`,
    ),
    refused('two bodies', /^Unexpected element \{.*\}Body in the SOAP envelope\.$/, (scene) =>
      envelope(`${getData(scene)}</e:Body><e:Body>${getData(scene)}`),
    ),
    refused('two operations in one body', /more than one child/, (scene) =>
      envelope(getData(scene) + getData(scene)),
    ),
    refused('an operation behind a harmless one', /more than one child/, (scene) =>
      envelope(`${getData(scene)}${change(scene, note('smuggled'))}`),
    ),
    noOperation('a header behind an empty body', '<e:Body/><e:Header/>'),
    answered('a header behind the body', (scene) =>
      envelope(`${getData(scene)}</e:Body><e:Header><a xmlns="urn:x">b</a></e:Header>`).replace(
        /<\/e:Body><\/e:Envelope>$/,
        '</e:Envelope>',
      ),
    ),
    {
      what: 'a header behind the body that must be understood',
      expected: fault('MustUnderstand', /^MustUnderstand headers: \[\{urn:x\}a\] are not understood\.$/),
      body: (scene) =>
        envelope(
          `${change(scene, note('done'))}</e:Body><e:Header><a xmlns="urn:x" e:mustUnderstand="1"/></e:Header>`,
        ).replace(/<\/e:Body><\/e:Envelope>$/, '</e:Envelope>'),
    },
    refused('two headers', /^Unexpected element \{.*\}Header/, () => body('<e:Header/><e:Header/><e:Body/>')),
    refused('something else in the envelope', /^Unexpected element \{urn:x\}a/, () =>
      body('<a xmlns="urn:x"/><e:Body/>'),
    ),
    noOperation('text in the envelope', 'x<e:Body/>'),
    {
      what: 'no body',
      expected: fault('Server', /^Fault occurred while processing\.$/),
      body: () => body(''),
    },
    noOperation('an empty body', '<e:Body/>'),
    noOperation('a body with a comment', '<e:Body><!-- <a/> --></e:Body>'),
    noOperation('text in the body', '<e:Body>x</e:Body>'),
    refused('a body of no namespace', /^Unexpected element Body/, () => body('<Body/>')),
    refused('an envelope in the envelope', /^NO_PART_FOUND$/, (scene) => envelope(envelope(getData(scene)))),
    refused('a fault as a request', /^NO_PART_FOUND$/, () =>
      envelope('<e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault>'),
    ),
    {
      what: 'no envelope',
      expected: fault(
        'VersionMismatch',
        /the namespace on the "getData" element, is not a valid SOAP version/,
      ),
      body: (scene) =>
        getData(scene).replace(
          '<svc:getData',
          `<svc:getData xmlns:svc="${SVC}" xmlns:dat="urn:d" xmlns:rmi="urn:r"`,
        ),
    },
    {
      what: 'an HTML page',
      expected: fault('VersionMismatch', /^No namespace on "html" element/),
      body: () => '<html><body>x</body></html>',
    },
    {
      what: 'SOAP 1.2',
      expected: fault('VersionMismatch', /^A SOAP 1\.2 message/),
      body: () => '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>',
    },
    {
      what: 'an envelope of no namespace',
      expected: fault('VersionMismatch', /^No namespace on "Envelope" element/),
      body: () => '<Envelope/>',
    },
    {
      what: 'an envelope of a namespace that is markup',
      expected: fault('VersionMismatch', /not a valid SOAP version/),
      body: () => '<Envelope xmlns="&lt;script>alert(1)&lt;/script>&amp;&quot;"/>',
    },
    refused('an operation of a foreign namespace', /^UNEXPECTED_WRAPPER_ELEMENT$/, () =>
      envelope('<getData xmlns="urn:evil"/>'),
    ),
    refused('an operation of no namespace', /^UNEXPECTED_WRAPPER_ELEMENT$/, () => envelope('<getData/>')),
    refused('an operation of another service', /^UNEXPECTED_WRAPPER_ELEMENT$/, () =>
      envelope('<create xmlns="http://soap.reseller.admin.openexchange.com.evil"/>'),
    ),
    refused('an operation with another letter case', /^NO_PART_FOUND$/, () => envelope('<svc:GETDATA/>')),
    refused('an answer as a request', /^NO_PART_FOUND$/, () => envelope('<svc:getDataResponse/>')),
    refused('credentials twice', /"auth" was given more than once/, twice('auth')),
    refused('the context twice', /"ctx" was given more than once/, twice('ctx')),
    refused('the user twice', /"user" was given more than once/, twice('user')),
    answered('the login twice, of which the last counts', (scene) =>
      envelope(getData(scene).replace(/(<rmi:login.*?<\/rmi:login>)/, `${OTHER_LOGIN}$1`)),
    ),
    {
      what: 'another login behind the one whose password follows',
      expected: fault('Server', /^Authentication failed/),
      body: (scene) => envelope(getData(scene).replace(/(<rmi:login.*?<\/rmi:login>)/, `$1${OTHER_LOGIN}`)),
    },
    refused('credentials inside of the context', /local:"auth"/, (scene) =>
      envelope(getData(scene).replace('<svc:ctx>', `<svc:ctx>${scene.auth}`)),
    ),
    notUnderstood(
      'WS-Security that must be understood',
      `<s:Security xmlns:s="${WSSE}" e:mustUnderstand="1"/>`,
    ),
    notUnderstood(
      'mustUnderstand in words, for the next one',
      '<a xmlns="urn:x" e:mustUnderstand=" true " e:actor="http://schemas.xmlsoap.org/soap/actor/next"/>',
    ),
    notUnderstood(
      'WS-Addressing that must be understood',
      `<a:ReplyTo xmlns:a="${WSA}" e:mustUnderstand="1"><a:Address>http://CANARY/</a:Address></a:ReplyTo>`,
    ),
    notUnderstood(
      'a header of a name without end',
      `<a xmlns="urn:${'x'.repeat(400)}" e:mustUnderstand="1"/>`,
    ),
    answered(
      'mustUnderstand for somebody else',
      inHeader('<a xmlns="urn:x" e:mustUnderstand="1" e:actor="urn:other"/>'),
    ),
    answered(
      'WS-Addressing that wants the answer elsewhere',
      inHeader(
        `<a:ReplyTo xmlns:a="${WSA}"><a:Address>http://CANARY/</a:Address></a:ReplyTo><a:To xmlns:a="${WSA}">http://CANARY/</a:To>`,
      ),
    ),
    answered(
      'WS-Addressing that wants faults elsewhere',
      inHeader(`<a:FaultTo xmlns:a="${WSA}"><a:Address>http://CANARY/</a:Address></a:FaultTo>`),
    ),
    answered(
      'WS-Addressing with another action',
      inHeader(`<a:Action xmlns:a="${WSA}">urn:deleteAll</a:Action>`),
    ),
    answered(
      'WS-Security with a password that is not asked for',
      inHeader(
        `<s:Security xmlns:s="${WSSE}"><s:UsernameToken><s:Username>oxadminmaster</s:Username><s:Password>x</s:Password></s:UsernameToken></s:Security>`,
      ),
    ),
    answered(
      'an unsigned signature',
      inHeader(
        '<d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:Reference URI="http://CANARY/"/></d:Signature>',
      ),
    ),
    answered('a header in no namespace, with text', inHeader('<a>b</a><!-- c --><?d e?>')),
    ...[
      'urn:delete',
      'http://soap.reseller.admin.openexchange.com/deleteAll',
      '"create"',
      '""',
      '__proto__',
      "'; DROP TABLE users; --",
      '../../etc/passwd',
      'x'.repeat(8_000),
    ].map((action): Attack =>
      answered(`the SOAPAction ${action.slice(0, 40)}`, (scene) => envelope(getData(scene)), {
        headers: xmlHeaders({ soapaction: action }),
      }),
    ),
  ],
};
