import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const list = { search_pattern: 'cal*', ctx };
    expect(await returned('OXUserService', 'list', list)).to.deep.equal(
      [{ id, contextId: null }].map(() => ({ id })),
    );
    expect(await call('OXResellerUserService', 'delete', { user: { id }, ctx })).to.include({ exitCode: 0 });
  });
});
void contractOf;
void schemaComplaint;
void oxbow;
