import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordCommand } from '../../src/cli/commands/record.js';
import { replayCommand } from '../../src/cli/commands/replay-command.js';
import { compareTrees } from '../../src/qa/recording/compare-trees.js';
import { writeTree } from '../../src/qa/recording/replay.js';
import { parseTree } from '../../src/soap/decode/parse-tree.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { RawSoap } from '../support/wire/raw-soap.js';
import { userData, World } from '../wire/fixtures.js';
import { control, controlToken } from './control-client.js';
import { runCommand, type CommandRun } from './run-command.js';

describe('qa: record and replay', function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), 'oxbow-replay-'));
  const file = join(directory, 'recording.jsonl');
  let world: World;
  let other: TestApp;
  before(async () => {
    world = await World.start({ CONTROL_TOKEN: controlToken });
    const id = await world.newUser('anna');
    await world.setMailQuota(id, 100);
    await world.getUser(id);
    await world.users('listAll', { ctx: world.ctx });
    await world.users('getData', { ctx: world.ctx, user: { name: 'nobody' } });
    await world.users('exists', { ctx: world.ctx, user: { id } }, world.contextAdmin);
    writeFileSync(file, (await control(world.url, 'GET', 'recording')).text);
  });
  beforeEach(async () => {
    other = await startTestApp({ env: { CONTROL_TOKEN: controlToken } });
  });
  afterEach(() => other.stop());
  after(async () => {
    await world?.stop();
    rmSync(directory, { recursive: true });
  });

  const replayAt = (app: TestApp, ...more: string[]): Promise<CommandRun> =>
    runCommand(replayCommand, [file, '--endpoint', app.url, '--password', app.masterPassword, ...more]);

  it('finds no difference in a fresh service, although passwords are others now', async () => {
    const run = await replayAt(other);
    expect(run, run.out + run.err).to.include({ exitCode: 0, err: '' });
    expect(run.out).to.equal('8 calls, 0 answered differently\n');
  });

  it('follows ids that differ', async () => {
    const soap = new RawSoap(other.url);
    const master = { login: other.masterLogin, password: other.masterPassword };
    const adm = { name: 'first', displayname: 'First', password: 'first-secret' };
    await soap.call('OXResellerService', 'create', { adm }, master);
    const params = { ctx: { name: 'before', maxQuota: 10 }, admin_user: userData('boss') };
    const first = await soap.call('OXResellerContextService', 'create', params, {
      login: 'first',
      password: 'first-secret',
    });
    expect(first.fault).to.equal(undefined);
    const run = await replayAt(other);
    expect(run, run.out + run.err).to.include({ exitCode: 0 });
  });

  it('shows differences, and ends with 1', async () => {
    await control(other.url, 'POST', 'rules', {
      operation: 'setMailQuota',
      fault: { text: 'no quota today' },
    });
    const run = await replayAt(other);
    expect(run.exitCode).to.equal(1);
    expect(run.out).to.include('OXaaSService.setMailQuota').and.include('no quota today');
    expect(run.out).to.match(/8 calls, [12] answered differently/);
    const lines = (await replayAt(other, '--json')).out.trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).to.include({ calls: 8 });
  });

  it('compares two endpoints with each other', async () => {
    const third = await startTestApp();
    try {
      const run = await replayAt(other, '--against', third.url);
      expect(run, run.out + run.err).to.include({ exitCode: 0 });
    } finally {
      await third.stop();
    }
  });

  it('records what goes through its proxy to another endpoint', async () => {
    const output = join(directory, 'recorded.jsonl');
    const stop = new AbortController();
    let out = '';
    const args = ['--upstream', other.url, '--port', '0', '-o', output];
    const running = runCommand(recordCommand, args, stop.signal, (text) => (out += text));
    await eventually(() => expect(out).to.match(/forwards to/));
    const proxy = /^(http\S+)\/webservices/.exec(out)?.[1] ?? '';
    const master = { login: other.masterLogin, password: other.masterPassword };
    const adm = { name: 'via', displayname: 'Via', password: 'via-proxy-secret' };
    const answer = await new RawSoap(proxy).call('OXResellerService', 'create', { adm }, master);
    expect(answer.fault).to.equal(undefined);
    const wsdl = await (await fetch(`${proxy}/webservices/OXResellerService?wsdl`)).text();
    expect(wsdl).to.include(`location="${proxy}/webservices/OXResellerService"`);
    stop.abort(130);
    await running;
    const recorded = readFileSync(output, 'utf8');
    expect(recorded.trim().split('\n')).to.have.length(1);
    expect(recorded)
      .to.include('{{secret-')
      .and.not.include('via-proxy-secret')
      .and.not.include(other.masterPassword);
  });

  it('says what cannot be read or reached', async () => {
    const nowhere = await runCommand(replayCommand, [file, '--endpoint', 'http://127.0.0.1:4009']);
    expect(nowhere).to.include({
      exitCode: 3,
      err: 'no answer from http://127.0.0.1:4009: ECONNREFUSED\n',
    });
    writeFileSync(join(directory, 'bad'), '{}\n');
    const bad = await runCommand(replayCommand, [join(directory, 'bad')]);
    expect(bad.err).to.match(/bad:1 is no call of a recording/);
  });
});

describe('qa: calls as they are sent again', () => {
  it('hold what was recorded, with quotes, markup and carriage returns', () => {
    const recorded = parseTree(
      '<a xmlns="u" xmlns:x="v"><b x:c="&quot;\'&lt;&amp;&#13;">1 &lt; 2&#13;\n"\'&amp;]]&gt;</b></a>',
    );
    expect(recorded.children[0]?.text).to.equal('1 < 2\r\n"\'&]]>');
    expect(parseTree(writeTree(recorded))).to.deep.equal(recorded);
  });
});

describe('qa: comparing answers', () => {
  const never = { isSameId: () => false };
  const kindsOf = (left: string, right: string): string[] =>
    compareTrees(parseTree(left), parseTree(right), never).map(({ kind, path }) => `${kind} ${path}`);
  const nil = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"';

  const same: [what: string, left: string, right: string][] = [
    ['prefixes', '<a xmlns="u"><b>1</b></a>', '<p:a xmlns:p="u"><p:b>1</p:b></p:a>'],
    ['blanks and comments', '<a><b>1</b></a>', '<a>\n <!-- x --><b>1</b>\n</a>'],
    ['the order of repeated elements', '<a><b>1</b><b>2</b></a>', '<a><b>2</b><b>1</b></a>'],
    ['ids of exceptions', '<a>No; exceptionId 1-2</a>', '<a>No; exceptionId -3-4</a>'],
    ['points in time', '<a>2020-01-01T00:00:00Z</a>', '<a>2021-02-02T10:00:00.5+01:00</a>'],
    [
      'how nil is written',
      `<a><b ${nil}/></a>`,
      '<a><b xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1"/></a>',
    ],
  ];
  for (const [what, left, right] of same)
    it(`takes no notice of ${what}`, () => expect(kindsOf(left, right)).to.deep.equal([]));

  const different: [what: string, left: string, right: string, expected: string][] = [
    ['a value', '<a><b>1</b></a>', '<a><b>2</b></a>', 'value /a/b'],
    ['an element that is missing', '<a><b>1</b></a>', '<a/>', 'missing /a/b'],
    ['an element that is new', '<a/>', '<a><b>1</b></a>', 'added /a/b'],
    ['one of many', '<a><b>1</b><b>2</b></a>', '<a><b>2</b></a>', 'missing /a/b'],
    ['nil and empty', `<a><b ${nil}/></a>`, '<a><b/></a>', 'nil /a/b'],
    ['a namespace', '<a xmlns="u"/>', '<a xmlns="v"/>', 'name /a'],
    ['the order of the schema', '<a><b/><c/></a>', '<a><c/><b/></a>', 'order /a'],
    ['a date without time', '<a>2020-01-01</a>', '<a>2020-01-02</a>', 'value /a'],
  ];
  for (const [what, left, right, expected] of different)
    it(`tells ${what}`, () => expect(kindsOf(left, right)).to.deep.equal([expected]));
});
