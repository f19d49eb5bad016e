import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { firstRequest } from '../../src/cli/terminal/first-request.js';
import { interopStacks } from '../support/interop/interop-stacks.js';
import { startNpm } from '../support/processes/node-program.js';
import { contract } from '../support/wire/contract-snapshot.js';
import { checkout, readPage } from './markdown-page.js';

const text = (path: string): string => readFileSync(join(checkout, path), 'utf8');
const readme = text('README.md');
const manifest = JSON.parse(text('package.json')) as {
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
};

describe('what README promises', () => {
  it('fits on a screen', () => {
    expect(readme.split('\n').length).to.be.at.most(60);
  });

  it('two commands, which CI runs', () => {
    const [first = ''] = readPage('README.md').blocks.map((block) => block.text);
    expect(first.match(/^npm ci && npm (start|test)(?= )/gm)).to.deep.equal([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
    expect(manifest.scripts).to.include.keys('start', 'test');
    expect(text('.ci/run'))
      .to.match(/\bnpm ci /)
      .and.to.match(/\bnpm test /)
      .and.to.match(/ \.ci\/bare-run$/m);
    expect(text('.ci/bare-run'), 'takes it from README').to.include("'s/^(npm ci && npm test)");
  });

  it('npm start serves, with data in ./data/oxbow.db of its folder', async function () {
    this.timeout(300_000);
    const folder = mkdtempSync(join(tmpdir(), 'oxbow-start-'));
    const child = startNpm(['start'], {
      cwd: checkout,
      env: { ...process.env, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'oxbow.db')}` },
    });
    const ended = once(child, 'exit');
    try {
      let output = '';
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
          if (/^listening on http:\/\/127\.0\.0\.1:\d+$/m.test(output)) resolve();
        });
        child.once('exit', () => reject(new Error(`npm start ended: ${output}`)));
      });
      expect(output).to.match(/^master admin oxadminmaster, password \S+ \(made now, shown once\)$/m);
    } finally {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
    expect(text('docs/configuration.md')).to.include('`sqlite:./data/oxbow.db`').and.to.include('| `9009` |');
  });

  it('the first request is the one that the start prints', () => {
    const [, curl] = readPage('README.md').blocks.map((block) => block.text);
    expect(curl).to.equal(firstRequest('http://127.0.0.1:9009', 'oxadminmaster'));
  });

  it('all 12 services with 200 operations', () => {
    const services = Object.values(contract.services);
    const operations = services.flatMap((service) => Object.keys(service.operations));
    expect(readme).to.include(`${services.length} services with ${operations.length} operations`);
    const implemented = text('docs/operations.md').match(/^- \w+$/gm);
    expect(implemented).to.have.length(operations.length);
    expect(text('docs/images/overview.svg'))
      .to.include(`>${services.length} services<`)
      .and.to.include(`>${operations.length} operations<`);
  });

  it('seventeen client programs in seven languages', () => {
    expect(interopStacks).to.have.length(17);
    const languages = text('docs/support-matrix.md').match(
      /(?<=^\| )(Python|PHP|Perl|C\+\+|Ruby|Java|JavaScript)(?= )/gm,
    );
    expect(new Set(languages)).to.have.property('size', 7);
  });

  it('Node 20.19 or newer, and Apache-2.0', () => {
    expect(satisfies('20.19.0', manifest.engines.node)).to.equal(true);
    expect(satisfies('20.18.9', manifest.engines.node)).to.equal(false);
    expect(manifest.license).to.equal('Apache-2.0');
    expect(text('LICENSE')).to.include('Apache License').and.to.include('Version 2.0, January 2004');
  });
});

describe('the support matrix', () => {
  it('names tests that exist in every row, and every client program of the tests', () => {
    const page = readPage('docs/support-matrix.md');
    const rows =
      page.prose.match(/^\| (?!-|Language| \|).+\|$/gm)?.filter((row) => !row.startsWith('| |')) ?? [];
    expect(rows.length).to.be.greaterThan(20);
    for (const row of rows) expect(row).to.match(/`(test\/[^`]+|\.ci\/run)`/);
    const programs = readdirSync(join(checkout, 'test/interop'), { recursive: true, encoding: 'utf8' });
    const stories = programs.filter((path) =>
      /(story|Story|node-soap|strong-soap|own-xml)[^/]*\.(py|php|pl|cpp|rb|java|ts)$/.test(path),
    );
    const unnamed = stories.filter((path) => !page.prose.includes(`test/interop/${path}`));
    expect(unnamed.filter((path) => !/javascript\/story\.ts$|\.d\.ts$/.test(path))).to.deep.equal([]);
  });
});
