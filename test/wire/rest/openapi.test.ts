import { expect } from 'chai';
import type {
  OpenApiDocument,
  OpenApiOperation,
  JsonSchema,
} from '../../../src/http/rest/openapi/openapi-document.js';
import { requirePart } from '../../support/processes/require-part.js';
import {
  jsonSchemaIsInstalled,
  openApiMistakes,
  type AnswerToCheck,
} from '../../support/rest/json-schema-checks.js';
import { mountedRoutes } from '../../support/rest/mounted-routes.js';
import { callRest, type RestAnswered } from '../../support/rest/rest-client.js';
import type { Credentials } from '../../support/wire/raw-soap.js';
import { World } from '../fixtures.js';

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

interface Mistake {
  readonly pointer?: string;
  readonly detail?: string;
}

const fast = { passwordMech: 'SHA-512' };

/** What is served beside REST. */
const other =
  /^\/(console\/.*|health\/|metrics$|webservices|servlet\/|openapi(\.json|\/style\.css|\/script\.js)?$|$)/;

/** Where the example of a schema would meet something that is there already, or needs something else. */
const otherBodies: Readonly<Record<string, unknown>> = {
  createReseller: { name: 'fresh', displayName: 'Fresh', password: 'pw-fresh' },
};

describe('wire: the OpenAPI document', function () {
  this.timeout(180_000);
  const answers: AnswerToCheck[] = [];
  let started: World | undefined;
  let world: World;
  let document: OpenApiDocument;
  let operations: readonly Placed[];
  let resellerId: number;

  before(async () => {
    world = started = await World.start({ DEFAULT_PASSWORD_MECHANISM: 'SHA-512' });
    resellerId = await world.newReseller({ login: 'lonely', password: 'pw-lonely' }, fast);
    document = (await callRest(`${world.url}/openapi.json`, 'GET', null)).json as unknown as OpenApiDocument;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
    );
  });
  after(() => started?.stop());

  const call = ({ method, path }: Placed, params: Params, as: Credentials | null, body?: unknown) => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      encodeURIComponent(params[name] ?? '1'),
    );
    const query = path.endsWith('/sessions') ? `?contextId=${world.contextId}` : '';
    return callRest(`${world.url}${filled}${query}`, method.toUpperCase(), as, body);
  };

  it('lists exactly the routes that are mounted', async () => {
    const mounted = (await mountedRoutes(world.url))
      .filter(({ path }) => !other.test(path))
      .map(({ method, path }) =>
        `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`.replace(' /api/oxaas', ' /oxaas'),
      );
    const listed = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(listed.length).to.be.greaterThan(60);
    expect([...listed].sort()).to.deep.equal([...new Set(mounted)].sort());
  });

  it('says where the service is, and names each operation once', () => {
    expect(document.openapi).to.equal('3.1.0');
    expect(document.servers).to.deep.equal([{ url: world.url }]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('every body has an example', () => {
    const without = operations.filter(
      ({ operation }) => operation.requestBody !== undefined && exampleOf(operation, document) === undefined,
    );
    expect(without.map(({ operation }) => operation.operationId)).to.deep.equal([]);
  });

  it('without credentials every operation answers 401 with a problem', async () => {
    for (const one of operations) isProblem(await call(one, {}, null, bodyOf(one, document)), 401, one);
  });

  // Checking a password takes its time; test/security/isolation-rest.test.ts does this with every call.
  it('with a wrong password a call of each kind answers 401 with a problem', async () => {
    const as = { login: 'lonely', password: 'not-the-password' };
    const params = { ...ids(world.contextId, 2), context: String(world.contextId), module: 'calendar' };
    for (const { name } of document.tags) {
      const one = operations.find(({ operation }) => operation.tags[0] === name);
      if (one === undefined) throw new Error(`nothing has the tag ${name}`);
      isProblem(await call(one, params, as, bodyOf(one, document)), 401, one);
    }
  });

  it('what is no id is not found', async () => {
    const numeric = operations.filter(({ path }) =>
      /\{(context|user|group|reseller|announcement)Id\}/.test(path),
    );
    expect(numeric.length).to.be.greaterThan(50);
    const params = {
      contextId: '01',
      userId: 'x',
      groupId: '0',
      resellerId: '2147483648',
      announcementId: '-1',
    };
    for (const one of numeric)
      isProblem(await call(one, params, world.master, bodyOf(one, document)), 404, one);
  });

  it('a body that does not fit is refused with pointers', async () => {
    const user = await world.newUser('pointed', fast);
    for (const one of operations.filter(({ operation }) => operation.requestBody !== undefined)) {
      const params = await furnish(world, user, resellerId, one.path);
      // An announcement is whatever object its author sends.
      const takesAll = one.operation.operationId === 'createAnnouncement';
      const objects = takesAll ? [] : ['{"__proto__":{"x":1},"constructor":1}', '{"x":{"y":[{}]}}'];
      for (const body of ['"text"', 'null', '[{"kind":7}]', '{', ...objects]) {
        const refused = await call(one, params, world.master, body);
        isProblem(refused, 400, one);
        const { type, errors = [] } = refused.json as { type?: string; errors?: Mistake[] };
        expect(type, `${one.operation.operationId} ${body}`).to.equal('/openapi/#invalid-request');
        expect(errors, refused.text).to.be.an('array').that.is.not.empty;
        for (const { pointer, detail } of errors) {
          expect(pointer).to.match(/^(\/.*)?$/);
          expect(detail).to.be.a('string').that.is.not.empty;
        }
      }
    }
  });

  it('every operation can be carried out, and answers as it is declared', async () => {
    const order = [...operations].sort((a, b) => rank(a) - rank(b));
    for (const one of order) {
      const { method, path, operation } = one;
      const user = path.includes('{userId}') ? await world.newUser(`worked${(made += 1)}`, fast) : 2;
      const params = await furnish(world, user, resellerId, path);
      const sent = otherBodies[operation.operationId] ?? bodyOf(one, document);
      const answer = await call(one, params, world.master, sent);
      const said = `${method} ${path}: ${answer.status} ${answer.text}`;
      expect(answer.status, said).to.be.within(200, 299);
      const declared = operation.responses[answer.status];
      if (declared === undefined || '$ref' in declared) throw new Error(`${said} is not declared`);
      const schema = declared.content?.['application/json']?.schema;
      if (schema === undefined) expect(answer.text, said).to.equal('');
      else answers.push({ name: said.slice(0, 200), schema, value: answer.json });
      if (answer.status === 201 && path.startsWith('/provisioning'))
        expect(answer.headers.get('location'), said).to.match(
          new RegExp(`^${path.slice(path.lastIndexOf('/') + 1)}/${String(answer.json['id'])}$`),
        );
    }
  });

  it('is valid by the official schema of 3.1, as are its schemas, its examples and what was answered', function () {
    requirePart(this, 'python3-jsonschema', jsonSchemaIsInstalled());
    expect(answers.length).to.be.greaterThan(40);
    expect(openApiMistakes(document, answers)).to.deep.equal([]);
    // The check itself can fail.
    const broken = { ...document, info: {} };
    const wrong = [
      { name: 'broken', schema: { $ref: '#/components/schemas/Problem' }, value: { status: 'x' } },
    ];
    expect(openApiMistakes(broken, wrong).join('\n')).to.match(/title[^]*broken/);
  });
});

type Params = Readonly<Record<string, string>>;

function ids(contextId: number, userId: number): Params {
  return { contextId: String(contextId), userId: String(userId) };
}

/** One thing of each kind that a path can name. */
async function furnish(world: World, userId: number, resellerId: number, path: string): Promise<Params> {
  const post = async (at: string, body: unknown): Promise<string> => {
    const { status, text, json } = await callRest(`${world.url}${at}`, 'POST', world.master, body);
    if (status > 299) throw new Error(`${at}: ${status} ${text}`);
    return String(json['id']);
  };
  const context = `/contexts/${world.contextId}`;
  const name = `group${(made += 1)}`;
  const alias = 'info@openapi.example';
  const parts: Readonly<Record<string, () => Promise<string>>> = {
    groupId: () => post(`/provisioning/v1${context}/groups`, { name, displayName: name }),
    announcementId: () => post('/oxaas/v1/admin/announcements', { text: 'x' }),
    reservationId: () =>
      path.includes('/objects/')
        ? post(`/quota/v1${context}/objects/calendar/reservations`, { count: 1, key: name })
        : post(`/quota/v1${context}/users/${userId}/reservations`, { bytes: 1, key: name }),
    alias: async () => {
      const forwards = ['a@far.example', `${name}@far.example`];
      await post(`/oxaas/v1/admin/forwards/${world.contextId}/${alias}`, forwards);
      return alias;
    },
    mailDomain: async () => {
      const mailDomain = `${name}.example`;
      await callRest(`${world.url}/provisioning/v1/mail-domains/${mailDomain}`, 'PUT', world.master, {});
      return mailDomain;
    },
    domain: async () => {
      await post('/oxaas/v1/admin/sharedmaildomains/shared.example', undefined);
      return 'shared.example';
    },
  };
  const params: Record<string, string> = {
    ...ids(world.contextId, userId),
    resellerId: String(resellerId),
    module: 'calendar',
    context: String(world.contextId),
  };
  for (const [part, make] of Object.entries(parts))
    if (path.includes(`{${part}}`)) params[part] = await make();
  return params;
}
let made = 0;

/** Deletions last, that of the context last of all. */
function rank({ method, path }: Placed): number {
  return method === 'delete' ? (path.endsWith('/contexts/{contextId}') ? 2 : 1) : 0;
}

function isProblem(answer: RestAnswered, status: number, { method, path, operation }: Placed): void {
  const said = `${method} ${path}: ${answer.text}`;
  expect(answer.status, said).to.equal(status);
  expect(answer.headers.get('content-type'), said).to.match(/^application\/problem\+json/);
  expect(answer.json, said).to.include({ status, requestId: answer.headers.get('x-request-id') });
  expect(answer.json, said).to.include.keys('type', 'title', 'detail');
  expect(operation.responses, said).to.include.keys(String(status));
}

function exampleOf({ requestBody }: OpenApiOperation, document: OpenApiDocument): unknown {
  const schema: JsonSchema | undefined = requestBody?.content['application/json']?.schema;
  const name = schema?.$ref?.split('/').at(-1) ?? '';
  return (document.components.schemas[name] ?? schema)?.examples?.[0];
}

function bodyOf({ operation }: Placed, document: OpenApiDocument): unknown {
  return exampleOf(operation, document);
}
