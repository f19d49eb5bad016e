import { expect } from 'chai';
import { auditCommand } from '../../../src/cli/commands/audit-command.js';
import { World } from '../fixtures.js';

describe('wire: oxbow audit', function () {
  this.timeout(60_000);
  let world: World;
  let userId: number;
  before(async () => {
    world = await World.start();
    userId = await world.newUser('anna');
    await world.changed(userId, { given_name: 'Anna' });
  });
  after(() => world.stop());

  async function run(...args: string[]): Promise<{ out: string; err: string }> {
    const texts = { out: '', err: '' };
    const command = auditCommand({
      out: (text) => (texts.out += text),
      err: (text) => (texts.err += text),
      showsColours: false,
      showsProgress: false,
      signal: new AbortController().signal,
      env: {},
      exitWith: () => undefined,
    });
    const { login, password } = world.master;
    const all = ['--endpoint', world.url, '-A', login, '-P', password, ...args];
    await command.parseAsync(all, { from: 'user' });
    return texts;
  }

  it('shows entries in a line each', async () => {
    const { out, err } = await run(
      '-c',
      String(world.contextId),
      '-o',
      String(userId),
      '--operation',
      'change',
    );
    expect(out).to.match(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z reseller1 \(reseller, 127\.0\.0\.1\) change: change user \d+ "anna" in context \d+: \{"givenName":"Given"\} → \{"givenName":"Anna"\}\n$/,
    );
    expect(err).to.equal('');
  });

  it('says where there is more, and goes on there', async () => {
    const first = await run('-c', String(world.contextId), '--limit', '1', '--json');
    expect(JSON.parse(first.out)).to.include({ operation: 'change', objectId: userId });
    const [, before = ''] = /^more entries: --before ([0-9a-f]{26})\n$/.exec(first.err) ?? [];
    const second = await run('-c', String(world.contextId), '--limit', '1', '--json', '--before', before);
    expect(JSON.parse(second.out)).to.include({ operation: 'create', objectId: userId });
  });

  for (const [what, args, text] of [
    ['the service', ['--limit', '5000'], 'limit: must be a number from 1 to 1000'],
    ['a wrong password', ['-P', 'wrong'], 'Authentication failed'],
    ['no service', ['--endpoint', 'http://127.0.0.1:1'], 'no service answers at http://127.0.0.1:1'],
  ] as const)
    it(`passes on what it hears: ${what}`, async () => {
      const error: unknown = await run(...args).catch((thrown: unknown) => thrown);
      expect(String(error)).to.match(new RegExp(`^Error: ${text}`, 'i'));
    });
});
