import { expect } from 'chai';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram } from '../support/processes/require-program.js';
import { runHere } from './run-here.js';

const foreign = (name: string) => fileURLToPath(new URL(`foreign/${name}`, import.meta.url));

describe('oxbow call at services of other stacks', function () {
  this.timeout(60_000);
  let directory: string;
  let child: ChildProcessWithoutNullStreams | undefined;
  before(async () => (directory = await mkdtemp(join(tmpdir(), 'oxbow-foreign-'))));
  after(() => rm(directory, { recursive: true }));
  afterEach(async () => {
    if (child === undefined || child.exitCode !== null) return;
    child.kill();
    await once(child, 'close');
    child = undefined;
  });

  const call = async (wsdl: string, operation: string, args: object, ...more: string[]) => {
    const file = join(directory, 'arguments.json');
    await writeFile(file, JSON.stringify(args));
    return runHere(['call', wsdl, operation, '--json', file, ...more], {});
  };

  const dog = {
    seen: '2020-01-02T03:04:05Z',
    breed: 'Basset',
    number: '12345678901234567890',
    $attributes: { chip: 'a"b' },
    owners: ['Ann', ' Bob ', null],
    weight: '12.50',
    born: '2019-12-31',
    name: 'Rex <3',
    tricks: { string: ['sit'] },
  };

  for (const version of ['1.1', '1.2']) {
    it(`knows a document/literal service of spyne in SOAP ${version}`, async function () {
      const python = requireProgram(this, '/usr/bin/python3', 'python3-spyne');
      requirePart(this, 'python3-spyne', python.runSync(['-c', 'import spyne']).status === 0);
      child = python.start([foreign('spyne_service.py')]);
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      const wsdl = `http://127.0.0.1:${port.toString().trim()}/${version}?wsdl`;
      // It validates requests: order, namespaces of inherited members and attributes must be right.
      const kept = await call(wsdl, 'keep', { dog, times: 2 });
      expect(kept.exitCode, kept.err).to.equal(0);
      const same = { ...dog, seen: '2020-01-02T03:04:05+00:00' };
      expect(JSON.parse(kept.out)).to.deep.equal({ keepResult: { Dog: [same, same] } });
      const one = await call(wsdl, 'keep', { dog: { name: 'Ida' }, times: 1 });
      expect(JSON.parse(one.out)).to.deep.equal({ keepResult: { Dog: [{ name: 'Ida' }] } });
      const fault = await call(wsdl, 'lose', { name: 'Rex' });
      expect(fault).to.include({ exitCode: 4, out: '' });
      expect(fault.err).to.match(/^fault \w+:\w+[. ]NoDog \(NoSuchDog\): there is no Rex & never was\n$/);
      const unknown = await call(wsdl, 'keep', { dog: { $attributes: { chop: 'x' } } });
      expect(unknown).to.include({ exitCode: 2 });
      expect(unknown.err).to.include('unknown argument dog.$attributes.chop; did you mean chip?');
    });
  }

  it("knows an rpc/literal service of PHP's SoapServer, from a file that includes another", async function () {
    const php = requireProgram(this, 'php', 'php-cli');
    requirePart(this, 'php-soap', /^soap$/m.test(php.runSync(['-m']).stdout));
    child = php.start(['-S', '127.0.0.1:0', foreign('rpc_service.php')]);
    let said = '';
    for await (const chunk of child.stderr) {
      said += String(chunk);
      if (/started/.test(said)) break;
    }
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? said;
    const add = (args: object) => call(foreign('rpc.wsdl'), 'add', args, '--endpoint', url);
    const sum = await add({ note: 'n & m', pair: { b: 2, a: '1' } });
    expect(sum.exitCode, sum.err).to.equal(0);
    expect(JSON.parse(sum.out)).to.deep.equal({ sum: 3, echo: 'n & m' });
    expect(JSON.parse((await add({ note: '', pair: { a: 1, b: null } })).out)).to.include({ sum: 1 });
    expect(await add({ note: 'fail', pair: { a: 1 } })).to.deep.equal({
      exitCode: 4,
      out: '',
      err: 'fault SOAP-ENV:Server (NoSums): no sums today\n',
    });
    expect((await add({ note: 'n', pair: { a: 'x' } })).err).to.equal('pair.a must be int\n');
  });
});
