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
  'xmlns="http://soap.reseller.admin.openexchange.com"' +
  ' xmlns:ns2="http://dataobjects.soap.admin.openexchange.com/xsd"' +
  ' xmlns:ns3="http://dataobjects.rmi.admin.openexchange.com/xsd"' +
  ' xmlns:ns4="http://dataobjects.rmi.reseller.admin.openexchange.com/xsd"' +
  ' xmlns:ns5="http://dataobjects.soap.reseller.admin.openexchange.com/xsd"' +
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
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>',
      );
    }
  });

  it('an empty wrapper where the contract has one', () => {
    expect(encode('OXResellerService', 'updateDatabaseRestrictions', undefined)).to.match(
      /<updateDatabaseRestrictionsResponse xmlns="[^"]*"[^>]*\/><\/soap:Body>/,
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
        `<getDataResponse ${DECLARATIONS}><return><ns2:average_size>100</ns2:average_size><ns2:enabled>true</ns2:enabled>` +
          '<ns2:filestoreId>3</ns2:filestoreId><ns2:filestore_name>10_ctx_store</ns2:filestore_name><ns2:id>10</ns2:id>' +
          '<ns2:loginMappings>10</ns2:loginMappings><ns2:loginMappings>reseller1_acme</ns2:loginMappings>' +
          `<ns2:maxQuota>5000</ns2:maxQuota><ns2:name>reseller1_acme</ns2:name><ns2:readDatabase ${NIL}` +
          `<ns2:usedQuota>12</ns2:usedQuota><ns2:userAttributes/><ns2:writeDatabase ${NIL}<ns2:gabMode ${NIL}` +
          `<ns5:customid ${NIL}<ns5:extensionError ${NIL}<ns5:owner><ns4:name>reseller1</ns4:name>` +
          `<ns4:passwordMech>{SHA-256}</ns4:passwordMech><ns4:password ${NIL}<ns4:parentId>0</ns4:parentId>` +
          `<ns4:displayname>Reseller One</ns4:displayname><ns4:id>1</ns4:id><ns4:configuration ${NIL}` +
          `<ns4:configurationToAdd ${NIL}</ns5:owner><ns5:restriction><ns4:name>Context.MaxUser</ns4:name>` +
          '<ns4:value>50</ns4:value><ns4:id>2</ns4:id></ns5:restriction><ns5:sid>1</ns5:sid></return></getDataResponse>',
      ),
    );
  });

  it('lists repeat, and are not there when empty', () => {
    const nothing = inEnvelope(`<listAllResponse ${DECLARATIONS}/>`);
    for (const value of [{ return: [] }, { return: null }, {}, undefined]) {
      expect(encode('OXResellerContextService', 'listAll', value)).to.equal(nothing);
    }
    const two = encode('OXResellerContextService', 'listAll', { return: [{ id: 1 }, { id: 2 }] });
    expect(two.match(/<return>/g)).to.have.length(2);
  });

  it('a single result that is null is nil, one that cannot be nil is left out', () => {
    expect(encode('OXResellerUserService', 'getData', { return: null })).to.include(
      `<return ${NIL}</getDataResponse>`,
    );
    expect(encode('OXResellerUserService', 'exists', { return: null })).to.include(
      `<existsResponse ${DECLARATIONS}/>`,
    );
  });

  it('strings: markup escaped, line ends kept, what XML cannot carry replaced', () => {
    const name = 'a<b>&"\'\r\n\t\u0000\u001f\ufffe\ud800 \ud83d\ude00 ]]>';
    const xml = encode('OXResellerUserService', 'getData', { return: { name } });
    expect(xml).to.include(
      '<ns2:name>a&lt;b&gt;&amp;"\'&#13;\n\t\ufffd\ufffd\ufffd\ufffd \ud83d\ude00 ]]&gt;</ns2:name>',
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
    const encodeMessage = new EncoderCompiler('urn:service', ['urn:data', 'urn:service', '']).message(
      message,
    );
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
    `<detail><${name} ${DECLARATIONS}><${name}>${content}</${name}></${name}></detail>`;

  it('a declared exception', () => {
    expect(fault('Server', 'No such user 42', 'NoSuchUserException')).to.equal(
      inEnvelope(
        '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>No such user 42</faultstring>' +
          `${bean('NoSuchUserException', `<Exception ${NIL}`)}</soap:Fault>`,
      ),
    );
  });

  it('InvalidDataException has an object name, RemoteException the message', () => {
    expect(fault('Server', 'x', 'InvalidDataException')).to.include(
      bean('InvalidDataException', `<Exception ${NIL}<ns6:objectname ${NIL}`),
    );
    expect(fault('Server', 'a < b', 'RemoteException')).to.include(
      bean('RemoteException', `<Exception ${NIL}<ns7:message>a &lt; b</ns7:message>`),
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
    expect(encode('getData', 'InvalidDataException')).to.include('<detail><InvalidDataException ');
    expect(encode('getAdminId', 'NoSuchContextException')).to.include('<detail><NoSuchContextException ');
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
