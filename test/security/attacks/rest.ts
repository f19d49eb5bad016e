import { gzipSync } from 'node:zlib';
import type { Attack, Outcome, Scene, Theme } from './attack.js';

const json = (scene: Scene): Record<string, string> => ({
  'content-type': 'application/json',
  authorization: scene.basic,
});

const status = (...codes: number[]): Outcome => ({ kind: 'http', status: codes, notText: /native code/ });

const user = (scene: Scene): string => `/contexts/${scene.contextId}/users/${scene.userId}`;

const put = (
  what: string,
  body: string | Buffer | (() => string | Buffer),
  expected: Outcome = status(400),
): Attack => ({
  what,
  method: 'PUT',
  path: (scene) => `/oxaas/v1/admin${user(scene)}/spamlevel`,
  headers: json,
  body: typeof body === 'function' ? body : () => body,
  expected,
});

const reserve = (what: string, body: string | (() => string), expected: Outcome = status(400)): Attack => ({
  what,
  path: (scene) => `/quota/v1${user(scene)}/reservations`,
  headers: json,
  body: typeof body === 'function' ? body : () => body,
  expected,
});

const announce = (what: string, body: string, expected: Outcome): Attack => ({
  what,
  path: () => '/oxaas/v1/admin/announcements',
  headers: json,
  body: () => body,
  expected,
});

const get = (what: string, path: (scene: Scene) => string, ...codes: number[]): Attack => ({
  what,
  method: 'GET',
  path,
  headers: (scene) => ({ authorization: scene.basic }),
  expected: status(...codes),
});

const authorized = (what: string, authorization: string): Attack => ({
  what,
  method: 'GET',
  path: (scene) => `/quota/v1${user(scene)}`,
  headers: () => ({ authorization }),
  expected: status(401),
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** The calls that are no SOAP: their JSON, their paths, their logins. */
export const rest: Theme = {
  title: 'REST',
  attacks: [
    put('JSON of 30,000 lists', nested(30_000, '[', ']')),
    put('JSON of 10,000 objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
    announce('an announcement of 10,000 lists', `{"a":${nested(10_000, '[', ']')}}`, status(200, 400)),
    put('JSON that does not end', '{"spamlevel":"low"'),
    put('JSON with something behind it', '{"spamlevel":"low"}x'),
    put('JSON with comments', '{"spamlevel":"low" /* x */}'),
    put('a number in place of a text', '{"spamlevel":1}'),
    put('an object in place of a text', '{"spamlevel":{"$ne":null}}'),
    put('a list in place of an object', '["spamlevel"]'),
    put('null in place of an object', 'null'),
    put('a text in place of an object', '"spamlevel"'),
    put('no JSON at all', ''),
    put('NUL bytes', '\0\0\0'),
    put('JSON of 70,000 characters', () => `{"spamlevel":"${'x'.repeat(70_000)}"}`, status(413)),
    put('JSON in UTF-16', () => Buffer.from('\ufeff{"spamlevel":"low"}', 'utf16le')),
    put('bad UTF-8 in JSON', () =>
      Buffer.from([...Buffer.from('{"spamlevel":"'), 0xc0, 0xaf, ...Buffer.from('"}')]),
    ),
    put('an unknown spam level', '{"spamlevel":"\\u0000\\ud800"}'),
    put('a spam level named __proto__', '{"spamlevel":"__proto__"}'),
    put('keys that every object has, and no other', '{"__proto__":{"spamlevel":"low"}}'),
    put('the same of constructor', '{"constructor":{"prototype":{"spamlevel":"low"}}}'),
    put('a key twice, of which the last counts', '{"spamlevel":"evil","spamlevel":"low"}', {
      kind: 'http',
      status: 200,
      text: /"low"/,
    }),
    {
      ...put('JSON in a bomb of gzip', () => gzipSync(Buffer.alloc(50_000_000, ' ')), status(413)),
      headers: (scene) => ({ ...json(scene), 'content-encoding': 'gzip' }),
    },
    {
      ...put('JSON that is no gzip', 'evil', status(400)),
      headers: (scene) => ({ ...json(scene), 'content-encoding': 'gzip' }),
    },
    {
      ...put('a charset that nobody has', '{"spamlevel":"low"}', status(400, 415)),
      headers: (scene) => ({ ...json(scene), 'content-type': 'application/json; charset=x-evil' }),
    },
    announce('an announcement with __proto__', '{"__proto__":{"polluted":"yes"},"title":"x"}', {
      kind: 'http',
      status: [200, 400],
      notText: /"polluted":"yes","id"/,
    }),
    announce('an announcement with an id and a state of its own', '{"id":-1,"enabled":false,"title":"x"}', {
      kind: 'http',
      status: 200,
      text: /"enabled":true/,
      notText: /"id":-1/,
    }),
    announce(
      'an announcement with characters that XML has not',
      '{"title":"\\u0000\\ud800\\u001b[31m"}',
      status(200, 400),
    ),
    reserve('a number beyond all numbers', '{"bytes":1e400,"key":"k"}'),
    reserve('a number that no integer can be', '{"bytes":9007199254740993,"key":"k"}'),
    reserve('a fraction', '{"bytes":1.5,"key":"k"}'),
    reserve('a negative number', '{"bytes":-1,"key":"k"}'),
    reserve('a number of 60,000 digits', () => `{"bytes":${'9'.repeat(60_000)},"key":"k"}`),
    reserve('a number in a text', '{"bytes":"1","key":"k"}'),
    reserve('not a number', '{"bytes":NaN,"key":"k"}'),
    reserve('a key of 256 characters', () => `{"bytes":1,"key":"${'k'.repeat(256)}"}`),
    reserve('a key with a NUL', '{"bytes":1,"key":"a\\u0000b"}'),
    reserve('a key with half a character', '{"bytes":1,"key":"a\\ud800"}'),
    reserve('a key with a line end', '{"bytes":1,"key":"a\\r\\nb"}'),
    reserve('an unknown member', '{"bytes":1,"key":"k","evil":1}'),
    reserve('an own __proto__', '{"bytes":1,"key":"k","__proto__":{"kind":"mail"}}', status(201, 400)),
    reserve('a kind that every object has', '{"bytes":1,"key":"k","kind":"constructor"}'),
    reserve('a lifetime of ages', '{"bytes":1,"key":"k","ttlSeconds":1e15}'),
    ...[
      '1e1',
      '0x1',
      '-1',
      '1.0',
      '01',
      '2147483648',
      '99999999999999999999',
      '1%00',
      '1%0a',
      '%31%20',
      '__proto__',
      "1' OR '1'='1",
    ].map((id) =>
      get(
        `the context id ${id} in a path`,
        (scene) => `/quota/v1/contexts/${encodeURI(decodeSafely(id))}/users/${scene.userId}`,
        400,
        404,
      ),
    ),
    get(
      'a module that every object has',
      (scene) => `/quota/v1/contexts/${scene.contextId}/objects/constructor/usage`,
      404,
    ),
    get(
      'another module of that sort',
      (scene) => `/quota/v1/contexts/${scene.contextId}/objects/__proto__/usage`,
      404,
    ),
    get('a kind of files twice', (scene) => `/quota/v1${user(scene)}/usage?kind=drive&kind=snippet`, 400),
    get(
      'a kind of files in brackets',
      (scene) => `/quota/v1${user(scene)}/usage?kind[__proto__]=drive`,
      200,
      400,
    ),
    get('a forward by a pattern', () => '/oxaas/v1/admin/forwards/%25/%25', 400, 403, 404),
    get('a forward by traversal', () => '/oxaas/v1/admin/forwards/..%2f..%2fetc/passwd', 400, 403, 404),
    get('a domain that is SQL', () => "/oxaas/v1/admin/sharedmaildomains/x'%20OR%201=1%20--", 200),
    get('a reservation by traversal', (scene) => `/quota/v1${user(scene)}/reservations/../../../../1`, 404),
    {
      what: 'a reservation that is SQL',
      method: 'DELETE',
      path: (scene) => `/quota/v1${user(scene)}/reservations/${encodeURIComponent("' OR 1=1 --")}`,
      headers: json,
      expected: status(404),
    },
    {
      what: 'sessions of two contexts at once',
      method: 'DELETE',
      path: (scene) => `/oxaas/v1/admin/sessions?contextId=${scene.contextId}&contextId=1`,
      headers: json,
      expected: status(400),
    },
    { ...get('PATCH', (scene) => `/quota/v1${user(scene)}`, 404), method: 'PATCH' },
    { ...get('TRACE', (scene) => `/quota/v1${user(scene)}`, 404), method: 'TRACE' },
    authorized('no scheme', 'evil'),
    authorized('Basic of nothing', 'Basic '),
    authorized('Basic that is no base64', 'Basic *****'),
    authorized('Basic without a colon', basic('reseller1')),
    authorized('Basic of NUL', basic('\0:\0')),
    authorized('Basic with a second line', basic('x\r\n{"message":"forged"}:y')),
    authorized('Basic with SQL', basic("reseller1' --:x")),
    authorized('Basic of 10,000 characters', basic(`${'x'.repeat(7_000)}:y`)),
    authorized('Basic named like a prototype', basic('__proto__:constructor')),
    authorized('a Bearer token where none is set', 'Bearer undefined'),
    authorized('a Bearer token that is null', 'Bearer null'),
    authorized('a token of another scheme', 'Digest username="reseller1"'),
  ],
};

function decodeSafely(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}
