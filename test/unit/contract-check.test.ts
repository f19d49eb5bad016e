import { expect } from 'chai';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compareContracts } from '../../scripts/contract/compare-contract.js';
import { runNodeSync } from '../support/processes/node-program.js';
import { sampleOf } from '../support/sample.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONTRACT =
  process.env['CONTRACT_DIR'] ?? fileURLToPath(new URL('../../docs/contract/facts', import.meta.url));

function run(script: string, args: readonly string[] = [], environment: Record<string, string> = {}) {
  const node = ['--import=tsx', `scripts/${script}`, ...args];
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = runNodeSync(node, { cwd: ROOT, env });
  return { status, stdout, stderr };
}

describe('the contract check', () => {
  it('says so when there is no contract to compare with', () => {
    const { status, stderr } = run('check-contract.ts', [], { CONTRACT_DIR: '/nonexistent' });
    expect(status).to.equal(2);
    expect(stderr).to.match(/no contract in \/nonexistent/);
  });

  it('finds the generated types up to date', () => {
    const { status, stderr } = run('generate.ts', ['--check']);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  });

  describe('with the contract at hand', withContract);
});

function withContract(): void {
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-contract-check-'));
  beforeEach(() => cpSync(join(ROOT, 'wsdl'), directory, { recursive: true }));
  after(() => rmSync(directory, { recursive: true }));

  it('finds no difference', () => {
    const { status, stdout, stderr } = run('check-contract.ts', [], { CONTRACT_DIR: CONTRACT });
    expect(stderr).to.equal('');
    const services = readdirSync(CONTRACT).filter((name) => /^OX.*\.json$/.test(name));
    expect(services).to.have.length(12);
    for (const name of services) expect(stdout).to.include(name.replace('.json', ''));
    expect(stdout).to.match(/agree with the contract/);
    expect(status).to.equal(0);
  });

  it('ends with 1 when there is one', () => {
    const path = join(directory, 'OXaaSService.wsdl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('name="quota"', 'name="quotaMb"'));
    const { status, stderr } = run('check-contract.ts', [directory], { CONTRACT_DIR: CONTRACT });
    expect(status).to.equal(1);
    expect(stderr).to.match(
      /OXaaSService: request of setMailQuota: ours, but not in the contract: .*quotaMb/,
    );
  });

  it('finds a service that has no WSDL', () => {
    rmSync(join(directory, 'OXUtilService.wsdl'));
    expect(differences().join()).to.match(/^OXUtilService: .*no such file.*OXUtilService\.wsdl/);
  });

  const differences = (): string[] =>
    compareContracts(pathToFileURL(`${directory}/`), pathToFileURL(`${CONTRACT}/`));
  const auth = '<xsd:element name="auth" type="rmi:Credentials" minOccurs="0" nillable="true"/>';
  const reassign = '<xsd:element name="reassign" type="xsd:int" minOccurs="0" nillable="true"/>';
  const USER = 'OXResellerUserService.wsdl';
  const SOAP = 'xsd/dataobjects-soap.xsd';
  // prettier-ignore
  const cases: [string, string, string | RegExp, string | ((whole: string) => string), RegExp][] = [
    ['a nillable flipped', 'xsd/dataobjects-soap.xsd', 'name="sur_name" type="xsd:string" minOccurs="0" nillable="true"', 'name="sur_name" type="xsd:string" minOccurs="0"', /User: .*sur_name/],
    ['parameters swapped', USER, new RegExp(`${auth}\\s*${reassign}`), reassign + auth, /request of delete: order differs/],
    ['a type changed', 'xsd/dataobjects-soap.xsd', 'name="maxQuota" type="xsd:long"', 'name="maxQuota" type="xsd:int"', /maxQuota/],
    ['an occurrence changed', 'xsd/dataobjects-soap.xsd', 'name="aliases" type="xsd:string" minOccurs="0" maxOccurs="unbounded"', 'name="aliases" type="xsd:string" minOccurs="0"', /aliases/],
    ['a field too many for a service', 'xsd/dataobjects-soap.xsd', ' name="filestoreId" type="xsd:int" minOccurs="0" nillable="true" ox:in="OXResellerUserService OXUserService"', ' name="filestoreId" type="xsd:int" minOccurs="0" nillable="true"', /OXResellerContextService: type .*User: ours, but not/],
    ['a type too many for a service', 'xsd/dataobjects-soap.xsd', '<xsd:complexType name="Quota" ox:in="OXResellerContextService">', '<xsd:complexType name="Quota">', /OXResellerService: types: ours, but not .*Quota/],
    ['a fault not declared', USER, /<wsdl:fault name="NoSuchUserException_Exception"( message="svc:NoSuchUserException_Exception"\/>|>[^]*?<\/wsdl:fault>)/g, '', /faults of .*: not ours, but in the contract: .*NoSuchUserException/],
    ['a port renamed', USER, 'OXResellerUserServiceHttpSoap12Endpoint', 'OXResellerUserServiceEndpoint', /names: .*Endpoint/],
    ['a SOAPAction changed', USER, 'soapAction="urn:create"', 'soapAction="create"', /soapAction of create/],
    ['an operation renamed', USER, /listByAliasDomain(?=Re|")/g, 'listByDomain', /operations: not ours, but in the contract: listByAliasDomain/],
    ['a base type exchanged', 'xsd/exceptions-rmi.xsd', /(name="StorageException">\s*<xsd:complexContent>\s*<xsd:extension base=)"svc:Exception"/, '$1"ex:InvalidCredentialsException"', /extensions: .*StorageException/],
    ['schemas in another order', USER, /(<xsd:schema targetNamespace="http:\/\/rmi\.java[^]*?<\/xsd:schema>)([^]*)(<\/wsdl:types>)/, '$2$1$3', /positions of inline schemas/],
    ['a void answer given a part', USER, '<wsdl:message name="changeResponse"/>', '<wsdl:message name="changeResponse"><wsdl:part name="parameters" element="svc:createResponse"/></wsdl:message>', /response of change: not ours, but in the contract: empty body/],
    ['a field that only the plain user service has, missing', SOAP, / *<xsd:element name="drive_folder_mode".*\n/, '', /^OXUserService: type .*User: not ours, .*drive_folder_mode/],
    ['that field in another plain service', SOAP, '"drive_folder_mode" type="xsd:string" minOccurs="0" nillable="true" ox:in="OXUserService"', '"drive_folder_mode" type="xsd:string" minOccurs="0" nillable="true" ox:in="OXUserService OXGroupService"', /^OXGroupService: type .*User: ours, but not .*drive_folder_mode/],
    ['a long object where a plain service has a short one', 'OXSecondaryAccountService.wsdl', 'xsd/dataobjects-soap-secondary-account.xsd', 'xsd/dataobjects-soap.xsd', /^OXSecondaryAccountService: /],
    ['a type of types-plain.json changed', 'xsd/dataobjects-rmi.xsd', 'name="textset" type="xsd:boolean"', 'name="textset" type="xsd:string"', /^OXUtilService: type .*MaintenanceReason: .*textset/],
    ['an unused type of a plain service missing', 'xsd/dataobjects-soap-secondary-account.xsd', '"AccountData"', '"AccountDatum"', /^OXSecondaryAccountService: types: not ours, .*AccountData$/],
    ['the reseller Quota in the plain context service', 'OXContextService.wsdl', '"return" type="rmi:Quota"', '"return" type="dat:SchemaSelectStrategy"', /^OXContextService: response of listQuota: not ours, .*rmi.*Quota/],
    ['parameters of a plain service swapped', 'OXUtilService.wsdl', new RegExp(`${auth}\\s*(<xsd:element name="optDBId" type="xsd:int" minOccurs="0" nillable="true"/>)`), `$1${auth}`, /^OXUtilService: request of createSchema: order differs/],
    ['plain schemas in another order', 'OXContextService.wsdl', /(<xsd:schema targetNamespace="http:\/\/dataobjects\.soap[^]*?<\/xsd:schema>)([^]*)(<\/wsdl:types>)/, '$2$1$3', /^OXContextService: positions of inline schemas/],
    ['a port of a plain service renamed', 'OXUserService.wsdl', 'OXUserServiceHttpsEndpoint', 'OXUserServiceHttpSoap12Endpoint', /^OXUserService: names: .*Endpoint/],
    ['a plain move that answers a bare number', 'OXUserService.wsdl', /<xsd:element name="moveUserFilestoreResponse">[^]*?<\/xsd:element>/, '<xsd:element name="moveUserFilestoreResponse" type="xsd:int"/>', /^OXUserService: response of moveUserFilestore: ours, but not .*moveUserFilestoreResponse xsd:int/],
    ['a reseller move that answers a return', USER, '<xsd:element name="moveUserFilestoreResponse" type="xsd:int" nillable="true"/>', '<xsd:element name="moveUserFilestoreResponse"><xsd:complexType><xsd:sequence><xsd:element name="return" type="xsd:int"/></xsd:sequence></xsd:complexType></xsd:element>', /^OXResellerUserService: response of moveUserFilestore: not ours, .*moveUserFilestoreResponse xsd:int/],
    ['a fault message called as its element', USER, /StorageException_Exception/g, 'StorageException', /names of messages of create: not ours, .*fault StorageException_Exception: message StorageException_Exception \(StorageException_Exception\)/],
    ['an input message called otherwise', USER, /(<wsdl:message name=|message=)"(svc:)?create"/g, '$1"$2createRequest"', /names of messages of create: not ours, .*input create: message create /],
    ['another action', USER, 'wsam:Action="urn:create"', 'wsam:Action="urn:make"', /names of messages of create: not ours, .*action urn:create urn:create/],
    ['the part of a bare answer called otherwise', USER, '<wsdl:part name="moveUserFilestoreResponse"', '<wsdl:part name="parameters"', /names of messages of moveUserFilestore: not ours, .*\(moveUserFilestoreResponse\)/],
    ['an item of listQuota in a namespace', SOAP, ' form="unqualified"', '', /type .*QuotaArray: not ours, .*\{\}item/],
    ['a fault too many in a plain service', 'OXUserService.wsdl', /(<wsdl:fault name="StorageException_Exception")( message="svc:StorageException_Exception"\/>|>\s*<soap:fault name="StorageException_Exception" use="literal"\/>\s*<\/wsdl:fault>)/g, (whole: string) => whole + whole.replaceAll('Storage', 'DuplicateExtension'), /^OXUserService: faults of create: ours, but not in the contract: .*DuplicateExtension/],
    ['a WSDL that does not load', USER, '<wsdl:portType', '<wsdl:binding', /OXResellerUserService: /],
  ];
  for (const [what, file, from, to, line] of sampleOf(cases, ([name]) => name)) {
    it(`finds ${what}`, () => {
      const path = join(directory, file);
      const before = readFileSync(path, 'utf8');
      const changed = typeof to === 'string' ? before.replace(from, to) : before.replace(from, to);
      expect(changed).to.not.equal(before);
      writeFileSync(path, changed);
      const found = differences();
      expect(
        found.some((difference) => line.test(difference)),
        found.join('\n'),
      ).to.equal(true);
    });
  }
}
