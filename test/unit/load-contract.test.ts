import { expect } from 'chai';
import { XmlDocument } from 'libxml2-wasm';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ComplexTypeDescriptor, ServiceContract } from '../../src/soap/contract/descriptors.js';
import { loadContract } from '../../src/soap/contract/load-contract.js';

const WSDL = new URL('../../wsdl/', import.meta.url);
const SVC = 'http://soap.reseller.admin.openexchange.com';
const PLAIN = 'http://soap.admin.openexchange.com';
const OXAAS = 'http://soap.oxaas.admin.openexchange.com/';
const DSR = 'http://dataobjects.soap.reseller.admin.openexchange.com/xsd';
const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const EX = 'http://exceptions.rmi.admin.openexchange.com/xsd';
const OPERATION_COUNTS = {
  OXResellerUserService: 24,
  OXResellerContextService: 26,
  OXResellerService: 14,
  OXResellerGroupService: 13,
  OXResellerResourceService: 7,
  OXUserService: 27,
  OXContextService: 33,
  OXGroupService: 13,
  OXResourceService: 7,
  OXUtilService: 22,
  OXSecondaryAccountService: 4,
  OXaaSService: 10,
};

describe('the contract loader', () => {
  const contracts = new Map(Object.keys(OPERATION_COUNTS).map((name) => [name, loadContract(WSDL, name)]));
  const contractOf = (name: string): ServiceContract => contracts.get(name) ?? expect.fail(name);
  const users = contractOf('OXResellerUserService');
  const contexts = contractOf('OXResellerContextService');
  const resellers = contractOf('OXResellerService');
  const oxaas = contractOf('OXaaSService');

  for (const [name, count] of Object.entries(OPERATION_COUNTS)) {
    it(`reads every operation of ${name}`, () => {
      const { operations } = contractOf(name);
      expect(operations.size).to.equal(count);
      for (const operation of operations.values())
        expect(operation.soapAction).to.equal(`urn:${operation.name}`);
    });

    it(`serves ${name} self-contained, with one place for the address`, () => {
      const { wsdlTemplate } = contractOf(name);
      XmlDocument.fromString(wsdlTemplate).dispose();
      expect(wsdlTemplate.split('{address}')).to.have.length(2);
      expect(wsdlTemplate).to.not.match(/schemaLocation|xsd:include|ox:in|urn:oxbow/);
    });
  }

  it('knows the names that clients rely on', () => {
    const { namespace, portType, port, binding } = contexts;
    expect({ namespace, portType, port, binding }).to.deep.equal({
      namespace: SVC,
      portType: 'OXResellerContextServicePortType',
      port: 'OXResellerContextServiceHttpSoap11Endpoint',
      binding: 'OXResellerContextServiceSoapBinding',
    });
    expect([0, 4, 5, 7].map((index) => contexts.schemaNamespaces[index])).to.deep.equal([SVC, DSR, DAT, RMI]);
  });

  it('numbers the schemas of the plain services as their clients do', () => {
    for (const name of ['OXUserService', 'OXContextService', 'OXUtilService', 'OXSecondaryAccountService']) {
      expect(contractOf(name).schemaNamespaces).to.deep.equal([
        PLAIN,
        'http://rmi.java/xsd',
        'http://io.java/xsd',
        EX,
        DAT,
        RMI,
      ]);
    }
  });

  it('keeps parameters in order, with occurrence and nillable', () => {
    const fields = operation(users, 'list').request.type.fields;
    expect(fields.map((field) => field.name)).to.deep.equal([
      'ctx',
      'search_pattern',
      'auth',
      'include_guests',
      'exclude_users',
      'length',
      'offset',
    ]);
    expect(fields.at(-1)).to.include({ type: 'int', nillable: false, required: false, repeated: false });
    expect(operation(users, 'getMultipleData').request.type.fields[1]).to.include({
      name: 'users',
      repeated: true,
    });
    const move = operation(users, 'moveFromContextToUserFilestore').request.type.fields;
    expect(move.filter((field) => field.required).map((field) => field.name)).to.deep.equal([
      'dst_filestore_id',
      'max_quota',
    ]);
  });

  it('tells the kinds of responses apart', () => {
    expect(operation(users, 'change').response).to.equal(null);
    const number = { name: 'moveUserFilestoreResponse', namespace: SVC, type: 'int' };
    expect(operation(users, 'moveUserFilestore').response).to.deep.equal(number);
    const job = operation(contractOf('OXUserService'), 'moveUserFilestore').response
      ?.type as ComplexTypeDescriptor;
    expect(job.fields).to.deep.equal([
      { name: 'return', namespace: PLAIN, type: 'int', nillable: false, repeated: false, required: false },
    ]);
    const quotas = operation(contexts, 'listQuota').response;
    expect(quotas).to.include({ name: 'return', namespace: SVC });
    expect(quotas?.type).to.equal(namedType(contexts, 'QuotaArray'));
    expect(namedType(contexts, 'QuotaArray').fields).to.have.length(1);
    expect(namedType(contexts, 'QuotaArray').fields[0]).to.include({ name: 'item', namespace: '' });
    const self = operation(resellers, 'getSelfData').response;
    expect(self).to.include({ name: 'getSelfDataResponse', namespace: SVC });
    expect(self?.type).to.equal(namedType(resellers, 'ResellerAdmin'));
    const empty = operation(resellers, 'updateDatabaseRestrictions').response;
    expect(empty?.type).to.deep.include({ kind: 'complex', fields: [] });
    const list = operation(contexts, 'list').response?.type as ComplexTypeDescriptor;
    expect(list.fields).to.have.length(1);
    expect(list.fields[0]).to.include({ name: 'return', namespace: SVC, repeated: true });
  });

  it('puts inherited fields first, each in the namespace of its own type', () => {
    const fields = namedType(contexts, 'ResellerContext').fields;
    expect(fields.slice(0, 2).map((field) => `{${field.namespace}}${field.name}`)).to.deep.equal([
      `{${DAT}}average_size`,
      `{${DAT}}enabled`,
    ]);
    expect(fields.slice(-6).map((field) => `{${field.namespace}}${field.name}`)).to.deep.equal([
      `{${DAT}}gabMode`,
      ...['customid', 'extensionError', 'owner', 'restriction', 'sid'].map((name) => `{${DSR}}${name}`),
    ]);
  });

  it('qualifies each element of a plain service by itself where the original does, to the same effect', () => {
    const schemaOf = ({ wsdlTemplate }: ServiceContract) =>
      new RegExp(`<xsd:schema targetNamespace="${RMI}"[^]*?</xsd:schema>`).exec(wsdlTemplate)?.[0] ?? '';
    for (const name of ['OXUserService', 'OXUtilService']) {
      const schema = schemaOf(contractOf(name));
      expect(schema).to.not.include('elementFormDefault');
      const [elements, qualified] = [/<xsd:element /g, /<xsd:element [^>]* form="qualified"/g];
      expect(schema.match(elements)).to.have.length(schema.match(qualified)?.length ?? 0);
      expect(namedType(contractOf(name), 'Credentials').fields[0]).to.include({ namespace: RMI });
    }
    expect(schemaOf(users)).to.include('elementFormDefault="qualified"').and.not.include(' form=');
  });

  it('makes one object of one type', () => {
    const user = namedType(users, 'User');
    expect(operation(users, 'create').request.type.fields[1]?.type).to.equal(user);
    expect((operation(users, 'getData').response?.type as ComplexTypeDescriptor).fields[0]?.type).to.equal(
      user,
    );
    const declared = [...users.operations.values()].flatMap((each) => each.faults);
    expect(new Set(declared)).to.deep.equal(new Set(users.faults.values()));
  });

  it('gives each service its own variant of a shared type', () => {
    const names = (contract: ServiceContract): string[] =>
      namedType(contract, 'User').fields.map((field) => field.name);
    expect(names(users)).to.have.length(136).and.include('maxQuota');
    expect(names(contexts)).to.have.length(128).and.not.include('maxQuota');
    expect(resellers.types.has(`{${DAT}}User`)).to.equal(false);
    expect(names(contractOf('OXUserService')))
      .to.have.length(137)
      .and.include('drive_folder_mode');
    expect(names(contractOf('OXGroupService'))).to.deep.equal(names(contexts));
    expect(names(contractOf('OXSecondaryAccountService'))).to.deep.equal(['id']);
    const dataTypes = [...contractOf('OXUtilService').types.keys()].filter((key) => key.includes(DAT));
    expect(dataTypes.sort()).to.deep.equal(
      ['Database', 'Filestore', 'Server'].map((name) => `{${DAT}}${name}`),
    );
    expect([...oxaas.types.keys()].filter((key) => key.includes(RMI))).to.deep.equal([`{${RMI}}Credentials`]);
  });

  it('declares faults in the namespace of the service, their beans where they belong', () => {
    for (const [contract, namespace] of [
      [users, SVC],
      [contractOf('OXUserService'), PLAIN],
      [oxaas, OXAAS],
    ] as const) {
      const fault = contract.faults.get('InvalidDataException');
      expect(fault?.namespace).to.equal(namespace);
      const child = fault?.type.fields[0];
      expect(child).to.include({ name: 'InvalidDataException', namespace, nillable: true });
      const bean = child?.type as ComplexTypeDescriptor;
      expect(bean.namespace).to.equal(EX);
      expect(bean.fields.map((field) => `{${field.namespace}}${field.name}`)).to.deep.equal([
        `{${namespace}}Exception`,
        `{${EX}}objectname`,
      ]);
    }
  });

  describe('refuses', () => {
    const directory = mkdtempSync(join(tmpdir(), 'oxbow-wsdl-'));
    beforeEach(() => cpSync(WSDL, directory, { recursive: true }));
    after(() => rmSync(directory, { recursive: true }));

    // prettier-ignore
    const cases: [string, string, string, string, RegExp][] = [
      ['a schema construct it does not know', 'xsd/dataobjects-rmi.xsd', '<xsd:sequence>', '<xsd:all>', /xsd:all .*not understood/],
      ['an attribute it does not know', 'xsd/dataobjects-rmi.xsd', 'name="login"', 'name="login" default="x"', /attribute default/],
      ['an XSD type that no codec exists for', 'xsd/dataobjects-rmi.xsd', 'xsd:string', 'xsd:float', /xsd:float/],
      ['a reference to a missing type', 'OXaaSService.wsdl', 'rmi:Credentials', 'rmi:Filestore', /no complex type .*Filestore/],
      ['an undeclared prefix', 'OXaaSService.wsdl', 'rmi:Credentials', 'nowhere:Credentials', /nowhere:Credentials/],
      ['a prefix with two meanings', 'xsd/java-rmi.xsd', 'xmlns:ij="http://io.java/xsd"', 'xmlns:ij="urn:other"', /prefix ij/],
      ['a shared file of another namespace', 'OXaaSService.wsdl', 'xsd/java-io.xsd', 'xsd/java-rmi.xsd', /java-rmi\.xsd is not of/],
      ['an operation without binding', 'OXaaSService.wsdl', '<soap:operation soapAction="urn:getMailQuota"', '<soap:oops soapAction="urn:getMailQuota"', /operation/],
      ['a missing fault in the binding', 'OXaaSService.wsdl', '<wsdl:fault name="StorageException">', '<wsdl:fault name="Other">', /faults of .* differ/],
      ['a part that names no element', 'OXaaSService.wsdl', 'element="svc:setMailQuota"', 'element="svc:other"', /no global element .*other/],
      ['XML that is not well-formed', 'OXaaSService.wsdl', '</wsdl:types>', '', /OXaaSService\.wsdl/],
      ['an unknown mark', 'xsd/dataobjects-rmi.xsd', 'ox:in=', 'ox:only=', /unknown mark ox:only/],
    ];
    for (const [what, file, from, to, message] of cases) {
      it(what, () => {
        const path = join(directory, file);
        const text = readFileSync(path, 'utf8');
        expect(text).to.include(from);
        const close = from === '<xsd:sequence>' ? ['</xsd:sequence>', '</xsd:all>'] : ['', ''];
        writeFileSync(path, text.replace(from, to).replace(close[0] ?? '', close[1] ?? ''));
        expect(() => loadContract(pathToFileURL(`${directory}/`), 'OXaaSService')).to.throw(message);
      });
    }

    it('a file of another namespace that an included file includes', () => {
      const path = join(directory, 'xsd/dataobjects-soap.xsd');
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace('"dataobjects-soap-stores.xsd"', '"java-rmi.xsd"'),
      );
      const load = () => loadContract(pathToFileURL(`${directory}/`), 'OXContextService');
      expect(load).to.throw(/^xsd\/dataobjects-soap\.xsd: java-rmi\.xsd is not of/);
    });

    it('a service that has no WSDL', () => {
      expect(() => loadContract(WSDL, 'OXOtherService')).to.throw(/OXOtherService/);
    });
  });
});

function operation(contract: ServiceContract, name: string) {
  return contract.operations.get(name) ?? expect.fail(`no operation ${name}`);
}

function namedType(contract: ServiceContract, name: string): ComplexTypeDescriptor {
  return [...contract.types.values()].find((type) => type.name === name) ?? expect.fail(`no type ${name}`);
}
