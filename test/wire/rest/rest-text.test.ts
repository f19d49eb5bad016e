import { expect } from 'chai';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { OpenApiDocument } from '../../../src/http/rest/openapi/openapi-document.js';
import { basic, callRest, type RestAnswered } from '../../support/rest/rest-client.js';
import { bodyMembers, placeOf, withMember, type BodyMember } from '../../support/wire/body-members.js';
import { returnedOne } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

/** What XML 1.0 cannot carry. */
const forbidden = ['\0', '\u0001', '\b', '\u000b', '\u001f', '\ud800', '\udc00', '\ufffe', '\uffff'];

interface Mistake {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

describe('wire: the texts of REST', function () {
  this.timeout(120_000);
  let started: World | undefined;
  let world: World;
  let document: OpenApiDocument;
  let members: readonly BodyMember[];
  before(async () => {
    world = started = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
    document = (await callRest(`${world.url}/openapi.json`, 'GET', null)).json as unknown as OpenApiDocument;
    members = bodyMembers(document);
  });
  after(() => started?.stop());

  const filled = (path: string) =>
    path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      name === 'contextId' ? String(world.contextId) : '2',
    );
  const call = (path: string, method: string, body?: unknown, headers = {}) =>
    callRest(`${world.url}${path}`, method.toUpperCase(), world.master, body, headers);
  const mistakesOf = ({ status, json, text: said }: RestAnswered): readonly Mistake[] => {
    expect(status, said).to.equal(400);
    expect(json['type'], said).to.equal('/openapi/#invalid-request');
    return json['errors'] as Mistake[];
  };

  it('every text of every body is refused with a pointer if SOAP could not carry it', async () => {
    const texts = members.filter(({ kind, schema }) => kind === 'name' || hasText(schema));
    expect(texts.length).to.be.greaterThan(100);
    let turn = 0;
    for (const member of texts) {
      const { operation, method, path, segments, kind } = member;
      const character = forbidden[(turn += 1) % forbidden.length] ?? '';
      const body = withMember(exampleOf(member, document), member, `a${character}b`);
      const answer = await call(filled(path), method, body);
      const said = `${operation.operationId} ${placeOf(member)}: ${answer.text}`;
      const [mistake] = mistakesOf(answer);
      const at = kind === 'name' ? segments.slice(0, -1) : segments;
      const pointer = at.map((part) => `/${part === '*' ? '0' : part === '{name}' ? 'some' : part}`).join('');
      expect(mistake?.pointer, said).to.equal(pointer);
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      expect(mistake?.detail, said).to.include(`the character U+${code} is not allowed`);
    }
  });

  it('what XML can carry is stored as it is', async () => {
    const id = await world.newUser('texts');
    for (const character of [
      '\t',
      '\n',
      '\r',
      '\u007f',
      '\u0085',
      '\u2028',
      '\ufeff',
      '\ufffd',
      '😀',
      '\u{1fffe}',
    ]) {
      const displayName = `a${character}b`;
      const changed = await call(`/provisioning/v1/contexts/${world.contextId}/users/${id}`, 'patch', {
        displayName,
      });
      expect(changed.status, changed.text).to.equal(200);
      expect(changed.json['displayName']).to.equal(displayName);
      // A line end in XML is one character.
      const shown = (await world.getUser(id)).children.find(({ local }) => local === 'display_name')?.text;
      expect(shown).to.equal(displayName);
    }
  });

  it('every parameter of every path and query is looked at', async () => {
    let count = 0;
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { parameters, operationId }] of Object.entries(methods))
        for (const { name, in: place } of parameters.filter((each) => each.in !== 'header')) {
          count += 1;
          const bad = place === 'path' ? path.replace(`{${name}}`, 'a%00b') : `${path}?${name}=%EF%BF%BE`;
          const answer = await call(filled(bad), method);
          const [mistake] = mistakesOf(answer);
          const code = place === 'path' ? 'U+0000' : 'U+FFFE';
          expect(mistake, operationId).to.deep.equal({
            parameter: name,
            detail: `the character ${code} is not allowed`,
          });
        }
    expect(count).to.be.greaterThan(100);
  });

  it('what is no UTF-8 is refused, wherever it is', async () => {
    const users = `/provisioning/v1/contexts/${world.contextId}/users`;
    for (const query of ['?pattern=%FF', '?pattern=%ED%A0%80', '?pattern=%C0%80', '?pattern=%zz'])
      expect(mistakesOf(await raw(users + query))[0]?.parameter, query).to.equal('pattern');
    expect(mistakesOf(await raw(`${users}?%FF=1`))[0]?.parameter).to.equal('query');
    expect(mistakesOf(await raw(`${users}?a%00=1`))[0]?.parameter).to.equal('query');
    for (const path of ['/oxaas/v1/admin/forwards/1/%FF', '/quota/v1/%zz', '/audit/v1/%E9'])
      expect(mistakesOf(await raw(path))[0]?.parameter, path).to.equal('path');
    const around = (bytes: number[]) =>
      Buffer.concat([Buffer.from('{"name":"a'), Buffer.from(bytes), Buffer.from('"}')]);
    for (const bytes of [
      [0xff],
      [0xe9],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe2, 0x82],
    ])
      expect(mistakesOf(await raw(users, 'POST', around(bytes)))[0]).to.deep.equal({
        pointer: '',
        detail: 'The body is not UTF-8',
      });
    const utf16 = { 'content-type': 'application/json; charset=utf-16' };
    expect((await raw(users, 'POST', Buffer.from('{}', 'utf16le'), utf16)).status).to.equal(415);
  });

  it('so are credentials', async () => {
    const path = '/provisioning/v1/contexts';
    const authorization = (bytes: Buffer) => ({ authorization: `Basic ${bytes.toString('base64')}` });
    const { login, password } = world.master;
    expect(
      (await raw(path, 'GET', undefined, authorization(Buffer.from(`${login}:${password}`)))).status,
    ).to.equal(200);
    for (const bytes of [
      Buffer.from(`${login}:${password}\0x`),
      Buffer.from(`${login}\0:${password}`),
      Buffer.from(`${login}:\xff`, 'latin1'),
    ]) {
      const refused = await raw(path, 'GET', undefined, authorization(bytes));
      expect(refused.status).to.equal(401);
      expect(refused.json).to.include({ detail: 'Authentication failed' });
    }
    expect(world.log()).not.to.include('\\u0000');
  });

  it('a body may have 100 levels', async () => {
    const nested = (levels: number) => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const announcements = '/oxaas/v1/admin/announcements';
    expect((await call(announcements, 'post', nested(99))).status).to.equal(200);
    for (const levels of [101, 30_000])
      expect(mistakesOf(await call(announcements, 'post', nested(levels)))[0]?.detail).to.match(/too deeply/);
  });

  describe('names that JavaScript uses', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf', '__defineGetter__'];

    it('are stored like others, of attributes, configurations and announcements', async () => {
      const id = await world.newUser('named');
      const entries = Object.fromEntries(names.map((name) => [name, name]));
      const attributes = Object.fromEntries(names.map((name) => [name, entries]));
      const user = `/provisioning/v1/contexts/${world.contextId}/users/${id}`;
      const context = `/provisioning/v1/contexts/${world.contextId}`;
      for (const path of [user, context]) {
        expect((await call(path, 'patch', { attributes })).json['attributes'], path).to.deep.equal(
          attributes,
        );
        expect((await call(path, 'get')).json['attributes']).to.deep.equal(attributes);
        const removed = { attributes: { constructor: { constructor: null } } };
        const { constructor: _gone, ...left } = entries;
        expect((await call(path, 'patch', removed)).json['attributes']).to.deep.equal({
          ...attributes,
          constructor: left,
        });
      }
      const reseller = { name: 'named', displayName: 'Named', password: 'x', configuration: entries };
      expect(
        (await call('/provisioning/v1/resellers', 'post', reseller)).json['configuration'],
      ).to.deep.equal(entries);
      const announced = (await call('/oxaas/v1/admin/announcements', 'post', entries)).json;
      expect(announced).to.deep.include(entries);
    });

    it('__proto__ is refused, never dropped', async () => {
      const user = `/provisioning/v1/contexts/${world.contextId}/users/2`;
      const bodies = [
        [user, 'patch', '{"attributes":{"__proto__":{"a":"b"}}}', '/attributes/__proto__'],
        [user, 'patch', '{"attributes":{"a":{"__proto__":"b"}}}', '/attributes/a/__proto__'],
        [user, 'patch', '{"__proto__":{}}', '/__proto__'],
        ['/oxaas/v1/admin/announcements', 'post', '{"a":[{"__proto__":1}]}', '/a/0/__proto__'],
      ] as const;
      for (const [path, method, body, pointer] of bodies)
        expect(mistakesOf(await call(path, method, body))[0]?.pointer, body).to.equal(pointer);
    });

    it('what SOAP stores under such a name REST shows', async () => {
      const id = await world.newUser('soapnamed');
      const holding = <T>(value: T): Record<string, T> => Object.fromEntries([['__proto__', value]]);
      await world.changed(id, { userAttributes: holding(holding('kept')) });
      const path = `/provisioning/v1/contexts/${world.contextId}/users/${id}`;
      const { text: shown } = await call(path, 'get');
      expect(shown).to.include('"__proto__":{"__proto__":"kept"}');
      const soap = returnedOne(await world.users('getData', { ctx: world.ctx, user: { id } }));
      expect(JSON.stringify(soap)).to.include('kept');
    });
  });

  const raw = (path: string, method = 'GET', body?: Buffer, headers = {}): Promise<RestAnswered> =>
    new Promise((resolve, reject) => {
      const options = { method, headers: { authorization: basic(world.master), ...headers } };
      const url = new URL(world.url);
      const sent = request({ ...options, host: url.hostname, port: url.port, path }, (answer) => {
        text(answer)
          .then((read) => {
            const json = JSON.parse(read) as RestAnswered['json'];
            resolve({ status: answer.statusCode ?? 0, headers: new Headers(), text: read, json });
          })
          .catch(reject);
      });
      sent.on('error', reject).end(body);
    });
});

function hasText({ type, anyOf, enum: values }: BodyMember['schema']): boolean {
  // Of one of few values another text is refused, too, whatever stands in it.
  if (values !== undefined) return true;
  const types: readonly unknown[] = [type].flat();
  return types.includes('string') || (type === undefined && anyOf === undefined);
}

function exampleOf({ operation }: BodyMember, document: OpenApiDocument): unknown {
  const schema = operation.requestBody?.content['application/json']?.schema ?? {};
  const name = schema.$ref?.split('/').at(-1) ?? '';
  return (document.components.schemas[name] ?? schema).examples?.[0];
}
