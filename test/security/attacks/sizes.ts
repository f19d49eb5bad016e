import {
  answered,
  change,
  changeSparring,
  envelope,
  fill,
  getData,
  many,
  reads,
  refused,
  refusesNote,
  type Attack,
  type Theme,
} from './attack.js';

/** Where unknown elements are ignored, so that only the limits stop them. */
const inAuth = (what: string, text: RegExp, content: () => string, size = ''): Attack =>
  refused(what + size, text, (scene) =>
    envelope(getData(scene).replace('<svc:auth', `<svc:auth>${content()}</svc:auth><svc:auth`)),
  );

const inHeader = (what: string, text: RegExp, content: () => string): Attack =>
  refused(what, text, (scene) => envelope(getData(scene), { header: `<e:Header>${content()}</e:Header>` }));

const limit = (name: string): RegExp => new RegExp(`^The request exceeds a limit: ${name}\\.$`);

/** Names whose hashes meet in tables that multiply by 31. */
const colliding = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    index.toString(2).padStart(14, '0').replace(/0/g, 'Aa').replace(/1/g, 'BB'),
  );

const value = (name: string, content: () => string, text: RegExp, what: string): Attack =>
  refused(what, text, (scene) => envelope(change(scene, `<dat:${name}>${content()}</dat:${name}>`)));

const attributesOf = (count: number, key: (index: number) => string): string =>
  `<dat:userAttributes><dat:entries><dat:key>config</dat:key><dat:value>${Array.from(
    { length: count },
    (_, index) => `<dat:entries><dat:key>${key(index)}</dat:key><dat:value>v</dat:value></dat:entries>`,
  ).join('')}</dat:value></dat:entries></dat:userAttributes>`;

/** Deep, wide and long documents. */
export const sizes: Theme = {
  title: 'deep, wide and long documents',
  attacks: [
    inAuth('1,500 levels', limit('depth of elements'), () => '<a>'.repeat(1_500) + '</a>'.repeat(1_500)),
    inAuth('100,000 levels that never end', limit('depth of elements'), () => '<a>'.repeat(100_000)),
    inHeader('a deep header', limit('depth of elements'), () => '<a>'.repeat(2_000) + '</a>'.repeat(2_000)),
    inAuth('60,000 children', limit('number of children'), () => '<a/>'.repeat(60_000)),
    inHeader('60,000 header blocks', limit('number of children'), () => '<a/>'.repeat(60_000)),
    inAuth('150,000 elements', limit('number of elements'), () =>
      `<a>${'<b/>'.repeat(9_999)}</a>`.repeat(15),
    ),
    {
      what: '60,000 roots',
      expected: { kind: 'fault', code: 'VersionMismatch', text: /^No namespace on "a" element/ },
      body: () => '<a/>'.repeat(60_000),
    },
    inAuth(
      '25,000 attributes',
      limit('number of attributes'),
      () => `<a ${many(25_000, (i) => `a${i}=""`)}/>`,
    ),
    inAuth('9 attributes on each of 30,000 elements', limit('number of attributes'), () =>
      `<a ${many(9, (i) => `a${i}=""`)}/>`.repeat(30_000),
    ),
    inAuth(
      '10,000 attributes with colliding hashes',
      limit('number of attributes'),
      () =>
        `<a ${colliding(10_000)
          .map((name) => `${name}=""`)
          .join(' ')}/>`,
    ),
    refused('10,000 elements with colliding hashes', /^Unmarshalling Error: unexpected element/, (scene) =>
      envelope(
        getData(
          scene,
          colliding(10_000)
            .map((name) => `<dat:${name}/>`)
            .join(''),
        ),
      ),
    ),
    inAuth(
      '50,000 namespace declarations on one element, 20,000 children',
      limit('number of (attributes|namespace declarations)'),
      () => `<a ${many(50_000, (i) => `xmlns:a${i}="u"`)}>${'<b/>'.repeat(20_000)}</a>`,
    ),
    inAuth(
      '200 namespace declarations on one element',
      limit('number of namespace declarations'),
      () => `<a ${many(200, (i) => `xmlns:a${i}="u"`)}/>`,
    ),
    inAuth(
      '90 namespace declarations on each of 90 levels',
      limit('number of (attributes|children)|depth of elements'),
      () =>
        many(90, (i) => `<a ${many(90, (j) => `xmlns:p${i}x${j}="urn:${i}"`)}>`) + '<p0x0:b/>'.repeat(60_000),
    ),
    inAuth(
      'prefixed attributes below 90 levels',
      limit('number of attributes'),
      () => '<a>'.repeat(90) + '<b e:a="" e:b="" e:c="" e:d="" e:g=""/>'.repeat(40_000),
    ),
    inAuth(
      'a namespace of 60,000 characters used by 100,000 attributes',
      limit('namespace name'),
      () => `<a xmlns:z="${'u'.repeat(60_000)}">${'<b z:a="" z:b=""/>'.repeat(50_000)}</a>`,
    ),
    inAuth('an attribute of 100,000 characters', limit('attribute'), () => `<a b="${'x'.repeat(100_000)}"/>`),
    inAuth('an attribute of 1.9 MB', limit('attribute'), () => `<a b="${fill('x')}"/>`),
    inAuth('a name of 100,000 characters', limit('element name'), () => `<${'x'.repeat(100_000)}/>`),
    inAuth(
      'a prefix of 100,000 characters',
      /not well-formed|element name/,
      () => `<${'x'.repeat(100_000)}:a/>`,
    ),
    inAuth(
      'an attribute name of 100,000 characters',
      limit('attribute name'),
      () => `<a ${'x'.repeat(100_000)}=""/>`,
    ),
    refused('an unknown element of 250 characters', /local:"x{100}…"/, (scene) =>
      envelope(getData(scene, `<dat:${'x'.repeat(250)}/>`)),
    ),
    refusesNote('an entity name of 1.9 MB', () => `&${fill('a')};`, /not well-formed/),
    value(
      'maxQuota',
      () => '1'.repeat(1_000_000),
      /^Unmarshalling Error: For input string: "1{100}…" $/,
      'a number of a million digits',
    ),
    value(
      'maxQuota',
      () => `${'0'.repeat(1_000_000)}1`,
      /^Unmarshalling Error: For input string: "0{100}…" $/,
      'a million zeros before a number',
    ),
    value(
      'maxQuota',
      () => '9223372036854775808',
      /^Unmarshalling Error: For input string: ".+" $/,
      'a number above 64 bits',
    ),
    value(
      'maxQuota',
      () => '1e9',
      /^Unmarshalling Error: For input string: ".+" $/,
      'a number with an exponent',
    ),
    value('maxQuota', () => '0x10', /^Unmarshalling Error: For input string: ".+" $/, 'a hexadecimal number'),
    value('maxQuota', () => 'NaN', /^Unmarshalling Error: For input string: ".+" $/, 'NaN'),
    value('maxQuota', () => '\u0661', /^Unmarshalling Error: For input string: ".+" $/, 'an Arabic digit'),
    value(
      'uploadFileSizeLimit',
      () => '2147483648',
      /^Unmarshalling Error: Not a number: 2147483648 $/,
      'a number above 32 bits',
    ),
    value('birthday', () => '9'.repeat(500_000), /^Unmarshalling Error: 9{100}… $/, 'a date of digits'),
    value(
      'birthday',
      () => '2024-02-30',
      /not a valid representation of an XML Gregorian/,
      'the 30th of February',
    ),
    value(
      'image1',
      () => `${fill('AAAA')}*===`,
      /not a valid base64Binary/,
      'base64 that goes wrong at the end',
    ),
    value('mailenabled', () => 'yes', /not a valid boolean/, 'a boolean in words'),
    answered('a number in 1.9 MB of white space', (scene) =>
      envelope(
        getData(scene).replace(
          `>${scene.userId}<`,
          `>${fill(' ', 950_000)}${scene.userId}${fill('\n', 950_000)}<`,
        ),
      ),
    ),
    answered('a comment of 1.9 MB', (scene) => envelope(`<!--${fill('- ')}-->${getData(scene)}`)),
    answered('an instruction of 1.9 MB', (scene) => envelope(`<?a ${fill('? ')}?>${getData(scene)}`)),
    answered('200,000 comments', (scene) => envelope(getData(scene, '<!---->'.repeat(200_000)))),
    reads('150,000 comments in a value', `a${'<!---->'.repeat(150_000)}b`, 'ab'),
    reads('100,000 empty CDATA sections in a value', `a${'<![CDATA[]]>'.repeat(100_000)}b`, 'ab'),
    refused('a SOAP array of a thousand million', /local:"item"|^Element "user"/, (scene) =>
      envelope(
        getData(scene).replace(
          '<svc:user>',
          '<svc:user xmlns:c="http://schemas.xmlsoap.org/soap/encoding/" xsi:type="c:Array" c:arrayType="dat:User[1000000000]"><item/>',
        ),
      ),
    ),
    {
      what: 'a note of 1.9 MB',
      expected: { kind: 'fault', code: 'Server', text: /^The personal data: no more than 1048576 bytes/ },
      body: (scene) => envelope(changeSparring(scene, `<dat:note>${fill('x')}</dat:note>`)),
    },
    {
      what: 'a login of 1.9 MB',
      expected: { kind: 'fault', code: 'Server', text: /^Authentication failed/ },
      body: (scene) =>
        envelope(
          getData(scene).replace(
            /<rmi:login(.*?)>.*?</,
            (_all, head: string) => `<rmi:login${head}>${fill('x')}<`,
          ),
        ),
    },
    {
      what: 'a password of 1.9 MB',
      expected: { kind: 'fault', code: 'Server', text: /^Authentication failed/i },
      body: (scene) =>
        envelope(
          getData(scene).replace(
            /<rmi:password(.*?)>.*?</,
            (_all, head: string) => `<rmi:password${head}>${fill('x')}<`,
          ),
        ),
    },
    {
      what: '10,000 user attributes',
      expected: { kind: 'fault', code: 'Server', text: /no more than 2000 are allowed/ },
      body: (scene) =>
        envelope(
          changeSparring(
            scene,
            attributesOf(10_000, (index) => `key${index}`),
          ),
        ),
    },
    {
      what: '15,000 aliases',
      expected: { kind: 'fault', code: 'Server', text: /./ },
      body: (scene) =>
        envelope(
          changeSparring(
            scene,
            Array.from({ length: 15_000 }, (_, i) => `<dat:aliases>a${i}@example.org</dat:aliases>`).join(''),
          ),
        ),
    },
    {
      what: '30,000 users asked for at once',
      expected: { kind: 'fault', code: 'Server', text: /./ },
      body: (scene) =>
        envelope(
          `<svc:getMultipleData><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx>${Array.from(
            { length: 30_000 },
            (_, i) => `<svc:users><dat:id>${i + 100}</dat:id></svc:users>`,
          ).join('')}${scene.auth}</svc:getMultipleData>`,
        ),
    },
    {
      what: '25,000 users deleted at once',
      expected: { kind: 'fault', code: 'Server', text: /./ },
      body: (scene) =>
        envelope(
          `<svc:deleteMultiple><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx>${Array.from(
            { length: 25_000 },
            (_, i) => `<svc:users><dat:id>${i + 100}</dat:id></svc:users>`,
          ).join('')}${scene.auth}</svc:deleteMultiple>`,
        ),
    },
    {
      what: 'an address of 1.8 MB',
      expected: { kind: 'fault', code: 'Server', text: /x…$/ },
      body: (scene) =>
        envelope(
          changeSparring(
            scene,
            `<dat:aliases>sparring@example.org</dat:aliases><dat:aliases>${fill('x', 1_800_000)}</dat:aliases>`,
          ),
        ),
    },
    {
      what: 'a search pattern of 100,000 stars',
      expected: { kind: 'answer' },
      body: (scene) =>
        envelope(
          `<svc:list><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx><svc:search_pattern>${'*a'.repeat(50_000)}</svc:search_pattern>${scene.auth}</svc:list>`,
        ),
    },
    {
      what: 'a search pattern that matches in a million ways',
      expected: { kind: 'answer' },
      body: (scene) =>
        envelope(
          `<svc:list><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx><svc:search_pattern>${'*_'.repeat(490)}x</svc:search_pattern>${scene.auth}</svc:list>`,
        ),
    },
  ],
};
