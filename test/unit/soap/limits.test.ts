import { expect } from 'chai';
import { withProcessorTime } from '../../support/processor-time.js';
import { DAT, decodeDocument, envelope, faultOf } from './fixtures.js';

/** Of processor time: far above what is needed (0.3 s on two slow cores), far below what a quadratic algorithm would take. */
const TIME_LIMIT_MS = 2_000;
const MAX_BODY_CHARS = 2_000_000;

const user = (fields: string): string =>
  envelope(`<svc:create><svc:usrdata>${fields}</svc:usrdata></svc:create>`);
const auth = (fields: string): string => envelope(`<svc:create><svc:auth>${fields}</svc:auth></svc:create>`);
const fill = (unit: string, chars = MAX_BODY_CHARS): string => unit.repeat(Math.floor(chars / unit.length));
const many = (count: number, attribute: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => attribute(i)).join(' ');

describe('hostile documents of up to 2 MB are refused, fast', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['deep nesting', auth('<a>'.repeat(500_000)), /depth of elements/],
    ['depth just above the limit', auth('<a>'.repeat(97) + '</a>'.repeat(97)), /depth of elements/],
    ['many elements under deep ones', auth('<a>'.repeat(80) + fill('<b/>')), /number of children/],
    ['many elements in all', auth(fill(`<a>${'<b/>'.repeat(10_000)}</a>`)), /number of elements/],
    [
      'many attributes of one element',
      auth(`<a ${many(25_000, (i) => `a${i}=""`)}/>`),
      /number of attributes/,
    ],
    ['many attributes in all', auth(fill('<a b="" c="" d="" e="" f="" g="" h=""/>')), /number of attributes/],
    [
      'many prefixed attributes under deep elements',
      auth('<a>'.repeat(90) + fill('<b soap:a="" soap:b="" soap:c="" soap:d="" soap:e=""/>')),
      /number of attributes/,
    ],
    [
      'many namespace declarations, many children',
      auth(`<a ${many(50_000, (i) => `xmlns:a${i}="u"`)}>${'<b/>'.repeat(40_000)}</a>`),
      /number of namespace declarations/,
    ],
    [
      'a long namespace that many attributes use',
      auth(`<a xmlns:z="${'u'.repeat(60_000)}">${fill('<b z:a="" z:b="" z:c=""/>')}</a>`),
      /namespace name/,
    ],
    ['an overlong attribute', auth(`<a b="${'x'.repeat(100_000)}"/>`), /exceeds a limit: attribute\.$/],
    ['an overlong element name', auth(`<${'x'.repeat(100_000)}/>`), /element name/],
    ['an overlong attribute name', auth(`<a ${'x'.repeat(100_000)}=""/>`), /attribute name/],
    ['an unclosed document', auth(fill('<a>', 200)), /not well-formed/],
    [
      'a number of a million digits',
      user(`<dat:maxQuota>${fill('1', 1_000_000)}</dat:maxQuota>`),
      /^Unmarshalling Error: For input string: "1{100}…" $/,
    ],
    [
      'zeros without end',
      user(`<dat:id>${fill('0')}x</dat:id>`),
      /^Unmarshalling Error: Not a number: 0{100}… $/,
    ],
    ['base64 that goes wrong at the end', user(`<dat:image1>${fill('AAAA')}*===</dat:image1>`), /"image1"/],
    ['an endless entity name', user(`<dat:name>&${fill('a')};</dat:name>`), /undefined entity/],
    ['a large DTD', `<!DOCTYPE x [${fill('<!ENTITY a "b">')}]>${auth('')}`, /DOCTYPE/],
    [
      'entity expansion',
      `<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${user('<dat:name>&b;</dat:name>')}`,
      /DOCTYPE/,
    ],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${user('<dat:name>&a;</dat:name>')}`,
      /DOCTYPE/,
    ],
    [
      'many generic parameters',
      envelope(`<svc:getMultipleData>${fill('<param1/>')}</svc:getMultipleData>`),
      /number of children/,
    ],
  ];
  for (const [what, xml, text] of refused) {
    it(what, () => {
      const { result: fault, processorMs } = withProcessorTime(() => faultOf(() => decodeDocument(xml)));
      expect(processorMs).to.be.lessThan(TIME_LIMIT_MS);
      expect(fault.code).to.equal('Client');
      expect(fault.text).to.match(text);
      expect(fault.text.length).to.be.lessThan(400);
    });
  }
});

describe('odd but harmless documents of up to 2 MB are read, fast', () => {
  const name = (text: string): string => user(`<dat:name>${text}</dat:name>`);
  const read: readonly (readonly [string, string, number])[] = [
    ['CDATA full of <?xml', name(`<![CDATA[${fill('<?xml')}]]>`), 2_000_000],
    ['CDATA full of brackets', name(`<![CDATA[${fill(']')}]]>`), 2_000_000],
    ['many CDATA sections', name(fill('<![CDATA[a]]>')), 153_846],
    ['many comments inside a value', name(fill('a<!-- -->')), 222_222],
    ['a comment of dashes', name(`a<!--${fill('- ')}-->`), 1],
    ['many references', name(fill('&amp;')), 400_000],
    ['many numeric references', name(fill('&#65;')), 400_000],
    ['many carriage returns', name(fill('\r')), 2_000_000],
    ['many processing instructions', name(`a${fill('<?a b?>')}`), 1],
  ];
  for (const [what, xml, chars] of read) {
    it(what, () => {
      const { result, processorMs } = withProcessorTime(() => decodeDocument(xml));
      expect(processorMs).to.be.lessThan(TIME_LIMIT_MS);
      expect((result.message as { usrdata: { name: string } }).usrdata.name).to.have.length(chars);
    });
  }

  it('each of 9,000 siblings declares its own prefix', () => {
    const sibling = `<dat:aliases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x">a</dat:aliases>`;
    const { result, processorMs } = withProcessorTime(() => decodeDocument(user(sibling.repeat(9_000))));
    expect(processorMs).to.be.lessThan(TIME_LIMIT_MS);
    expect((result.message as { usrdata: { aliases: string[] } }).usrdata.aliases).to.have.length(9_000);
  });

  it('white space without end in a number', () => {
    expect(decodeDocument(user(`<dat:id>${fill(' ')}</dat:id>`)).message).to.deep.equal({
      usrdata: { id: 0 },
    });
  });
});

describe('names that mean something to JavaScript', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
  ];
  for (const name of names) {
    it(`${name} is an unknown element, id or href, and nothing else`, () => {
      expect(
        faultOf(() => decodeDocument(user(`<dat:${name} x="1"><dat:obj/></dat:${name}>`))).text,
      ).to.include(`unexpected element (uri:"${DAT}", local:"${name}"). Expected elements are <{${DAT}}`);
      const multiRef = `<dat:name id="${name}" href="#${name}" ${name}="1">a</dat:name>`;
      expect(decodeDocument(user(multiRef)).message).to.deep.equal({ usrdata: { name: 'a' } });
      expect(Object.keys(Object.prototype)).to.deep.equal([]);
    });
  }

  it('a generic parameter typed __proto__ has no type', () => {
    const body = '<svc:listAll><param0 xsi:type="x:__proto__"><id>1</id></param0></svc:listAll>';
    expect(decodeDocument(envelope(body)).message).to.deep.equal({ ctx: { id: 1 } });
  });
});
