import { expect } from 'chai';
import { scalars } from '../../support/wire/xml-tree.js';
import {
  answered,
  change,
  DAT,
  envelope,
  getData,
  note,
  reads,
  refused,
  refusesNote,
  XSI,
  type Attack,
  type Scene,
  type Theme,
} from './attack.js';

const MALFORMED = /^The request is not well-formed XML/;

/** Names that every JavaScript object answers to. */
const inherited = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

const unexpected = (name: string): RegExp =>
  new RegExp(`^Unmarshalling Error: unexpected element \\(uri:"[^"]*", local:"${name}"\\)`);

const attribute = (what: string, text: string): Attack => ({
  what,
  expected: { kind: 'note', text: what },
  body: (scene) =>
    envelope(change(scene, `<dat:note ${text.replaceAll('CANARY', scene.canary)}>${what}</dat:note>`)),
});

const withUser = (scene: Scene, start: string): string =>
  envelope(getData(scene).replace('<svc:user>', start));

const operationNamed = (name: string): Attack =>
  refused(`the operation ${name}`, /^NO_PART_FOUND$/, () => envelope(`<svc:${name}/>`));

const userAttributes = (scope: string, key: string, value: string): string =>
  `<dat:userAttributes><dat:entries><dat:key>${scope}</dat:key><dat:value><dat:entries><dat:key>${key}</dat:key>` +
  `<dat:value>${value}</dat:value></dat:entries></dat:value></dat:entries></dat:userAttributes>`;

const base64 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64');

const asBase64 = (text: string): string => `<dat:note xsi:type="x:base64Binary">${text}</dat:note>`;

/** What stands inside of values and around them, and names that mean something to JavaScript. */
export const values: Theme = {
  title: 'values, names and attributes',
  attacks: [
    reads('a comment in a value', 'ad<!-- x -->min', 'admin'),
    reads('a comment that looks like an element', 'a<!-- </dat:note><dat:id>3</dat:id> -->b', 'ab'),
    reads('an instruction in a value', 'a<?php system("id") ?>b', 'ab'),
    reads('CDATA in a value', 'a<![CDATA[<b>&amp;</b>]]>c', 'a<b>&amp;</b>c'),
    reads(
      'CDATA that begins an XML document',
      '<![CDATA[<?xml version="1.0"?><a>b</a>]]>',
      '<?xml version="1.0"?><a>b</a>',
    ),
    reads('CDATA full of declarations', `<![CDATA[${'<?xml'.repeat(1_000)}]]>`, '<?xml'.repeat(1_000)),
    reads('CDATA that ends inside of itself', '<![CDATA[a]]]]><![CDATA[>b]]>', 'a]]>b'),
    reads('blanks around a value', '  \t a b \n ', '  \t a b \n '),
    refusesNote('an element in a text', 'a<b>c</b>d', unexpected('b')),
    refusesNote('the end of CDATA without its beginning', 'a]]>b', MALFORMED),
    refusesNote('CDATA that does not end', '<![CDATA[a', MALFORMED),
    refusesNote('a comment with two dashes', 'a<!-- -- -->b', MALFORMED),
    refusesNote('a comment that does not end', 'a<!-- b', MALFORMED),
    refusesNote('an instruction named xml', 'a<?xml version="1.0"?>b', MALFORMED),
    answered('text between elements', (scene) => envelope(change(scene, 'text'))),
    answered('CDATA between elements', (scene) => envelope(change(scene, '<![CDATA[x]]>'))),
    answered('text in the operation', (scene) =>
      envelope(getData(scene).replace('<svc:getData>', '<svc:getData>x')),
    ),
    refused('an attribute twice', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note a="1" a="2">x</dat:note>')),
    ),
    refused('an attribute twice by namespace', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2">x</dat:note>')),
    ),
    refused('a prefix that nobody declared', MALFORMED, (scene) =>
      envelope(change(scene, '<zzz:note>x</zzz:note>')),
    ),
    refused('the prefix xml for something else', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note xmlns:xml="urn:x"/>')),
    ),
    refused('the prefix xmlns declared', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note xmlns:xmlns="urn:x"/>')),
    ),
    refused('a prefix taken back', MALFORMED, (scene) => envelope(change(scene, '<dat:note xmlns:dat=""/>'))),
    refused('an attribute without quotes', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note a=1>x</dat:note>')),
    ),
    refused('a less-than sign in an attribute', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note a="<">x</dat:note>')),
    ),
    refused('tags that cross', MALFORMED, (scene) =>
      envelope(change(scene, '<dat:note>x</dat:display_name>')),
    ),
    attribute('xsi:schemaLocation', 'xsi:schemaLocation="urn:x http://CANARY/x.xsd"'),
    attribute('xsi:noNamespaceSchemaLocation', 'xsi:noNamespaceSchemaLocation="http://CANARY/x.xsd"'),
    attribute('xml:base', 'xml:base="http://CANARY/"'),
    attribute('xml:space', 'xml:space="default"'),
    attribute('an id', 'id="a" href="#a"'),
    attribute('an href to somewhere else', 'href="http://CANARY/a"'),
    attribute('an href to a file', 'href="file:///etc/passwd"'),
    attribute('an encodingStyle', 'e:encodingStyle="http://CANARY/"'),
    attribute('an xsi:type that is not this one', 'xsi:type="dat:Group"'),
    attribute('an xsi:type that is none', 'xsi:type="zzz:none:such"'),
    ...inherited.flatMap((name) => [
      attribute(`an attribute named ${name}`, `${name}="1"`),
      attribute(`an id named ${name}`, `id="${name}" href="#${name}"`),
      attribute(`an xsi:type named ${name}`, `xsi:type="${name}"`),
      refused(`an element named ${name}`, unexpected(name), (scene) =>
        envelope(change(scene, `<dat:${name}>x</dat:${name}>`)),
      ),
      operationNamed(name),
      answered(`a user attribute named ${name}`, (scene) =>
        envelope(change(scene, userAttributes('config', name, 'x'))),
      ),
      answered(`a namespace of user attributes named ${name}`, (scene) =>
        envelope(change(scene, userAttributes(name, name, 'x'))),
      ),
    ]),
    answered('multi-reference: the object elsewhere', (scene) =>
      envelope(`${withoutUser(scene)}<multiRef id="i1"><id>${scene.userId}</id></multiRef>`),
    ),
    answered('a user of another type', (scene) => withUser(scene, '<svc:user xsi:type="dat:Group">')),
    answered('credentials of another type', (scene) =>
      envelope(getData(scene).replace('<svc:auth', '<svc:auth xsi:type="dat:User"')),
    ),
    refused('XOP Include for a text', /points to nothing/, (scene) =>
      envelope(
        change(
          scene,
          note(`<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="http://${scene.canary}/"/>`),
        ),
      ),
    ),
    refused('XOP Include for bytes', /points to nothing/, (scene) =>
      envelope(
        change(
          scene,
          `<dat:image1><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="file:///etc/passwd"/></dat:image1>`,
        ),
      ),
    ),
    refused('base64 of a NUL for a text', /"note": not a valid string/, (scene) =>
      envelope(change(scene, asBase64('AA=='))),
    ),
    refused('base64 of an escape for a text', /not a valid string/, (scene) =>
      envelope(change(scene, asBase64(base64('\x1b[31m')))),
    ),
    refused('base64 of a surrogate for a text', /not a valid string|^$/, (scene) =>
      envelope(change(scene, asBase64('AQ=='))),
    ),
    refused('base64 that is none', /not a valid string/, (scene) =>
      envelope(change(scene, asBase64('A*=='))),
    ),
    {
      ...reads('base64 of markup for a text', '', '<a>&b;</a>'),
      body: (s) => envelope(change(s, asBase64(base64('<a>&b;</a>')))),
    },
    refused('nil with a value in a list of unknowns', unexpected('nil'), (scene) =>
      envelope(change(scene, `<dat:nil xmlns:i="${XSI}" i:nil="1"/>`)),
    ),
    answered('nil with content, which is nothing', (scene) =>
      envelope(change(scene, '<dat:note xsi:nil="true">text<b/></dat:note>')),
    ),
    refused('an id that is SQL', /^Invalid value for element "id": not a valid int\.$/, (scene) =>
      envelope(getData(scene).replace(`>${scene.userId}<`, '>1 OR 1=1<')),
    ),
    lastCounts('the same id twice', (id) => `<dat:id>${id}</dat:id>`),
    lastCounts('the same id in two namespaces', (id) => `<id xmlns="">${id}</id>`),
    refused(
      'a child of a foreign namespace',
      /^Unmarshalling Error: unexpected element \(uri:"urn:evil", local:"id"\)/,
      (scene) => envelope(getData(scene, '<id xmlns="urn:evil">1</id>')),
    ),
    refused('a namespace that differs in a letter', unexpected('id'), (scene) =>
      envelope(getData(scene, `<id xmlns="${DAT.toUpperCase()}">1</id>`)),
    ),
  ],
};

/** The user that is answered is the one that was named last. */
function lastCounts(what: string, idXml: (id: number) => string): Attack {
  return {
    what,
    expected: {
      kind: 'answer',
      check: (body) => expect(scalars(body.children[0]?.children[0])['name']).to.equal('sparring'),
    },
    body: (scene) => envelope(getData(scene, idXml(scene.sparringId))),
  };
}

function withoutUser(scene: Scene): string {
  return getData(scene).replace(/<svc:user>.*<\/svc:user>/, '<svc:user href="#i1"/>');
}
