import { expect } from 'chai';
import { XmlDocument } from 'libxml2-wasm';
import type { ComplexTypeDescriptor, MessageElement } from '../../../src/soap/contract/descriptors.js';
import { SoapFault } from '../../../src/soap/contract/soap-fault.js';
import { EncoderCompiler } from '../../../src/soap/encode/encode.js';
import { serviceCodec } from '../../../src/soap/service-codec.js';
import { validateAnswer } from '../../support/wire/validate-answer.js';
import { contractOf, serve, type TestServer, XSI } from './fixtures.js';

const NIL = `xmlns:xsi="${XSI}" xsi:nil="true"/>`;
const DECLARATIONS =
  'xmlns="http://dataobjects.soap.admin.openexchange.com/xsd"' +
  ' xmlns:ns2="http://dataobjects.soap.reseller.admin.openexchange.com/xsd"' +
  ' xmlns:ns3="http://dataobjects.rmi.reseller.admin.openexchange.com/xsd"' +
  ' xmlns:ns4="http://soap.reseller.admin.openexchange.com"' +
  ' xmlns:ns5="http://dataobjects.rmi.admin.openexchange.com/xsd"' +
  ' xmlns:ns6="http://exceptions.rmi.admin.openexchange.com/xsd"' +
  ' xmlns:ns7="http://rmi.java/xsd"';

function encode(service: string, operation: string, value: unknown): string {
  const descriptor = contractOf(service).operations.get(operation);
  if (descriptor === undefined) throw new Error(`no ${operation}`);
  return serviceCodec(contractOf(service)).encodeResponse(descriptor, value);
}

const inEnvelope = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;

describe('encoding answers', () => {
  it('an operation without result has an empty Body', () => {
    for (const value of [undefined, null, { ignored: 1 }]) {
      expect(encode('OXResellerUserService', 'delete', value)).to.equal(
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body></soap:Body></soap:Envelope>',
      );
    }
  });

  it('an empty wrapper where the contract has one', () => {
    expect(encode('OXResellerService', 'updateDatabaseRestrictions', undefined)).to.match(
      /<ns3:updateDatabaseRestrictionsResponse xmlns="[^"]*"[^>]*\/><\/soap:Body>/,
    );
  });

  it('a context as the sample of docs/contract/wire.md#4 has it, byte for byte', () => {
    const owner = {
      id: 1,
      displayname: 'Reseller One',
      parentId: 0,
      passwordMech: '{SHA-256}',
      name: 'reseller1',
    };
    const context = {
      sid: 1,
      restriction: [{ id: 2, value: '50', name: 'Context.MaxUser' }],
      owner,
      name: 'reseller1_acme',
      usedQuota: 12n,
      userAttributes: {},
      maxQuota: 5000n,
      loginMappings: ['10', 'reseller1_acme'],
      id: 10,
      filestore_name: '10_ctx_store',
      filestoreId: 3,
      enabled: true,
      average_size: 100n,
    };
    expect(encode('OXResellerContextService', 'getData', { return: context })).to.equal(
      inEnvelope(
        `<ns4:getDataResponse ${DECLARATIONS}><ns4:return><average_size>100</average_size><enabled>true</enabled>` +
          '<filestoreId>3</filestoreId><filestore_name>10_ctx_store</filestore_name><id>10</id>' +
          '<loginMappings>10</loginMappings><loginMappings>reseller1_acme</loginMappings>' +
          `<maxQuota>5000</maxQuota><name>reseller1_acme</name><readDatabase ${NIL}` +
          `<usedQuota>12</usedQuota><userAttributes/><writeDatabase ${NIL}<gabMode ${NIL}` +
          `<ns2:customid ${NIL}<ns2:extensionError ${NIL}<ns2:owner><ns3:name>reseller1</ns3:name>` +
          `<ns3:passwordMech>{SHA-256}</ns3:passwordMech><ns3:password ${NIL}<ns3:parentId>0</ns3:parentId>` +
          `<ns3:displayname>Reseller One</ns3:displayname><ns3:id>1</ns3:id><ns3:configuration ${NIL}` +
          `<ns3:configurationToAdd ${NIL}</ns2:owner><ns2:restriction><ns3:name>Context.MaxUser</ns3:name>` +
          '<ns3:value>50</ns3:value><ns3:id>2</ns3:id></ns2:restriction><ns2:sid>1</ns2:sid></ns4:return></ns4:getDataResponse>',
      ),
    );
  });

  // Measured on a server of January 2024, after the first and the last of nine starts.
  // prettier-ignore
  const answers: [service: string, operation: string, value: unknown, start: string][] = [
    ['OXResellerUserService', 'list', { return: [{ id: 3 }] }, '<ns4:listResponse xmlns="DAT" xmlns:ns2="DSR" xmlns:ns3="RRA" xmlns:ns4="SVC" xmlns:ns5="RMI" xmlns:ns6="EX" xmlns:ns7="RJ"><ns4:return>'],
    ['OXResellerContextService', 'exists', { return: true }, '<ns4:existsResponse xmlns="DAT" xmlns:ns2="DSR" xmlns:ns3="RRA" xmlns:ns4="SVC" xmlns:ns5="RMI" xmlns:ns6="EX" xmlns:ns7="RJ"><ns4:return>true'],
    ['OXResellerGroupService', 'getData', { return: {} }, '<ns4:getDataResponse xmlns="DAT" xmlns:ns2="DSR" xmlns:ns3="RRA" xmlns:ns4="SVC" xmlns:ns5="RMI" '],
    ['OXResellerResourceService', 'getData', { return: {} }, '<ns4:getDataResponse xmlns="DAT" xmlns:ns2="DSR" xmlns:ns3="RRA" xmlns:ns4="SVC" xmlns:ns5="RMI" '],
    ['OXResellerService', 'getData', { return: { name: 'r' } }, '<ns3:getDataResponse xmlns="RRA" xmlns:ns2="DAT" xmlns:ns3="SVC" xmlns:ns4="RMI" '],
    ['OXContextService', 'exists', { return: true }, '<ns2:existsResponse xmlns="DAT" xmlns:ns2="PSVC" xmlns:ns3="RMI" '],
    ['OXGroupService', 'listAll', {}, '<ns2:listAllResponse xmlns="DAT" xmlns:ns2="PSVC" xmlns:ns3="RMI" '],
    ['OXResourceService', 'listAll', {}, '<ns2:listAllResponse xmlns="DAT" xmlns:ns2="PSVC" xmlns:ns3="RMI" '],
    ['OXUtilService', 'listAllServer', {}, '<ns2:listAllServerResponse xmlns="DAT" xmlns:ns2="PSVC" xmlns:ns3="RMI" '],
    ['OXSecondaryAccountService', 'list', {}, '<ns2:listResponse xmlns="DAT" xmlns:ns2="PSVC" xmlns:ns3="RMI" '],
    ['OXUserService', 'exists', { return: true }, '<existsResponse xmlns="PSVC" xmlns:ns2="DAT" xmlns:ns3="RMI" '],
  ];
  const namespaces: Readonly<Record<string, string>> = {
    PSVC: 'http://soap.admin.openexchange.com',
    SVC: 'http://soap.reseller.admin.openexchange.com',
    DAT: 'http://dataobjects.soap.admin.openexchange.com/xsd',
    DSR: 'http://dataobjects.soap.reseller.admin.openexchange.com/xsd',
    RMI: 'http://dataobjects.rmi.admin.openexchange.com/xsd',
    RRA: 'http://dataobjects.rmi.reseller.admin.openexchange.com/xsd',
    EX: 'http://exceptions.rmi.admin.openexchange.com/xsd',
    RJ: 'http://rmi.java/xsd',
  };
  for (const [service, operation, value, start] of answers) {
    it(`${service} binds prefixes as the original`, () => {
      const named = start.replaceAll(/"([A-Z]+)"/g, (_, short: string) => `"${namespaces[short]}"`);
      expect(encode(service, operation, value)).to.include(`<soap:Body>${named}`);
    });
  }

  it('a move of the reseller service answers the bare number, one of the plain service a return', () => {
    expect(encode('OXResellerUserService', 'moveUserFilestore', 5)).to.equal(
      inEnvelope(`<ns4:moveUserFilestoreResponse ${DECLARATIONS}>5</ns4:moveUserFilestoreResponse>`),
    );
    expect(encode('OXUserService', 'moveUserFilestore', { return: 5 })).to.include('<return>5</return>');
    expect(() => encode('OXResellerUserService', 'moveUserFilestore', { return: 5 })).to.throw(
      TypeError,
      'Cannot write element moveUserFilestoreResponse',
    );
  });

  it('listQuota of the reseller service answers return itself, with items in no namespace', () => {
    const data = `xmlns="${namespaces['DAT']}"`;
    const item = `<item xmlns=""><module ${data}>calendar</module><limit ${data}>5</limit></item>`;
    expect(
      encode('OXResellerContextService', 'listQuota', { item: [{ module: 'calendar', limit: 5n }] }),
    ).to.equal(inEnvelope(`<ns4:return ${DECLARATIONS}>${item}</ns4:return>`));
    expect(encode('OXResellerContextService', 'listQuota', { item: [] })).to.equal(
      inEnvelope(`<ns4:return ${DECLARATIONS}/>`),
    );
  });

  it('lists repeat, and are not there when empty', () => {
    const nothing = inEnvelope(`<ns4:listAllResponse ${DECLARATIONS}/>`);
    for (const value of [{ return: [] }, { return: null }, {}, undefined]) {
      expect(encode('OXResellerContextService', 'listAll', value)).to.equal(nothing);
    }
    const two = encode('OXResellerContextService', 'listAll', { return: [{ id: 1 }, { id: 2 }] });
    expect(two.match(/<ns4:return>/g)).to.have.length(2);
  });

  it('a single result that is null is nil, one that cannot be nil is left out', () => {
    expect(encode('OXResellerUserService', 'getData', { return: null })).to.include(
      `<ns4:return ${NIL}</ns4:getDataResponse>`,
    );
    expect(encode('OXResellerUserService', 'exists', { return: null })).to.include(
      `<ns4:existsResponse ${DECLARATIONS}/>`,
    );
  });

  it('strings: markup escaped, line ends kept, what XML cannot carry replaced', () => {
    const name = 'a<b>&"\'\r\n\t\u0000\u001f\ufffe\ud800 \ud83d\ude00 ]]>';
    const xml = encode('OXResellerUserService', 'getData', { return: { name } });
    expect(xml).to.include(
      '<name>a&lt;b&gt;&amp;"\'&#13;\n\t\ufffd\ufffd\ufffd\ufffd \ud83d\ude00 ]]&gt;</name>',
    );
    XmlDocument.fromString(xml).dispose();
  });

  it('names the element that a value does not fit, and not the value', () => {
    for (const [user, message] of [
      [{ id: Infinity }, 'Cannot write element id: not an int'],
      [{ aliases: 'secret' }, 'Cannot write element aliases: not a list'],
      [{ default_group: 'secret' }, 'Cannot write element default_group: not an object'],
      [{ name: { password: 'secret' } }, 'Cannot write element name: not a string'],
    ] as const) {
      expect(() => encode('OXResellerUserService', 'getData', { return: user })).to.throw(TypeError, message);
    }
  });

  it('ignores what the contract does not know', () => {
    expect(encode('OXResellerUserService', 'getData', { return: { bogus: 'x' } })).not.to.include('bogus');
  });

  it('elements without namespace, and foreign ones below them', () => {
    const inner: ComplexTypeDescriptor = {
      kind: 'complex',
      name: 'Inner',
      namespace: 'urn:data',
      fields: [
        {
          name: 'a',
          namespace: 'urn:data',
          type: 'string',
          nillable: true,
          repeated: false,
          required: false,
        },
        {
          name: 'b',
          namespace: 'urn:service',
          type: 'string',
          nillable: true,
          repeated: false,
          required: false,
        },
        { name: 'c', namespace: '', type: 'string', nillable: true, repeated: false, required: false },
      ],
    };
    const field = {
      name: 'item',
      namespace: '',
      type: inner,
      nillable: true,
      repeated: true,
      required: false,
    };
    const message: MessageElement = {
      name: 'm',
      namespace: 'urn:service',
      type: { kind: 'complex', name: '', namespace: 'urn:service', fields: [field] },
    };
    const encodeMessage = new EncoderCompiler(['urn:service', 'urn:data']).message(message);
    expect(encodeMessage({ item: [{ a: '1', b: '2', c: '3' }, {}] })).to.equal(
      '<m xmlns="urn:service" xmlns:ns2="urn:data"><item xmlns=""><ns2:a>1</ns2:a><b xmlns="urn:service">2</b><c>3</c></item>' +
        `<item xmlns=""><ns2:a ${NIL}<b xmlns="urn:service" ${NIL}<c ${NIL}</item></m>`,
    );
  });
});

describe('encoding faults', () => {
  const fault = (...parts: ConstructorParameters<typeof SoapFault>): string =>
    serviceCodec(contractOf('OXResellerUserService')).encodeFault(new SoapFault(...parts));
  const bean = (name: string, content: string): string =>
    `<detail><ns4:${name} ${DECLARATIONS}><ns4:${name}>${content}</ns4:${name}></ns4:${name}></detail>`;

  it('a declared exception', () => {
    expect(fault('Server', 'No such user 42', 'NoSuchUserException')).to.equal(
      inEnvelope(
        '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>No such user 42</faultstring>' +
          `${bean('NoSuchUserException', `<ns4:Exception ${NIL}`)}</soap:Fault>`,
      ),
    );
  });

  it('InvalidDataException has an object name, RemoteException the message', () => {
    expect(fault('Server', 'x', 'InvalidDataException')).to.include(
      bean('InvalidDataException', `<ns4:Exception ${NIL}<ns6:objectname ${NIL}`),
    );
    expect(fault('Server', 'a < b', 'RemoteException')).to.include(
      bean('RemoteException', `<ns4:Exception ${NIL}<ns7:message>a &lt; b</ns7:message>`),
    );
  });

  it('no detail for a plain fault or an exception that the service does not declare', () => {
    for (const exception of [undefined, 'NoSuchThingException', '__proto__']) {
      expect(fault('Client', 'x', exception)).to.equal(
        inEnvelope('<soap:Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></soap:Fault>'),
      );
    }
  });

  it('no detail for an exception that the service declares, but not the operation', () => {
    const contract = contractOf('OXContextService');
    const encode = (operation: string, exception: string): string =>
      serviceCodec(contract).encodeFault(
        new SoapFault('Server', 'x', exception),
        contract.operations.get(operation),
      );
    expect(encode('getData', 'InvalidDataException')).to.include('<detail><ns2:InvalidDataException ');
    expect(encode('getAdminId', 'NoSuchContextException')).to.include('<detail><ns2:NoSuchContextException ');
    expect(encode('getAdminId', 'InvalidDataException')).to.equal(
      inEnvelope('<soap:Fault><faultcode>soap:Server</faultcode><faultstring>x</faultstring></soap:Fault>'),
    );
  });

  it('always has a text', () => {
    expect(fault('Server', '')).to.match(/<faultstring>.+<\/faultstring>/);
  });
});

describe('what is encoded validates against the WSDL', () => {
  let server: TestServer;
  before(async () => (server = await serve('OXResellerUserService', {})));
  after(() => server.stop());

  it('every declared fault', async () => {
    const contract = contractOf('OXResellerUserService');
    for (const name of contract.faults.keys()) {
      const xml = serviceCodec(contract).encodeFault(new SoapFault('Server', 'text', name));
      await validateAnswer(server.url, contract.name, xml);
    }
  });
});
