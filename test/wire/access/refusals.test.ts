import { expect } from 'chai';
import { envelope, expectDone, returnedOne, type SoapAnswer } from '../../support/wire/raw-soap.js';
import { scalars } from '../../support/wire/xml-tree.js';
import { membersXml, userData, World } from '../fixtures.js';

const SVC = 'http://soap.reseller.admin.openexchange.com';
const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const PREFIXES = `xmlns:svc="${SVC}" xmlns:dat="${DAT}" xmlns:rmi="${RMI}"`;
const AUTH = '<svc:auth><rmi:login>reseller1</rmi:login><rmi:password>secret</rmi:password></svc:auth>';

function unexpected(name: string, namespace: string): RegExp {
  const start = `Unmarshalling Error: unexpected element \\(uri:"${namespace}", local:"${name}"\\)`;
  return new RegExp(`^${start}\\. Expected elements are <\\{.*> $`);
}

describe('wire: requests that cannot be read (docs/contract/faults.md#5)', function () {
  this.timeout(60_000);
  let world: World;
  let alice: number;
  before(async () => {
    world = await World.start();
    alice = await world.newUser('alice');
  });
  after(() => world.stop());
  afterEach('the server goes on as before', async () => {
    expect(scalars(await world.getUser(alice))).to.include({ name: 'alice' });
  });

  const send = (xml: string, headers: Record<string, string> = {}) =>
    world.soap.post('OXResellerUserService', xml, headers);
  const ctx = () => `<svc:ctx><dat:id>${world.contextId}</dat:id></svc:ctx>`;
  const operation = (name: string, inside: string) => `<svc:${name} ${PREFIXES}>${inside}</svc:${name}>`;
  const getData = (user: string) =>
    send(envelope(operation('getData', `${ctx()}<svc:user>${user}</svc:user>${AUTH}`)));
  const change = (fields: string) =>
    send(
      envelope(
        operation('change', `${ctx()}<svc:usrdata><dat:id>${alice}</dat:id>${fields}</svc:usrdata>${AUTH}`),
      ),
    );

  function expectClientFault(answer: SoapAnswer, text: string | RegExp = /./, code = 'Client'): void {
    expect(answer.fault, answer.xml).to.not.equal(undefined);
    expect(answer.status).to.equal(500);
    expect(answer.fault?.code).to.equal(`soap:${code}`);
    if (typeof text === 'string') expect(answer.fault?.text).to.equal(text);
    else expect(answer.fault?.text).to.match(text);
    expect(answer.xml).not.to.match(/\bat \S+ \(|node_modules|\.ts:\d/);
  }

  describe('unknown elements', () => {
    const rows: [string, string, string, string][] = [
      ['in a User', '<dat:foo>1</dat:foo>', 'foo', DAT],
      ['without a namespace', '<foo>1</foo>', 'foo', ''],
      ['of the service namespace', '<svc:foo/>', 'foo', SVC],
      [
        'a known name in a strange namespace',
        '<x:name xmlns:x="urn:evil">alice</x:name>',
        'name',
        'urn:evil',
      ],
      ['__proto__', '<__proto__><polluted>1</polluted></__proto__>', '__proto__', ''],
      ['constructor', '<constructor>1</constructor>', 'constructor', ''],
      ['toString', '<dat:toString>1</dat:toString>', 'toString', DAT],
      ['hasOwnProperty', '<dat:hasOwnProperty>1</dat:hasOwnProperty>', 'hasOwnProperty', DAT],
    ];
    for (const [title, xml, name, namespace] of rows) {
      it(`${title} are refused with the original's text`, async () => {
        expectClientFault(await getData(`<dat:id>${alice}</dat:id>${xml}`), unexpected(name, namespace));
        expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
      });
    }
    it('as a parameter', async () => {
      const xml = operation(
        'list',
        `${ctx()}<svc:search_pattern>*</svc:search_pattern>${AUTH}<svc:bogus>1</svc:bogus>`,
      );
      expectClientFault(await send(envelope(xml)), unexpected('bogus', SVC));
    });
    it('attributes named __proto__ and ids do no harm', async () => {
      await getData(`<dat:id id="__proto__" __proto__="1">${alice}</dat:id>`);
      expect(({} as Record<string, unknown>)['obj']).to.equal(undefined);
    });
  });

  describe('values that do not fit are refused in the words of the original', () => {
    const ints = ['abc', '1e3', '2147483648', '-2147483649', '1.5', '12abc', '0x10', '1 2', 'NaN', '１２'];
    for (const value of ints) {
      it(`int ${value}`, async () =>
        expectClientFault(
          await getData(`<dat:id>${value}</dat:id>`),
          `Unmarshalling Error: Not a number: ${value} `,
        ));
    }
    for (const value of ['9223372036854775808', 'many', '1.0', '1e3', '']) {
      it(`long ${value}`, async () =>
        expectClientFault(
          await change(`<dat:maxQuota>${value}</dat:maxQuota>`),
          `Unmarshalling Error: For input string: "${value}" `,
        ));
    }
    for (const value of ['maybe', 'yes', '2', 'TRUE!']) {
      it(`boolean ${value}`, async () =>
        expectClientFault(await change(`<dat:mailenabled>${value}</dat:mailenabled>`), /mailenabled/));
    }
    for (const value of ['9223372036854775807', '-9223372036854775808', '8796093022208', '-2'])
      it(`a maxQuota of ${value} as it was sent`, async () => {
        const answer = await change(`<dat:maxQuota>${value}</dat:maxQuota>`);
        expect(answer.fault?.exception).to.equal('InvalidDataException');
        expect(answer.fault?.text).to.include(`The quota ${value} is not valid.`);
      });
    it('base64', async () => expectClientFault(await change('<dat:image1>***</dat:image1>'), /image1/));
    it('nothing of it arrived', async () => {
      expect(scalars(await world.getUser(alice))).to.include({ mailenabled: 'true', maxQuota: '-1' });
    });
    it('numbers with a sign or leading zeros are numbers', async () => {
      returnedOne(await getData(`<dat:id>+00${alice}</dat:id>`));
    });
  });

  describe('the operation', () => {
    const calls: Record<string, () => string> = {
      'an unknown one': () => operation('explode', ctx()),
      'one of another namespace': () => `<x:getData xmlns:x="urn:evil"/>`,
      'one without namespace': () => '<getData/>',
      'the name __proto__': () => `<__proto__ xmlns="${SVC}"/>`,
      'the name constructor': () => `<constructor xmlns="${SVC}"/>`,
      'two of them': () => operation('listAll', `${ctx()}${AUTH}`) + operation('delete', `${ctx()}${AUTH}`),
    };
    for (const [title, body] of Object.entries(calls)) {
      it(title, async () => expectClientFault(await send(envelope(body()))));
    }
    for (const [title, body] of [
      ['none at all', ''],
      ['text instead', 'hello'],
    ] as const)
      it(title, async () =>
        expectClientFault(
          await send(envelope(body)),
          'No binding operation info while invoking unknown method with params unknown.',
          'Server',
        ),
      );
  });

  describe('the document', () => {
    const good = () =>
      envelope(operation('getData', `${ctx()}<svc:user><dat:id>${alice}</dat:id></svc:user>${AUTH}`));
    it('SOAP 1.2', async () => {
      const xml = good().replace(
        'http://schemas.xmlsoap.org/soap/envelope/',
        'http://www.w3.org/2003/05/soap-envelope',
      );
      const answer = await send(xml, { 'content-type': 'application/soap+xml; charset=utf-8' });
      expect(answer.status).to.equal(500);
      expect(answer.fault?.code).to.equal('soap:VersionMismatch');
      expect(answer.fault?.text).to.equal(
        'A SOAP 1.2 message is not valid when sent to a SOAP 1.1 only endpoint.',
      );
    });
    it('an envelope of another namespace', async () => {
      const answer = await send(good().replace('http://schemas.xmlsoap.org/soap/envelope/', 'urn:nonsense'));
      expect(answer.status).to.equal(500);
      expect(answer.fault?.code).to.match(/:(Client|VersionMismatch)$/);
    });
    const broken: Record<string, (xml: string) => string> = {
      'cut off': (xml) => xml.slice(0, -20),
      'tags crossed': (xml) => xml.replace('</svc:user>', '</svc:usr>'),
      'an undeclared prefix': (xml) =>
        xml.replace('<svc:user>', '<nope:user>').replace('</svc:user>', '</nope:user>'),
      empty: () => '',
      'no XML': () => 'login=x&password=y',
      'control characters': (xml) => xml.replace('<dat:id>', '<dat:id>\u0001'),
      'text after it': (xml) => `${xml}<more/>`,
      'a DOCTYPE': (xml) => xml.replace('<e:Envelope', '<!DOCTYPE e [<!ENTITY x "y">]><e:Envelope'),
      'an external entity': (xml) =>
        xml
          .replace('<e:Envelope', '<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]><e:Envelope')
          .replace('<dat:id>', '<dat:id>&x;'),
      'an undefined entity': (xml) => xml.replace('<dat:id>', '<dat:id>&nbsp;'),
      'very deep nesting': (xml) =>
        xml.replace('<dat:id>', `${'<dat:x>'.repeat(20_000)}${'</dat:x>'.repeat(20_000)}<dat:id>`),
      'very many attributes': (xml) =>
        xml.replace(
          '<dat:id>',
          `<dat:id ${Array.from({ length: 20_000 }, (_, i) => `a${i}="1"`).join(' ')}>`,
        ),
    };
    for (const [title, breakIt] of Object.entries(broken)) {
      it(title, async () => {
        const answer = await send(breakIt(good()));
        expectClientFault(answer);
        expect(answer.xml).not.to.include('root:');
      });
    }
    it('more than 2 MiB', async () => {
      const padded = good().replace('<dat:id>', `<!--${'x'.repeat(2 * 1024 * 1024)}--><dat:id>`);
      const response = await fetch(`${world.url}/webservices/OXResellerUserService`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=UTF-8' },
        body: padded,
      });
      expect(response.status).to.be.oneOf([413, 500]);
      expect(await response.text()).to.match(/<faultcode>soap:Client<\/faultcode>/);
    });
    it('just below 2 MiB is fine', async () => {
      const room = 2 * 1024 * 1024 - Buffer.byteLength(good()) - 100;
      returnedOne(await send(good().replace('<dat:id>', `<!--${'x'.repeat(room)}--><dat:id>`)));
    });
  });

  it('control characters that reached us some other way never break an answer', async () => {
    await change('<dat:note>a&#9;b&#10;c &#13; &lt;&amp;"\'</dat:note>');
    expect(scalars(await world.getUser(alice))['note']).to.equal('a\tb\nc \r <&"\'');
    expectClientFault(await change('<dat:note>&#0;</dat:note>'));
    expectClientFault(await change('<dat:note>&#1;</dat:note>'));
  });

  describe('UNKNOWN_ELEMENT_FAULT=please-remove', () => {
    let older: World;
    before(async () => (older = await World.start({ UNKNOWN_ELEMENT_FAULT: 'please-remove' })));
    after(() => older.stop());
    it('says what older servers said', async () => {
      const xml = envelope(operation('listAll', `${AUTH}<svc:bogus>1</svc:bogus>`));
      expectClientFault(
        await older.soap.post('OXResellerUserService', xml),
        `Unexpected element "bogus" (URI=${SVC}). Please remove that element from SOAP request.`,
      );
    });
  });

  describe('LENIENT_REQUESTS=true', () => {
    let lenient: World;
    before(async () => (lenient = await World.start({ LENIENT_REQUESTS: 'true' })));
    after(() => lenient.stop());
    it('ignores unknown elements, wherever they are', async () => {
      const members = membersXml('dat:', userData('lenient'));
      const inside = `<svc:ctx><dat:id>${lenient.contextId}</dat:id><foo/></svc:ctx><svc:usrdata>${members}
        <dat:future><dat:deep>1</dat:deep></dat:future><__proto__/></svc:usrdata>${AUTH}<svc:bogus>1</svc:bogus>`;
      const made = await lenient.soap.post('OXResellerUserService', envelope(operation('create', inside)));
      expect(scalars(returnedOne(made))['name']).to.equal('lenient');
      const bare = operation(
        'change',
        `<svc:ctx><dat:id>${lenient.contextId}</dat:id></svc:ctx>
        <svc:usrdata><dat:id>2</dat:id><dat:future>1</dat:future></svc:usrdata>${AUTH}`,
      );
      expectDone(await lenient.soap.post('OXResellerUserService', envelope(bare)));
    });
    it('still refuses values that do not fit', async () => {
      const inside = `<svc:ctx><dat:id>abc</dat:id></svc:ctx>${AUTH}`;
      const answer = await lenient.soap.post('OXResellerUserService', envelope(operation('listAll', inside)));
      expectClientFault(answer, 'Unmarshalling Error: Not a number: abc ');
    });
  });
});
