import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { World } from '../wire/fixtures.js';
import { oxbow } from './oxbow.js';
import { runHere } from './run-here.js';

describe('the tools of the original', () => {
  let world: World;
  let env: Record<string, string>;
  before(async () => {
    world = await World.start();
    const { login, password } = world.reseller;
    env = { OX_ENDPOINT: world.url, OX_ADMIN_USER: login, ADMIN_PASSWORD: password };
  });
  after(() => world.stop());

  const run = (line: string, more: Readonly<Record<string, string>> = {}) =>
    runHere(line.replace('-c CTX', `-c ${world.contextId}`).split(' '), { ...env, ...more });
  const created = async (name: string, more = ''): Promise<string> => {
    const { out, err } = await run(`createuser -c CTX ${personal(name)} -p secret${more}`);
    const id = /^user (\d+) in context \d+ created\n$/.exec(out)?.[1];
    expect(id, out + err).not.to.equal(undefined);
    return id ?? '';
  };
  const personal = (name: string) =>
    `-u ${name} -d D-${name} -g G-${name} -s S-${name} -e ${name}@tools.example`;

  it('create, change, list and delete a user, with the messages of the original', async () => {
    const id = await created('ann', ' --employeetype boss --config/com.example.a=b -q 100');
    const where = `user ${id} in context ${world.contextId}`;
    expect(
      (await run(`changeuser -c CTX -i ${id} -x Sales --remove-config/com.example.a --my/own=1`)).out,
    ).to.equal(`${where} changed\n`);
    const [user] = JSON.parse((await run('listuser -c CTX -s ann --json')).out) as Record<string, unknown>[];
    expect(user).to.deep.include({
      name: 'ann',
      display_name: 'D-ann',
      sur_name: 'S-ann',
      primaryEmail: 'ann@tools.example',
      employeeType: 'boss',
      department: 'Sales',
      maxQuota: 100,
      userAttributes: { my: { own: '1' } },
    });
    expect(user).not.to.have.property('password');
    expect((await run(`deleteuser -c CTX -i ${id}`)).out).to.equal(`${where} deleted\n`);
    const again = await run(`deleteuser -c CTX -i ${id} --nonl`);
    expect(again.exitCode).to.equal(108);
    expect(again.err).to.match(
      new RegExp(
        `^${where} could not be deleted: Server response: No such user\\(s\\) ${id} in context \\d+; exceptionId`,
      ),
    );
  });

  it('list in aligned columns and in CSV', async () => {
    await created('tab');
    const table = (await run('listuser -c CTX -s tab')).out.split('\n');
    expect(table[0]).to.match(/^Id +Name +Displayname +Email$/);
    expect(table[1]?.indexOf('D-tab')).to.equal(table[0]?.indexOf('Displayname'));
    const [names, values] = (await run('listuser -c CTX -s tab --csv')).out.split('\n');
    const at = names?.split(',').indexOf('sur_name') ?? -1;
    expect(at).to.be.greaterThan(0);
    expect(values).to.include('S-tab');
  });

  it('let no spreadsheet calculate what somebody named himself, unless it is for a program', async () => {
    const id = await created('calc', ' --department =1+1');
    const cells = async (more: string): Promise<Record<string, string>> => {
      const { out } = await run(`listuser -c CTX -s calc --csv${more}`);
      return parse<Record<string, string>>(out, { columns: true })[0] ?? {};
    };
    for (const more of ['', ' --escape-formulas'])
      expect(await cells(more)).to.include({ id, department: "'=1+1", maxQuota: '-1' });
    expect(await cells(' --no-escape-formulas')).to.include({ id, department: '=1+1', maxQuota: '-1' });
  });

  it('switch single modules and leave the others', async () => {
    const id = Number(await created('mod', ' --access-infostore off'));
    const read = async () =>
      (await world.users('getModuleAccess', { ctx: world.ctx, user: { id } })).xml.replaceAll(
        /<(\/?)ns\d+:/g,
        '<$1',
      );
    const before = await read();
    expect(before).to.include('<infostore>false</infostore>').and.include('<webmail>true</webmail>');
    expect((await run(`changeuser -c CTX -i ${id} --access-webmail=off`)).exitCode).to.equal(0);
    expect(await read()).to.equal(before.replace('<webmail>true</webmail>', '<webmail>false</webmail>'));
  });

  it('switch modules of everybody in a context, on top of a combination', async () => {
    const made = await run(`createcontext -N reseller1_mod -q 50 ${personal('modadmin')} -p x`);
    const id = Number(/\d+/.exec(made.out)?.[0]);
    const user = await run(`createuser -c ${id} ${personal('moduser')} -p x --access-tasks off`);
    expect(user.exitCode, user.err).to.equal(0);
    const switchedOn = async (userId: number): Promise<string[]> => {
      const { xml } = await world.users('getModuleAccess', { ctx: { id }, user: { id: userId } });
      return Array.from(xml.matchAll(/<(?:\w+:)?(\w+)>true</g), ([, name = '']) => name);
    };
    const before = await switchedOn(2);
    expect(before).to.include('webmail').and.not.include('USM');
    expect((await run(`changecontext -c ${id} --access-usm on --access-webmail=off`)).out).to.equal(
      `context ${id} changed\n`,
    );
    const wanted = [...before.filter((name) => name !== 'webmail'), 'USM'].toSorted();
    for (const userId of [2, 3]) expect((await switchedOn(userId)).toSorted()).to.deep.equal(wanted);
    await run(`changecontext -N reseller1_mod --access-combination-name pim --access-infostore on`);
    for (const userId of [2, 3])
      expect(await switchedOn(userId))
        .to.include.members(['infostore', 'calendar', 'webmail'])
        .and.not.include('USM');
  });

  it('name the modules that can be switched', async () => {
    expect((await run('changecontext --extendedoptions')).out).to.match(
      /^Modules:\n( {2}--access-.* <on\|off>\n)+$/,
    );
    expect((await run('createuser --extendedoptions')).out).to.match(/^Further fields:\n[^]*\n\nModules:\n/);
  });

  it('create, change, list and delete a context, by its name', async () => {
    const made = await run(`createcontext -N reseller1_new -q 50 -L one ${personal('newadmin')}`, {
      NEW_USER_PASSWORD: 'x',
    });
    const id = /^context (\d+) created\n$/.exec(made.out)?.[1];
    expect(id, made.err).not.to.equal(undefined);
    expect((await run(`changecontext -c ${id} -q 60 -L two -R one`)).out).to.equal(`context ${id} changed\n`);
    const [context] = JSON.parse((await run('listcontext -s reseller1_new --json')).out) as Record<
      string,
      unknown
    >[];
    expect(context).to.include({ name: 'reseller1_new', maxQuota: 60 });
    expect(context?.['loginMappings']).to.include('two').and.not.include('one');
    expect((await run('deletecontext -N reseller1_new')).out).to.equal('context reseller1_new deleted\n');
    expect((await run('listcontext -s reseller1_new --json')).out).to.equal('[]\n');
  });

  it('set object and mail quotas', async () => {
    const id = await created('quo');
    const quota = await run('changecontext -c CTX --quota-module calendar,task --quota-value 7');
    expect(quota.out, quota.err).to.equal(`context ${world.contextId} changed\n`);
    expect((await run('setmailquota -c CTX -u quo -q 12')).out).to.equal(
      `mail quota of user ${id} in context ${world.contextId} set to 12 MB\n`,
    );
  });

  it('say whether a user exists, in the exit code too', async () => {
    await created('ex');
    const there = await run('existsuser -c CTX -u ex');
    expect(there).to.deep.include({ exitCode: 0, out: 'User ex exists\n' });
    expect(await run('existsuser -c CTX -u nobody')).to.deep.include({
      exitCode: 1,
      out: 'User nobody does not exist\n',
    });
  });

  it('speak to the plain services as well', async () => {
    const { out, exitCode } = await run('listuser -c CTX --plain -s ctxadmin', {
      OX_ADMIN_USER: world.contextAdmin.login,
      ADMIN_PASSWORD: world.contextAdmin.password,
    });
    expect(exitCode).to.equal(0);
    expect(out).to.include('ctxadmin');
    expect(world.log()).to.include('"service":"OXUserService"');
  });

  const refusals: [string, number, RegExp][] = [
    ['listuser -c CTX -P wrong', 101, /could not be listed: \nServer response:\n authentication failed/],
    ['changecontext -N nobody -q 1', 102, /context nobody could not be changed/],
    ['createuser -c CTX -u x', 104, /^missing option --displayname, --givenname/],
    ['listcontext --endpoint http://127.0.0.1:9', 105, /no answer from http:\/\/127.0.0.1:9/],
    ['changeuser -c CTX -i 999999 -d x', 108, /^user 999999 in context \d+ could not be changed: \n/],
    ['changeuser -c CTX -i three -d x', 109, /--userid must be a whole number/],
    ['changecontext -c CTX', 104, /^nothing to change; see oxbow changecontext --help$/m],
    ['changecontext -c CTX --access-usm maybe', 109, /--access-usm must be on or off/],
    [
      'createuser -c CTX -u x -d x -g x -s x -p x -e x@x.example --access-combination-name pim --access-usm on',
      109,
      /exclude/,
    ],
    ['createuser -c CTX --nonsense x', 111, /unknown option --nonsense; see oxbow createuser --help/],
    ['listuser -c CTX --nonsense', 111, /unknown option '--nonsense'/],
  ];
  for (const [line, exitCode, text] of refusals) {
    it(`end ${line} with ${exitCode}`, async () => {
      const answer = await run(line);
      expect(answer.err)
        .to.match(text)
        .and.not.match(/node_modules|\n\s+at /);
      expect({ exitCode: answer.exitCode, out: answer.out }).to.deep.equal({ exitCode, out: '' });
    });
  }

  it('take the password of the admin from standard input, in a process of its own', async () => {
    const { ADMIN_PASSWORD, ...others } = env;
    const args = ['listcontext', '--adminpass-file', '-', '--json'];
    const answer = await oxbow(args, others, `${ADMIN_PASSWORD}\n`);
    expect(answer.err).to.equal('');
    expect(JSON.parse(answer.out)).to.be.an('array').that.is.not.empty;
    expect(answer.exitCode).to.equal(0);
  }).timeout(180_000);
});
