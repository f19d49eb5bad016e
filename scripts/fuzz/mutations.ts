import { XSI } from '../../src/soap/contract/limits.js';
import type { Random } from './random.js';

/** One way to damage a document; answers it unchanged where there is nothing to damage. */
type Mutation = (xml: string, random: Random, other: string) => string;

const MAX_CHARS = 48 * 1024;

/** What parsers have stumbled over, to be put between tags, into text, or anywhere. */
const fragments = [
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&a;',
  '&#0;',
  '&#xD800;',
  '&#x10FFFF;',
  '&#x110000;',
  '&#13;',
  '&amp;',
  '&lt;',
  '<![CDATA[',
  ']]>',
  '<![CDATA[<?xml ]]>',
  '<!-- -->',
  '<!--',
  '-->',
  '<!-- -- -->',
  '<?a b?>',
  '<?xml version="1.0"?>',
  '<?xml version="1.1"?>',
  '<',
  '>',
  '/>',
  '</',
  '&',
  ';',
  '"',
  "'",
  '=',
  ':',
  '\0',
  '\u0001',
  '\ufffe',
  '\ud800',
  '\udc00',
  '\ufeff',
  '\u0085',
  '\u2028',
  '\r',
  '\n',
  '\t',
  ' ',
  '\ud83d\ude00',
  '<a/>',
  '<a>',
  '</a>',
  '<:a/>',
  '<a:/>',
  '<a:b/>',
  '<a:b:c/>',
  '<xml:a/>',
  '<xmlns:a/>',
  '<__proto__/>',
  '<constructor>1</constructor>',
  '<toString/>',
  '<clusterWeight>1</clusterWeight>',
  '<param0/>',
  '<c-gensym3/>',
  '<soap:Body/>',
  '<soap:Fault/>',
  '<Include href="cid:a" xmlns="http://www.w3.org/2004/08/xop/include"/>',
];

const attributes = [
  'xsi:nil="true"',
  'xsi:nil="1"',
  'xsi:nil=" false "',
  'xsi:nil=""',
  'xsi:type="xsd:base64Binary"',
  'xsi:type="x:User"',
  'xsi:type="__proto__"',
  'xsi:type=":"',
  'xsi:type=""',
  'xmlns=""',
  'xmlns="urn:x"',
  'xmlns:a="urn:a"',
  'xmlns:a=""',
  'a:b="1"',
  'xmlns:xml="urn:x"',
  'xmlns:xmlns="urn:x"',
  'xml:space="preserve"',
  'id="__proto__"',
  'href="#i1"',
  'a="1" a="2"',
  'a="<"',
  'a="&b;"',
  'soap:mustUnderstand="1"',
  'soap:actor="urn:x"',
  "a='1'",
  'a=1',
  'a',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
];

const texts = [
  '',
  ' ',
  '0',
  '-0',
  '1',
  '+1',
  '01',
  '1.0',
  '1e9',
  'NaN',
  'INF',
  '2147483648',
  '-2147483649',
  '9223372036854775808',
  'true',
  'TRUE',
  '1 2',
  '2024-02-30',
  '2024-02-29T23:59:59.999999999999Z',
  '-0001-01-01',
  '0000-01-01',
  '=',
  '====',
  'AAAA',
  'A',
  'AA=A',
  'w4Q=',
  'AA==',
  '\u00a01',
  '9'.repeat(400),
  '0'.repeat(63) + '1',
  'x'.repeat(5_000),
  '%_\\|\'"--',
  '${7*7}',
  '\u202e\u0130\ufb00',
  '&#x1F600;',
  '&#55357;&#56832;',
  'a&#13;b',
  '&#13;&#10;',
];

const names = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'param0',
  'c-gensym1',
  'param99999999999',
  'id',
  'name',
  'auth',
  'ctx',
  'Envelope',
  'Header',
  'Body',
  'Fault',
  'entries',
  'key',
  'value',
  'a.b-c',
  'ß',
  '\u{10000}',
  '1a',
  '-a',
  'a:b',
  'xml',
  'selfData',
  'forum',
  'x'.repeat(300),
];

const uris = [
  '',
  'urn:x',
  'http://soap.oxaas.admin.openexchange.com',
  'http://www.w3.org/2003/05/soap-envelope',
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2000/xmlns/',
  'http://www.w3.org/XML/1998/namespace',
  'http://dataobjects.soap.admin.openexchange.com/xsd',
  'u'.repeat(600),
];

/** Where a tag begins, at or after a random place; -1 without any. */
function tagStart(xml: string, random: Random): number {
  const at = xml.indexOf('<', random.below(xml.length));
  return at < 0 ? xml.indexOf('<') : at;
}

/** A random element from its `<` to behind its end tag. */
function elementAt(xml: string, random: Random): readonly [start: number, end: number] | null {
  const start = tagStart(xml, random);
  const close = start < 0 ? -1 : xml.indexOf('>', start);
  if (close < 0) return null;
  const name = /^<([^\s/>!?]+)/.exec(xml.slice(start, start + 200))?.[1];
  if (name === undefined || xml[close - 1] === '/') return [start, close + 1];
  const end = xml.indexOf(`</${name}>`, close);
  return end < 0 ? [start, close + 1] : [start, end + name.length + 3];
}

function insert(xml: string, at: number, text: string): string {
  return xml.slice(0, at) + text + xml.slice(at);
}

function replaceMatch(xml: string, pattern: RegExp, random: Random, text: string): string {
  pattern.lastIndex = random.below(xml.length);
  const match = pattern.exec(xml);
  return match === null ? xml : xml.slice(0, match.index) + text + xml.slice(match.index + match[0].length);
}

const onElement =
  (change: (element: string, random: Random) => string): Mutation =>
  (xml, random) => {
    const range = elementAt(xml, random);
    if (range === null) return xml;
    const [start, end] = range;
    return xml.slice(0, start) + change(xml.slice(start, end), random) + xml.slice(end);
  };

const mutations: readonly Mutation[] = [
  onElement(() => ''),
  onElement((element, random) => element.repeat(random.oneIn(30) ? 400 : 2)),
  onElement((element, random) => {
    const times = random.oneIn(30) ? 120 : 1;
    const name = random.pick(names);
    return `<${name}>`.repeat(times) + element + `</${name}>`.repeat(times);
  }),
  (xml, random, other) => {
    const from = elementAt(other, random);
    const at = tagStart(xml, random);
    return from === null || at < 0 ? xml : insert(xml, at, other.slice(...from));
  },
  (xml, random, other) => {
    const cut = tagStart(xml, random);
    const join = tagStart(other, random);
    return cut < 0 || join < 0 ? xml : xml.slice(0, cut) + other.slice(join);
  },
  (xml, random) => insert(xml, Math.max(0, tagStart(xml, random)), random.pick(fragments)),
  (xml, random) => insert(xml, random.below(xml.length + 1), random.pick(fragments)),
  (xml, random) => replaceMatch(xml, />[^<]*</g, random, `>${random.pick(texts)}<`),
  (xml, random) => replaceMatch(xml, />[^<]*</g, random, `>${random.pick(texts)}${random.pick(fragments)}<`),
  (xml, random) => replaceMatch(xml, /(?=\s|\/?>)/g, random, ` ${random.pick(attributes)}`),
  (xml, random) => {
    const name = /<\/?((?:[\w.-]+:)?[\w.-]+)/.exec(xml.slice(Math.max(0, tagStart(xml, random))))?.[1];
    if (name === undefined) return xml;
    const wanted = random.pick(names);
    return random.oneIn(4)
      ? xml.replace(name, wanted)
      : xml.replaceAll(`${name}>`, `${wanted}>`).replaceAll(`<${name} `, `<${wanted} `);
  },
  (xml, random) => replaceMatch(xml, /="[^"]*"/g, random, `="${random.pick(uris)}"`),
  (xml, random) => replaceMatch(xml, /[\w-]+:/g, random, random.pick(['', 'a:', 'S:', 'xsi:', ':'])),
  (xml, random) => (random.oneIn(4) ? xml.slice(0, random.below(xml.length + 1)) : xml),
  (xml, random) => {
    const at = random.below(xml.length + 1);
    return (
      xml.slice(0, at) +
      String.fromCharCode(random.below(random.oneIn(3) ? 0x10000 : 128)) +
      xml.slice(at + random.below(2))
    );
  },
  (xml, random) => {
    const at = random.below(xml.length + 1);
    const length = random.below(200);
    return insert(xml, at, xml.slice(at, at + length).repeat(random.below(20)));
  },
];

/** Puts something in place of the text of an element that has no children, its start tag's `>` and its end tag's `<`. */
const onLeaf =
  (write: (random: Random) => string): Mutation =>
  (xml, random) => {
    const end = xml.indexOf('</', random.below(xml.length));
    const close = end < 1 ? -1 : xml.lastIndexOf('>', end - 1);
    const start = close < 1 ? -1 : xml.lastIndexOf('<', close);
    if (start < 0 || xml[start + 1] === '/' || xml[close - 1] === '/') return xml;
    return xml.slice(0, close) + write(random) + xml.slice(end + 1);
  };

/** Those that mostly leave a document readable, so that the decoder gets to see the values. */
const gentle: readonly Mutation[] = [
  onLeaf((random) => `>${random.pick(texts)}<`),
  onLeaf((random) => `><![CDATA[${random.pick(texts)}]]>${random.pick(texts)}<`),
  onLeaf((random) => `>${random.pick(texts)}<!-- ${random.pick(texts)} --><?a b?><`),
  onLeaf((random) => ` xmlns:i="${XSI}" i:nil="${random.pick(['1', 'true', '0', 'x'])}"><`),
  onLeaf((random) => ` xmlns:i="${XSI}" i:type="x:base64Binary">${random.pick(texts)}<`),
  onElement((element, random) => (random.oneIn(3) ? '' : `\n${element}<!-- -->\t`)),
];

/** A damaged copy. @param other a document to take parts from */
export function mutate(xml: string, random: Random, other: string): string {
  const list = random.oneIn(2) ? gentle : mutations;
  let result = xml;
  for (let left = random.oneIn(20) ? 0 : 1 + random.below(4); left > 0; left--) {
    result = random.pick(list)(result, random, other);
  }
  return result.length > MAX_CHARS ? result.slice(0, MAX_CHARS) : result;
}

const contentTypes = [
  undefined,
  'text/xml',
  'text/xml; charset=UTF-16',
  'text/xml; charset="us-ascii"',
  'application/xml;charset=ISO-8859-1',
  'text/xml; charset=',
  'text/xml; charset=utf-7',
  'application/soap+xml',
  'multipart/related; type="application/xop+xml"',
  ';;;',
  'text/xml; a="b;charset=x',
  'TEXT/XML;CHARSET=utf8',
];

/** How a document stands on the wire: mostly as UTF-8, at times in another encoding, labelled wrongly, or with a damaged byte. */
export function toWire(xml: string, random: Random): { bytes: Buffer; contentType: string | undefined } {
  if (!random.oneIn(8)) return { bytes: Buffer.from(xml), contentType: 'text/xml; charset=UTF-8' };
  const bytes = encodeSomehow(xml, random);
  for (let left = random.below(3); left > 0 && bytes.length > 0; left--)
    bytes[random.below(bytes.length)] = random.below(256);
  return { bytes, contentType: random.pick(contentTypes) };
}

function encodeSomehow(xml: string, random: Random): Buffer {
  switch (random.below(6)) {
    case 0:
      return Buffer.from(`\ufeff${xml}`, 'utf16le');
    case 1:
      return Buffer.from(`\ufeff${xml}`, 'utf16le').swap16();
    case 2:
      return Buffer.from(xml, 'utf16le');
    case 3:
      return Buffer.from(xml, 'latin1');
    case 4:
      return Buffer.from(`\ufeff${xml}`);
    default:
      return Buffer.from(xml);
  }
}
