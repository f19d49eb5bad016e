import { answered, envelope, getData, xmlHeaders, type Attack, type Theme } from './attack.js';

const USERS = '/webservices/OXResellerUserService';

/** A path that must lead to nothing. */
const nowhere = (path: string, ...statuses: number[]): Attack => ({
  what: `the path ${path.slice(0, 70)}`,
  method: 'GET',
  path: () => path,
  expected: { kind: 'http', status: [404, ...statuses], notText: /root:|"name": "oxbow"|DATABASE_URL/ },
});

/** A path below a service, which is the service, and nothing beside it. */
const belowService = (path: string): Attack => ({
  what: `the path ${path} below a service`,
  method: 'GET',
  path: () => `${USERS}${path}`,
  expected: { kind: 'http', status: 500, text: NO_OPERATION, notText: /root:|"name": "oxbow"|DATABASE_URL/ },
});

/** A query that must not matter. */
const query = (text: string, expected: RegExp, status = 200): Attack => ({
  what: `the query ${text.slice(0, 70)}`,
  method: 'GET',
  path: () => `${USERS}?${text}`,
  expected: { kind: 'http', status, text: expected, notText: /root:|evil/ },
});

/** Headers that must not get into the WSDL. */
const host = (what: string, headers: Record<string, string>): Attack => ({
  what,
  method: 'GET',
  path: () => `${USERS}?wsdl`,
  headers: () => headers,
  expected: {
    kind: 'http',
    status: 200,
    text: /location="http:\/\/127\.0\.0\.1:\d+\/webservices\/OXResellerUserService"/,
    notText: /evil/,
  },
});

const WSDL = /<wsdl:definitions|<definitions/;
const NO_OPERATION = /<faultstring>No binding operation info/;

/** Who the client says he is talking to, and what he would like to read beside the services. */
export const spoofing: Theme = {
  title: 'hosts, paths and queries',
  attacks: [
    host('a host that is markup', { host: 'evil"><script>alert(1)</script>' }),
    host('a host with a login', { host: 'user:evil@127.0.0.1' }),
    host('a host with a path', { host: '127.0.0.1/evil' }),
    host('a host with a port that is none', { host: 'evil.example:99999' }),
    host('a host of blanks', { host: ' ' }),
    host('a host with a query', { host: 'evil?a=b' }),
    host('a host of 5,000 characters', { host: 'evil'.repeat(1_250) }),
    host('a forwarded host that nobody trusts', { 'x-forwarded-host': 'evil.example' }),
    host('a forwarded protocol that nobody trusts', { 'x-forwarded-proto': 'evil' }),
    host('a forwarded port that nobody trusts', { 'x-forwarded-port': '666', 'x-forwarded-for': 'evil' }),
    host('the standard header of proxies', { forwarded: 'for=evil;host=evil.example;proto=https' }),
    host('other headers of proxies', {
      'x-original-url': '/evil',
      'x-rewrite-url': '/evil',
      'x-host': 'evil',
      'x-forwarded-server': 'evil',
    }),
    {
      what: 'another method in a header',
      expected: { kind: 'answer' },
      body: (scene) => envelope(getData(scene)),
      headers: xmlHeaders({ 'x-http-method-override': 'DELETE', 'x-method-override': 'PUT' }),
    },
    answered('a referer and a cookie', (scene) => envelope(getData(scene)), {
      headers: xmlHeaders({ referer: 'http://evil.example/', cookie: '__proto__=x' }),
    }),
    {
      what: 'an origin',
      expected: { kind: 'http', status: 403, text: /another site/ },
      body: (scene) => envelope(getData(scene)),
      headers: xmlHeaders({ origin: 'http://evil.example' }),
    },
    ...[
      '/webservices/../../../../etc/passwd',
      '/webservices/..%2f..%2f..%2fetc%2fpasswd',
      '/webservices/%2e%2e/%2e%2e/etc/passwd',
      '/webservices/..;/..;/etc/passwd',
      '/webservices/....//....//etc/passwd',
      '/webservices/..\\..\\etc\\passwd',
      '/webservices/..%5c..%5cetc%5cpasswd',
      '/webservices/%252e%252e%252fetc%252fpasswd',
      '/webservices/OXResellerUserService.wsdl',
      '/webservices/__proto__',
      '/webservices/constructor',
      '/webservices/toString?wsdl',
      '/webservices/hasOwnProperty',
      '/package.json',
      '/.env',
      '/.git/config',
      '/data/oxbow.db',
      '/wsdl/OXResellerUserService.wsdl',
      '/src/main.ts',
      '/server-status',
      '/actuator/env',
      `/webservices/${'a'.repeat(8_000)}`,
      `/webservices${'/a'.repeat(3_000)}`,
      `/webservices/${'%25'.repeat(2_000)}`,
    ].map((path) => nowhere(path)),
    belowService('/../../package.json'),
    nowhere('/webservices/%00', 400),
    nowhere('/webservices/OXResellerUserService%00.wsdl', 400),
    nowhere('/webservices/%c0%ae%c0%ae/etc/passwd', 400),
    nowhere('/webservices/%zz', 400),
    nowhere('/webservices/%ED%A0%80', 400),
    nowhere('/webservices/%0d%0aSet-Cookie:evil=1', 400),
    query('wsdl=../../../../etc/passwd', WSDL),
    query('wsdl&file=/etc/passwd', WSDL),
    query('wsdl&wsdl&WSDL=evil', WSDL),
    query('singleWsdl=http://evil.example/', WSDL),
    query('xsd=../../../../etc/passwd', NO_OPERATION, 500),
    query('xsd=xsd/types.xsd', NO_OPERATION, 500),
    query('__proto__[wsdl]=1', NO_OPERATION, 500),
    query('__proto__=wsdl&constructor=wsdl&toString', NO_OPERATION, 500),
    query('constructor[prototype][wsdl]=evil', NO_OPERATION, 500),
    query(`${'a[]=1&'.repeat(1_500)}b`, NO_OPERATION, 500),
    query(`a${'[b]'.repeat(3_000)}=1`, NO_OPERATION, 500),
    query('%zz=%c0%af&%00', NO_OPERATION, 500),
    query('%0d%0aSet-Cookie:%20evil=1', NO_OPERATION, 500),
    {
      what: 'a query on a POST',
      expected: { kind: 'answer' },
      path: () => `${USERS}?wsdl&op=deleteAll`,
      body: (scene) => envelope(getData(scene)),
    },
  ],
};
