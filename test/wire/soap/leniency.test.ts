import { expect } from 'chai';
import { fieldsOf } from '../../support/wire/contract-snapshot.js';
import {
  envelope,
  expectDone,
  returned,
  returnedOne,
  type SoapAnswer,
  type SoapParams,
} from '../../support/wire/raw-soap.js';
import { attributeMap, everyUsersAttributes, scalars } from '../../support/wire/xml-tree.js';
import { membersXml, userData, World } from '../fixtures.js';

const SVC = 'http://soap.reseller.admin.openexchange.com';
const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const DSR = 'http://dataobjects.soap.reseller.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const PREFIXES = `xmlns:svc="${SVC}" xmlns:dat="${DAT}" xmlns:dsr="${DSR}" xmlns:rmi="${RMI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"`;
const AUTH = '<svc:auth><rmi:login>reseller1</rmi:login><rmi:password>secret</rmi:password></svc:auth>';
const BARE_AUTH = '<auth><login>reseller1</login><password>secret</password></auth>';

describe('wire: what real clients send (docs/contract/clients.md#3, docs/contract/wire.md#5)', function () {
  this.timeout(60_000);
  let world: World;
  let alice: number;
  before(async () => {
    world = await World.start();
    alice = await world.newUser('alice');
  });
  after(() => world.stop());

  const operation = (name: string, inside: string) =>
    envelope(`<svc:${name} ${PREFIXES}>${inside}</svc:${name}>`);
  const post = (name: string, inside: string, headers: Record<string, string> = {}) =>
    world.soap.post('OXResellerUserService', operation(name, inside), headers);
  const ctx = () => `<svc:ctx><dat:id>${world.contextId}</dat:id></svc:ctx>`;
  const ALICE = '<svc:user><dat:name>alice</dat:name></svc:user>';
  const expectAlice = (answer: SoapAnswer) =>
    expect(scalars(returnedOne(answer))).to.include({ id: String(alice), name: 'alice' });

  describe('children are bound by local name', () => {
    const forms: Record<string, () => string> = {
      'no namespace at all': () =>
        `<ctx><id>${world.contextId}</id></ctx><user><name>alice</name></user>${BARE_AUTH}`,
      'another order': () => `${AUTH}${ALICE}${ctx()}`,
      'the service namespace for everything': () =>
        `<svc:ctx><svc:id>${world.contextId}</svc:id></svc:ctx><svc:user><svc:name>alice</svc:name></svc:user>
         <svc:auth><svc:login>reseller1</svc:login><svc:password>secret</svc:password></svc:auth>`,
      'a mixture': () =>
        `<ctx><dat:id>${world.contextId}</dat:id></ctx><svc:user><name>alice</name></svc:user>${BARE_AUTH}`,
      'xsi:type on named elements': () =>
        `<svc:ctx xsi:type="dsr:ResellerContext"><dat:id xsi:type="xsd:int">${world.contextId}</dat:id></svc:ctx>
         <svc:user xsi:type="dat:User"><dat:name xsi:type="xsd:string">alice</dat:name></svc:user>${AUTH}`,
      'c-gensym by type, out of order': () =>
        `<c-gensym7 xsi:type="x:Credentials" xmlns:x="urn:x"><login xsi:type="xsd:string">reseller1</login>
           <password xsi:type="xsd:string">secret</password></c-gensym7>
         <c-gensym3 xsi:type="x:ResellerContext" xmlns:x="urn:x"><id xsi:type="xsd:int">${world.contextId}</id></c-gensym3>
         <c-gensym5 xsi:type="x:User" xmlns:x="urn:x"><name xsi:type="xsd:string">alice</name></c-gensym5>`,
      'c-gensym by position': () =>
        `<c-gensym3><id>${world.contextId}</id></c-gensym3><c-gensym5><name>alice</name></c-gensym5>
         <c-gensym7><login>reseller1</login><password>secret</password></c-gensym7>`,
      'param by position, typed SOAP-ENC:Struct': () =>
        `<param0 xsi:type="SOAP-ENC:Struct" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"><id xsi:type="xsd:int">${world.contextId}</id></param0>
         <param1 xsi:type="SOAP-ENC:Struct" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"><name xsi:type="xsd:string">alice</name><id xsi:nil="true"/></param1>
         <param2 xsi:type="SOAP-ENC:Struct" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"><login>reseller1</login><password>secret</password></param2>`,
      'unknown elements in auth': () =>
        `${ctx()}${ALICE}<svc:auth><rmi:login>reseller1</rmi:login><rmi:mail>x</rmi:mail><foo><bar/></foo><rmi:password>secret</rmi:password></svc:auth>`,
      'comments, CDATA and blanks between': () =>
        `\n <!-- c -->${ctx()}\n<svc:user><dat:name><![CDATA[ali]]>ce</dat:name></svc:user>${AUTH}`,
      'every other field nil': () => {
        const nils = fieldsOf('dat:User')
          .filter((field) => field.nillable && field.name !== 'name')
          .map((field) => `<dat:${field.name} xsi:nil="true"/>`);
        return `${ctx()}<svc:user><dat:name>alice</dat:name>${nils.join('')}</svc:user>${AUTH}`;
      },
    };
    for (const [title, inside] of Object.entries(forms)) {
      it(title, async () => expectAlice(await post('getData', inside())));
    }

    it('maps in the namespace of the service, or none', async () => {
      for (const p of ['svc:', '', 'dat:']) {
        const inner = `<${p}entries><${p}key>k${p.length}</${p}key><${p}value>v</${p}value></${p}entries>`;
        const map = `<${p}entries><${p}key>config</${p}key><${p}value>${inner}</${p}value></${p}entries>`;
        const usrdata = `<svc:usrdata><dat:id>${alice}</dat:id><dat:userAttributes>${map}</dat:userAttributes></svc:usrdata>`;
        expectDone(await post('change', `${ctx()}${usrdata}${AUTH}`));
      }
      expect(attributeMap(await world.getUser(alice))).to.deep.equal({
        config: { ...everyUsersAttributes.config, k4: 'v', k0: 'v' },
      });
    });

    it('OXaaSService and OXResellerService take their creds in any namespace', async () => {
      const ns = 'http://soap.oxaas.admin.openexchange.com/';
      const ids = `<o:ctxid>${world.contextId}</o:ctxid><o:usrid>${alice}</o:usrid>`;
      const bare = `<ctxid>${world.contextId}</ctxid><usrid>${alice}</usrid>`;
      const creds = '<login>reseller1</login><password>secret</password>';
      const bodies = [
        `${ids}<o:creds>${creds}</o:creds>`,
        `${ids}<o:creds><o:login>reseller1</o:login><o:password>secret</o:password><o:whole>x</o:whole></o:creds>`,
        `${ids}<o:creds xmlns:r="${RMI}"><r:login>reseller1</r:login><r:password>secret</r:password></o:creds>`,
        `${bare}<creds>${creds}</creds>`,
      ];
      for (const body of bodies) {
        const xml = envelope(`<o:getMailQuota xmlns:o="${ns}">${body}</o:getMailQuota>`);
        returnedOne(await world.soap.post('OXaaSService', xml));
      }
      const untouched = `<o:getMailQuota xmlns:o="${ns.slice(0, -1)}">${bodies[0]}</o:getMailQuota>`;
      returnedOne(await world.soap.post('OXaaSService', envelope(untouched)));
      const { login, password } = world.master;
      const list = `<svc:list ${PREFIXES}><search_pattern>reseller1</search_pattern><creds><login>${login}</login><password>${password}</password><server>x</server></creds></svc:list>`;
      expect(returned(await world.soap.post('OXResellerService', envelope(list)))).to.have.length(1);
    });
  });

  describe('what older and newer clients send', () => {
    it('elements that later versions dropped', async () => {
      const old = `<svc:ctx><dat:clusterWeight>1</dat:clusterWeight><dat:id>${world.contextId}</dat:id></svc:ctx>`;
      expectAlice(await post('getData', `${old}${ALICE}${AUTH}`));
      const flags = ['forum', 'pinboardWrite', 'projects', 'rssBookmarks', 'rssPortal'];
      const access = `<svc:moduleAccess>${flags.map((f) => `<dat:${f}>true</dat:${f}>`).join('')}<dat:webmail>true</dat:webmail></svc:moduleAccess>`;
      expectDone(await post('changeByModuleAccess', `${ctx()}${ALICE}${access}${AUTH}`));
    });
    it('primaryAccountName after auth in create', async () => {
      const fields = membersXml('dat:', userData('intermediate'));
      const usrdata = `<svc:usrdata>${fields}</svc:usrdata>`;
      const last = '<svc:primaryAccountName>Mail</svc:primaryAccountName>';
      returnedOne(await post('create', `${ctx()}${usrdata}${AUTH}${last}`));
    });
    it('an empty element is an empty string, a nil one is not set', async () => {
      const usrdata = (inside: string) => `<svc:usrdata><dat:id>${alice}</dat:id>${inside}</svc:usrdata>`;
      const note = async () => scalars(await world.getUser(alice))['note'] ?? '';
      expectDone(await post('change', `${ctx()}${usrdata('<dat:note>remember</dat:note>')}${AUTH}`));
      expectDone(await post('change', `${ctx()}${usrdata('<dat:note xsi:nil="true"/>')}${AUTH}`));
      expectDone(await post('change', `${ctx()}${usrdata('<dat:note xsi:nil="1"></dat:note>')}${AUTH}`));
      expect(await note()).to.equal('remember');
      expectDone(await post('change', `${ctx()}${usrdata('<dat:note/>')}${AUTH}`));
      expect(await note()).to.equal('');
    });
    it('a restriction of nothing but nil is none: soap4r sends one with every context', async () => {
      const ofNil = { name: null, value: null, id: null };
      const contextOf = async (restriction: SoapParams) =>
        world.contexts('change', { ctx: { id: world.contextId, restriction: [restriction] } });
      expectDone(await contextOf(ofNil));
      expect((await contextOf({ ...ofNil, value: '1' })).fault?.text).to.contain(
        'Restriction name must be set',
      );
    });
    it('blanks in strings are kept, around numbers and booleans ignored', async () => {
      const usrdata = `<svc:usrdata><dat:id> ${alice}\n</dat:id><dat:note>  two  blanks  </dat:note>
        <dat:mailenabled> 0 </dat:mailenabled><dat:password> sp ace </dat:password></svc:usrdata>`;
      expectDone(await post('change', `${ctx()}${usrdata}${AUTH}`));
      const asAlice = { login: 'alice', password: ' sp ace ' };
      const read = scalars(await world.getUser(alice, asAlice));
      expect(read).to.include({ note: '  two  blanks  ', mailenabled: 'false' });
    });
  });

  describe('transport', () => {
    it('SOAPAction is ignored, whatever it says', async () => {
      for (const soapaction of ['"urn:delete"', 'urn:nonsense', '', `${SVC}#delete`]) {
        expectAlice(await post('getData', `${ctx()}${ALICE}${AUTH}`, { soapaction }));
      }
    });
    it('unknown headers are ignored, those that must be understood are not', async () => {
      const xml = operation('getData', `${ctx()}${ALICE}${AUTH}`);
      const header = (more: string) =>
        xml.replace(
          '<e:Body>',
          `<e:Header><w:Security xmlns:w="urn:wsse" ${more}><w:x>1</w:x></w:Security></e:Header><e:Body>`,
        );
      expectAlice(await world.soap.post('OXResellerUserService', header('')));
      expectAlice(await world.soap.post('OXResellerUserService', header('e:mustUnderstand="0"')));
      const refused = await world.soap.post('OXResellerUserService', header('e:mustUnderstand="1"'));
      expect(refused.status).to.equal(500);
      expect(refused.fault?.code).to.match(/:MustUnderstand$/);
    });
    it('the axis2 path and a POST on ?wsdl', async () => {
      const body = operation('getData', `${ctx()}${ALICE}${AUTH}`);
      const paths = [
        '/servlet/axis2/services/OXResellerUserService',
        '/webservices/OXResellerUserService?wsdl',
        '/servlet/axis2/services/OXResellerUserService?WSDL',
      ];
      for (const path of paths) {
        const headers = { 'content-type': 'text/xml;charset=UTF-8' };
        const response = await fetch(world.url + path, { method: 'POST', headers, body });
        expect(response.status, path).to.equal(200);
        expect(await response.text()).to.include('getDataResponse');
      }
    });
  });
});
