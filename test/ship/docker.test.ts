import { expect } from 'chai';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { satisfies } from 'semver';
import { describeSettings } from '../../src/settings/read-config.js';
import { checkout } from '../docs/markdown-page.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/processes/app.js';
import { build } from '../support/processes/build.js';
import { canIsolate, startIsolated } from '../support/processes/isolated-process.js';
import { runNode } from '../support/processes/node-program.js';
import { requirePart } from '../support/processes/require-part.js';
import { copiedPaths, execForm, lastStage, readDockerfile } from './dockerfile.js';

const dockerfiles = ['Dockerfile', 'deploy/docker/dovecot/Dockerfile'];
const image = readDockerfile('Dockerfile');
const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
};
const valueOf = (name: string): string => lastStage(image).findLast((one) => one.name === name)?.rest ?? '';

describe('the container image', () => {
  it('copies only what is there and sent to the builder', () => {
    const sent = readFileSync(join(checkout, '.dockerignore'), 'utf8').match(/(?<=^!).+/gm) ?? [];
    for (const path of dockerfiles.flatMap((file) => copiedPaths(readDockerfile(file)))) {
      expect(existsSync(join(checkout, path)), path).to.equal(true);
      expect(sent, path).to.include(path.split('/')[0]);
    }
  });

  it('has a Node that the package supports, and builds with a script that exists', () => {
    const [, version = ''] = /node:(\d+)-/.exec(image[0]?.rest ?? '') ?? [];
    expect(satisfies(`${version}.99.0`, manifest.engines.node)).to.equal(true);
    const scripts = image.flatMap(({ rest }) => rest.match(/(?<=npm run )\w+/g) ?? []);
    expect(scripts).to.deep.equal(['build']);
    expect(manifest.scripts).to.include.keys(scripts);
  });

  it('installs no development packages into the image and runs no install scripts', () => {
    const installs = image.filter(({ rest }) => rest.includes('npm ci')).map(({ rest }) => rest);
    expect(installs).to.have.length(2);
    for (const line of installs) expect(line).to.include('--ignore-scripts');
    const packages = image.findIndex(({ rest }) => rest.endsWith('AS packages'));
    expect(image.slice(packages).find(({ rest }) => rest.includes('npm ci'))?.rest).to.include('--omit=dev');
  });

  it('is run by a user who is not root, with data at /data and settings that exist', () => {
    expect(valueOf('USER')).to.match(/^[1-9]\d*:[1-9]\d*$/);
    expect(valueOf('VOLUME')).to.equal('/data');
    const names = [...valueOf('ENV').matchAll(/(\w+)=/g)].map(([, name]) => name);
    const known = describeSettings().map(({ name }) => name);
    expect(names.filter((name) => name !== 'NODE_ENV' && !known.includes(name ?? ''))).to.deep.equal([]);
    expect(valueOf('ENV')).to.include('DATABASE_URL=sqlite:/data/');
  });
});

describe("the container's health check", () => {
  const script = join(checkout, 'deploy/docker/health-check.js');
  let app: TestApp;
  before(async () => (app = await startTestApp()));
  after(() => app.stop());

  const check = (env: Readonly<Record<string, string>>): Promise<number> =>
    runNode([script], { env }).then(
      () => 0,
      (error: { code?: number }) => error.code ?? -1,
    );

  it('is the one of the image', () => {
    expect(execForm(valueOf('HEALTHCHECK'))).to.deep.equal(['node', '/app/health-check.js']);
    expect(image.map(({ rest }) => rest)).to.include('deploy/docker/health-check.js health-check.js');
  });

  it('succeeds while the service is ready, and fails without it', async () => {
    const { port } = new URL(app.url);
    expect(await check({ PORT: port })).to.equal(0);
    await app.stop();
    expect(await check({ PORT: port })).to.equal(1);
  });
});

describe('the service as the first process of a container', () => {
  let folder: string;
  before(function () {
    this.timeout(180_000);
    requirePart(this, 'the right to have processes of its own', canIsolate());
    build();
    folder = mkdtempSync(join(tmpdir(), 'oxbow-container-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('ends cleanly on SIGTERM', async function () {
    this.timeout(60_000);
    const command = execForm(valueOf('CMD')).map((word) => word.replace('/app', checkout.slice(0, -1)));
    const outer = startIsolated(['--map-root-user'], command, {
      timeoutMs: 60_000,
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'a.db')}` },
    });
    const exit = once(outer, 'exit');
    let output = '';
    outer.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => expect(output).to.include('listening on'), 30_000);
    const first = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
    expect(readFileSync(`/proc/${first}/status`, 'utf8')).to.match(/^NSpid:\s+\d+\s+1$/m);
    process.kill(Number(first), 'SIGTERM');
    expect((await exit)[0]).to.equal(0);
  });
});
