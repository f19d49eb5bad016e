import type { Attack, RawStep, Scene } from './attack.js';

const USERS = '/webservices/OXResellerUserService';

const start = `POST ${USERS} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n`;

/** So many pieces with pauses between them would take far longer than the limit. */
const drip = (piece: string, pauseMs = 400, count = 100): RawStep[] =>
  Array.from({ length: count }, () => [piece, pauseMs]).flat();

const slow = (what: string, raw: (scene: Scene) => readonly RawStep[]): Attack => ({
  what,
  raw,
  expected: { kind: 'closed', statuses: [400, 408] },
});

/** A SOAP request that is told what was wrong. */
const slowBody = (what: string, raw: () => readonly RawStep[]): Attack => ({
  what,
  raw,
  expected: {
    kind: 'closed',
    statuses: [408],
    text: /<faultstring>The request body did not arrive in time\./,
  },
});

/** Clients that take their time. */
export const slowness: readonly Attack[] = [
  slow('a request line, letter by letter', () => drip('P')),
  slow('headers, one by one', () => [start, ...drip('X-A: b\r\n')]),
  slow('headers, letter by letter', () => [`${start}X-A: `, ...drip('b')]),
  slow('headers that stop', () => [start]),
  slowBody('a body that never comes', () => [`${start}Content-Length: 100\r\n\r\n`]),
  slowBody('a body, letter by letter', () => [`${start}Content-Length: 100\r\n\r\n`, ...drip('<')]),
  slowBody('chunks, one by one', () => [`${start}Transfer-Encoding: chunked\r\n\r\n`, ...drip('1\r\n<\r\n')]),
  slowBody('a chunk that does not end', () => [`${start}Transfer-Encoding: chunked\r\n\r\n1000\r\n<`]),
  slow('trailers that do not end', () => [
    `${start}Transfer-Encoding: chunked\r\n\r\n1\r\n<\r\n0\r\n`,
    ...drip('a: b\r\n'),
  ]),
  slow('an expectation and then nothing', () => [
    `${start}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
  ]),
  slow('a REST body, letter by letter', (scene) => [
    `PUT /oxaas/v1/admin/contexts/1/users/1/spamlevel HTTP/1.1\r\nHost: x\r\nAuthorization: ${scene.basic}\r\nContent-Length: 50\r\n\r\n`,
    ...drip('{'),
  ]),
  slow('nothing at all', () => [1]),
];
