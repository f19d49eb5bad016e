import { gzipSync } from 'node:zlib';
import {
  answered,
  clientFault,
  envelope,
  fill,
  getData,
  note,
  change,
  reads,
  refused,
  refusesNote,
  xmlHeaders,
  type Attack,
  type Scene,
  type Theme,
} from './attack.js';

const DOCTYPE = /contains a DOCTYPE/;
const MALFORMED = /^The request is not well-formed XML \(line \d+, column \d+: [\w <>'-]+\)\.$/;

/** Which one it is depends on where the parser notices. */
const EITHER = new RegExp(`${MALFORMED.source}|${DOCTYPE.source}`);

/** A document that would be right, behind a DOCTYPE. */
const behind =
  (doctype: string, value = 'x') =>
  (scene: Scene): string =>
    envelope(change(scene, note(value)), { prolog: doctype.replaceAll('CANARY', scene.canary) });

const dtd = (what: string, subset: string, value?: string): Attack =>
  refused(what, DOCTYPE, behind(`<!DOCTYPE e:Envelope ${subset}>`, value));

const laughs = Array.from({ length: 12 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');

const utf16 = (xml: string): Buffer => Buffer.from(`\ufeff${xml}`, 'utf16le');

const references: readonly (readonly [string, string])[] = [
  ['NUL', '&#0;'],
  ['a control character', '&#x1;'],
  ['an escape that terminals obey', '&#27;[31m'],
  ['a lone surrogate', '&#xD800;'],
  ['a pair of surrogates', '&#55357;&#56832;'],
  ['a noncharacter', '&#xFFFF;'],
  ['a number above Unicode', '&#x110000;'],
  ['a number that wraps in 32 bits', '&#x100000041;'],
  ['a number without end', `&#${'9'.repeat(400)};`],
  ['no number', '&#;'],
  ['no hex number', '&#x;'],
  ['a negative number', '&#-1;'],
  ['a capital X', '&#X41;'],
  ['a reference without a semicolon', '&#65'],
  ['an ampersand alone', 'a & b'],
];

/** XXE, entity expansion, and everything else that begins with `<!` or `&`. */
export const entities: Theme = {
  title: 'entities and DTDs',
  attacks: [
    dtd('an internal entity', '[<!ENTITY a "b">]', '&a;'),
    dtd('a billion laughs', `[<!ENTITY l0 "lol">${laughs}]`, '&l12;'),
    dtd('quadratic blow-up', `[<!ENTITY a "${'a'.repeat(50_000)}">]`, '&a;'.repeat(20_000)),
    dtd('an entity that contains itself', '[<!ENTITY a "&b;"><!ENTITY b "&a;">]', '&a;'),
    dtd('a file as an entity', '[<!ENTITY a SYSTEM "file:///etc/passwd">]', '&a;'),
    dtd('a URL as an entity', '[<!ENTITY a SYSTEM "http://CANARY/a">]', '&a;'),
    dtd('a public id', '[<!ENTITY a PUBLIC "-//x//y" "http://CANARY/a">]', '&a;'),
    dtd('a parameter entity', '[<!ENTITY % p "<!ENTITY a \'b\'>"> %p;]', '&a;'),
    dtd('an external parameter entity', '[<!ENTITY % p SYSTEM "http://CANARY/p.dtd"> %p;]'),
    dtd('an external subset', 'SYSTEM "http://CANARY/x.dtd"'),
    dtd('an external subset that is a file', 'SYSTEM "file:///dev/random"'),
    dtd(
      'an unparsed entity',
      '[<!NOTATION n SYSTEM "http://CANARY/n"><!ENTITY a SYSTEM "http://CANARY/a" NDATA n>]',
    ),
    dtd('default attributes', '[<!ATTLIST e:Envelope xmlns:evil CDATA "urn:x">]'),
    dtd('a DTD of nothing', ''),
    dtd('a DTD of 2 MB', `[${fill('<!ENTITY a "b">')}]`),
    refused('a DTD behind comments and instructions', DOCTYPE, behind('<?a b?><!-- c -->\n<!DOCTYPE x []>')),
    refused('two DTDs', DOCTYPE, behind('<!DOCTYPE a><!DOCTYPE b>')),
    refused('a DTD that does not end', EITHER, () => '<!DOCTYPE x [<!ENTITY a "'),
    refused('a DTD in lower case', MALFORMED, behind('<!doctype x>')),
    refused('a DTD in UTF-16', DOCTYPE, (scene) => utf16(behind('<!DOCTYPE x []>')(scene))),
    refused('a DTD in big-endian UTF-16', DOCTYPE, (scene) =>
      utf16(behind('<!DOCTYPE x []>')(scene)).swap16(),
    ),
    refused('a DTD in gzip', DOCTYPE, (scene) => gzipSync(behind('<!DOCTYPE x []>')(scene)), {
      headers: xmlHeaders({ 'content-encoding': 'gzip' }),
    }),
    {
      what: 'a DTD in UTF-7, by the content type',
      expected: {
        kind: 'http',
        status: 500,
        text: /^<html><body>The charset of the request is not supported/,
      },
      headers: xmlHeaders({ 'content-type': 'text/xml; charset=utf-7' }),
      body: () => '+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a +ACI-b+ACIAPgBdAD4-',
    },
    {
      what: 'a DTD in UTF-7, by the declaration',
      expected: clientFault(/text outside of its Body|not well-formed/),
      headers: () => ({ 'content-type': 'text/xml' }),
      body: () => '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-',
    },
    refused('a DTD behind the root', EITHER, (scene) => `${envelope(getData(scene))}<!DOCTYPE x>`),
    refusesNote('a DTD in a value', '<!DOCTYPE x [<!ENTITY a "b">]>&a;', EITHER),
    refusesNote('a conditional section', '<![INCLUDE[<!ENTITY a "b">]]>', MALFORMED),
    reads(
      'what looks like a DTD in CDATA',
      '<![CDATA[<!DOCTYPE x [<!ENTITY a "b">]>&a;]]>',
      '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
    ),
    reads('a DTD in a comment', 'a<!-- <!DOCTYPE x [<!ENTITY b "c">]> -->b', 'ab'),
    reads('a DTD in an instruction', 'a<?x <!DOCTYPE y [<!ENTITY b "c">]> ?>b', 'ab'),
    ...['xxe', 'nbsp', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'].map((name) =>
      refusesNote(`the entity ${name}, which nobody declared`, `&${name};`, MALFORMED),
    ),
    refused('an entity in an attribute', MALFORMED, (scene) =>
      envelope(getData(scene), { declarations: ' a="&b;"' }),
    ),
    reads('a parameter entity in content, which is plain text', '%a;', '%a;'),
    reads('escaped escapes', '&amp;lt;&#38;amp;', '&lt;&amp;'),
    reads('a number with zeros', `&#x${'0'.repeat(60)}41;`, 'A'),
    ...references.map(([what, xml]) => refusesNote(`a reference to ${what}`, xml, MALFORMED)),
    refused('XInclude', /local:"include"/, (scene) =>
      envelope(
        getData(scene, '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
      ),
    ),
    refused('XInclude as text', /local:"include"/, (scene) =>
      envelope(
        getData(
          scene,
          `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="http://${scene.canary}/"/>`,
        ),
      ),
    ),
    answered('a style sheet', (scene) =>
      envelope(getData(scene), {
        prolog: `<?xml-stylesheet type="text/xsl" href="http://${scene.canary}/a.xsl"?>`,
      }),
    ),
  ],
};
