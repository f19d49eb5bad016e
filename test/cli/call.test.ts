import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WsdlClient } from '../../src/cli/wsdl/wsdl-client.js';
import { writeMessage } from '../../src/cli/wsdl/write-message.js';
import type { ComplexTypeDescriptor, SimpleType } from '../../src/soap/contract/descriptors.js';
import { SOAP_11 } from '../../src/soap/contract/limits.js';
import { contractOf } from '../../src/soap-client/soap-client.js';
import { schemaComplaint } from '../support/wire/schema-complaint.js';
import { World } from '../wire/fixtures.js';
import { oxbow } from './oxbow.js';
import { runHere } from './run-here.js';

describe('oxbow call at our own services', function () {
  this.timeout(60_000);
  let world: World;
  let directory: string;
  let env: Record<string, string>;
  before(async () => {
    world = await World.start();
    const { login, password } = world.reseller;
    env = { OX_ENDPOINT: world.url, OX_ADMIN_USER: login, ADMIN_PASSWORD: password };
    directory = await mkdtemp(join(tmpdir(), 'oxbow-call-'));
  });
  after(async () => {
    await world.stop();
    await rm(directory, { recursive: true });
  });

  const urlOf = (service: string) => `${world.url}/webservices/${service}?wsdl`;
  const jsonFile = async (args: object): Promise<string> => {
    const file = join(directory, 'arguments.json');
    await writeFile(file, JSON.stringify(args));
    return file;
  };
  const call = async (service: string, operation: string, args: object, ...more: string[]) =>
    runHere(['call', urlOf(service), operation, '--json', await jsonFile(args), ...more], env);
  const returned = async (service: string, operation: string, args: object, ...more: string[]) => {
    const { out, err, exitCode } = await call(service, operation, args, ...more);
    expect(exitCode, err).to.equal(0);
    return (JSON.parse(out) as { return?: unknown } | null)?.return;
  };

  const user = {
    primaryEmail: 'call@call.example',
    name: 'call',
    email1: 'call@call.example',
    password: 'secret-Call-1',
    sur_name: 'Called',
    given_name: 'By <WSDL> & "name"',
    display_name: '  two spaces  ',
    aliases: ['call@call.example', 'other@call.example'],
    mail_folder_drafts_name: null,
    birthday: '1980-02-29',
    userAttributes: {
      entries: [{ value: { entries: [{ value: 'v', key: 'k' }] }, key: 'com.example' }],
    },
  };

  it('creates, reads, changes, lists and deletes a user, whatever the order of members', async () => {
    const { ctx } = world;
    const made = await returned('OXResellerUserService', 'create', { usrdata: user, ctx });
    const { id } = made as { id: number };
    expect(id).to.be.a('number');
    const read = await returned('OXResellerUserService', 'getData', { user: { id }, ctx });
    expect(read).to.deep.include({
      name: 'call',
      given_name: user.given_name,
      display_name: user.display_name,
      userAttributes: user.userAttributes,
    });
    expect((read as { birthday: string }).birthday).to.match(/^1980-02-29/);
    expect((read as { aliases: string[] }).aliases).to.have.members(user.aliases);
    const change = { usrdata: { department: 'Sales', id }, ctx };
    const changed = await call('OXResellerUserService', 'change', change);
    expect(changed).to.include({ out: 'null\n', exitCode: 0 });
    const listed = await returned('OXUserService', 'list', { search_pattern: 'cal*', ctx });
    expect(listed).to.have.length(1);
    expect((listed as { id: number }[])[0]).to.include({ id, department: null });
    expect(await call('OXResellerUserService', 'delete', { user: { id }, ctx })).to.include({ exitCode: 0 });
  });

  it('tells nil, long numbers and lists as they are', async () => {
    const [context] = (await returned('OXContextService', 'list', { search_pattern: '*' }, ...master())) as {
      readonly id: number;
      readonly loginMappings: unknown;
      readonly maxQuota: unknown;
    }[];
    expect(context?.id).to.equal(world.contextId);
    expect(context?.loginMappings).to.be.an('array');
    expect(context?.maxQuota).to.be.a('number');
  });

  const master = () => ['-A', world.master.login, '-P', world.master.password];
  const page = { search_pattern: '*' };
  const calls: readonly [string, string, (world: World) => object, boolean][] = [
    ['OXContextService', 'listAll', () => ({}), true],
    ['OXGroupService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXResellerContextService', 'list', () => page, false],
    ['OXResellerGroupService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXResellerResourceService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXResellerService', 'list', () => page, true],
    ['OXResellerUserService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXResourceService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXSecondaryAccountService', 'list', ({ ctx }) => ({ context: ctx, users: [{ id: 2 }] }), false],
    ['OXUserService', 'listAll', ({ ctx }) => ({ ctx }), false],
    ['OXUtilService', 'listAllServer', () => ({}), true],
    ['OXaaSService', 'getMailQuota', ({ contextId }) => ({ ctxid: contextId, usrid: 2 }), false],
  ];
  for (const [service, operation, args, isForMaster] of calls) {
    it(`sends every operation of ${service} as its schema has it, and calls ${operation}`, async () => {
      const client = await WsdlClient.open(urlOf(service), reading);
      for (const { name, request } of contractOf(service).operations.values()) {
        const operation = client.operation(name);
        if (operation === null) throw new Error(`${name} is not in the WSDL`);
        const body = writeMessage(operation.body, reversed(request.type));
        const xml = `<e:Envelope xmlns:e="${SOAP_11}" xmlns:xsi="${XSI}"><e:Body>${body}</e:Body></e:Envelope>`;
        const complaint = await schemaComplaint(`${world.url}/webservices/${service}`, service, xml);
        expect(complaint, `${name}: ${xml}`).to.equal(null);
      }
      const answer = await call(service, operation, args(world), ...(isForMaster ? master() : []));
      expect(answer.exitCode, answer.err).to.equal(0);
      expect(JSON.parse(answer.out)).to.satisfy((value: unknown) => typeof value === 'object');
    });
  }

  it('knows services of OX_ENDPOINT by their names, and lists operations', async () => {
    const { out } = await runHere(['call', 'OXUtilService'], env);
    expect(out.split('\n')).to.include.members(['registerServer', 'listAllServer']);
    const args = await jsonFile({ ctx: world.ctx });
    const answer = await runHere(['call', 'OXUserService', 'listAll', '--json', args], env);
    expect(answer.exitCode, answer.err).to.equal(0);
  });

  it('shows envelopes, and passwords only when asked', async () => {
    const args = { ctx: world.ctx, auth: { ...world.contextAdmin } };
    const { out, err } = await call('OXUserService', 'listAll', args, '--xml');
    expect(out).to.match(/^<[^]*listAllResponse[ >]/);
    expect(err)
      .to.match(/:listAll /)
      .and.include(world.contextAdmin.login)
      .and.not.include(world.contextAdmin.password);
    const open = await call('OXUserService', 'listAll', args, '--xml', '--show-passwords');
    expect(open.err).to.include(world.contextAdmin.password);
  });

  it('ends with a code for each fault, and shows code, text and class', async () => {
    const { ctx } = world;
    const gone = await call('OXUserService', 'getData', { ctx, user: { id: 99 } });
    expect(gone).to.include({ exitCode: 108, out: '' });
    expect(gone.err).to.match(/^fault \w+:Server \(NoSuchUserException\): No such user.*\n$/);
    const refused = await call('OXUserService', 'listAll', { ctx }, '-P', 'wrong-Secret-7');
    expect(refused).to.include({ exitCode: 101 });
    expect(refused.err).to.include('(InvalidCredentialsException)').and.not.include('wrong-Secret-7');
    const unnamed = await call('OXUserService', 'create', { ctx, usrdata: { birthday: 'no date' } });
    expect(unnamed).to.include({ exitCode: 4 });
    expect(unnamed.err).to.match(/^fault \w+:Client: /);
  });

  it('refuses what the WSDL does not have before anything is sent', async () => {
    const { ctx } = world;
    const before = world.log();
    const refusals: readonly [string, object, string][] = [
      ['creat', { ctx }, 'no operation creat; did you mean create, '],
      ['nonsense', { ctx }, 'no operation nonsense; there are: '],
      ['create', { ctxx: ctx }, 'unknown argument ctxx; did you mean ctx?'],
      ['create', { ctx, usrdata: { nam: 'x', qqqqqqqq: 1 } }, 'unknown argument usrdata.nam; did you mean'],
      [
        'create',
        { ctx, usrdata: { nam: 'x', qqqqqqqq: 1 } },
        'unknown argument usrdata.qqqqqqqq; known here',
      ],
      ['create', { ctx: [ctx] }, 'ctx is not a list'],
      ['create', { ctx: 5 }, 'ctx must be an object'],
      ['create', { ctx: { id: 'five' } }, 'ctx.id must be int'],
      ['create', { ctx: { id: { x: 1 } } }, 'ctx.id must be a single value'],
      ['create', { ctx: { id: 1e20 } }, 'ctx.id is too long a number for JSON; put it in quotes'],
      ['create', { ctx, usrdata: { mailenabled: 'yes' } }, 'usrdata.mailenabled must be boolean'],
      ['create', { ctx, usrdata: { name: 'a\u0000' } }, 'usrdata.name holds a character'],
      ['create', JSON.parse('{"__proto__": {}}') as object, 'unknown argument __proto__'],
      ['create', { ctx, $attributes: { x: '1' } }, 'unknown argument $attributes.x'],
    ];
    for (const [operation, args, message] of refusals) {
      const { exitCode, err, out } = await call('OXResellerUserService', operation, args);
      expect({ exitCode, out }, err).to.deep.equal({ exitCode: 2, out: '' });
      expect(err).to.include(message);
    }
    expect(world.log().slice(before.length)).not.to.include('"operation"');
  });

  it('takes the arguments from standard input', async () => {
    const args = ['call', urlOf('OXUserService'), 'getData', '--json', '-'];
    const stdin = JSON.stringify({ user: { id: 2 }, ctx: world.ctx });
    const { exitCode, out, err } = await oxbow(args, env, stdin);
    expect(exitCode, err).to.equal(0);
    expect((JSON.parse(out) as { return: object }).return).to.include({ id: 2 });
    const broken = await oxbow(args, env, '{"password": geheim-7}');
    expect(broken).to.deep.equal({ exitCode: 2, out: '', err: '--json: - does not hold a JSON object\n' });
  });

  it('sends headers, and HTTP Basic in place of credentials in the message', async () => {
    const key = ['--header', 'Idempotency-Key: call-test-1'];
    const args = { ctx: world.ctx, usrdata: { ...user, name: 'twice', primaryEmail: 'twice@call.example' } };
    Object.assign(args.usrdata, { email1: 'twice@call.example', aliases: [], display_name: 'Twice' });
    const first = await returned('OXResellerUserService', 'create', args, ...key);
    expect(await returned('OXResellerUserService', 'create', args, ...key)).to.deep.equal(first);
    const basic = await call('OXUserService', 'listAll', { ctx: world.ctx }, '--basic', '--xml');
    expect(basic.err).to.match(/<n1:listAll [^>]*><n1:ctx>(?!.*auth)/);
  });

  it('is completed and explains itself', async () => {
    expect((await oxbow(['complete', '--', 'ca'])).out).to.match(/^call\t/m);
    expect((await oxbow(['complete', '--', 'call', '--js'])).out).to.match(/^--json\t/m);
    const { out } = await runHere(['call', '--help'], {});
    expect(out).to.include('--responsetimeout').and.include('105 no answer');
  });
});

const reading = {
  timeoutMs: 30_000,
  signal: new AbortController().signal,
  headers: {},
  endpoint: null,
  allowsOtherOrigins: false,
};
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** A message with every member twice where that may be, in the wrong order. */
function reversed(type: ComplexTypeDescriptor, depth = 0): object {
  const entries = type.fields.map(({ name, type: inner, repeated }) => {
    const value =
      typeof inner === 'string' ? simpleValues[inner] : depth > 3 ? {} : reversed(inner, depth + 1);
    return [name, repeated ? [value, value] : value] as const;
  });
  return Object.fromEntries(entries.toReversed());
}

const simpleValues: Readonly<Record<SimpleType, unknown>> = {
  string: 'a < b & "c"',
  int: -1,
  long: '9007199254740993',
  boolean: true,
  date: '2020-02-29',
  base64Binary: 'YQ==',
  anyType: null,
};
