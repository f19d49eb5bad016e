import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { generateSeed } from '../../src/qa/seed/generate-seed.js';
import { runNpm } from '../support/processes/node-program.js';
import { requirePart } from '../support/processes/require-part.js';
import { RawSoap, returned } from '../support/wire/raw-soap.js';
import { install, pack, registryAnswers, start, type Packed } from './packed.js';

const mostReadyMs = 2_000;
/** Of processor time, which others who use the machine do not take; it is a fraction of this. */
const mostSeededMs = 6_000;
const attempts = [1, 2, 3];

describe('the npm package', () => {
  let folder: string;
  let packed: Packed;
  before(async function () {
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), 'oxbow-pack-'));
    packed = await pack(folder);
  });
  after(function () {
    this.timeout(60_000);
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds what it needs and what an operator reads', () => {
    expect(packed.files).to.include.members([
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'package.json',
      'dist/main.js',
      'wsdl/OXResellerUserService.wsdl',
      'docs/operating.md',
      'deploy/dovecot/fill.sh',
      'deploy/systemd/oxbow.service',
    ]);
    expect(packed.files.filter((path) => path.endsWith('.wsdl'))).to.have.length(12);
  });

  it('holds no sources, tests, data, keys or leftovers, and is small', () => {
    const wanted =
      /^(dist\/[^/]+\.js|wsdl\/.+\.(wsdl|xsd|md)|deploy\/.+|docs\/[^/]+\.md|[A-Z]+(\.md)?|package\.json)$/;
    expect(packed.files.filter((path) => !wanted.test(path))).to.deep.equal([]);
    expect(
      packed.files.filter((path) => /\.(env|db|pem|key|log|tgz)$|(^|\/)\.[a-z]/.test(path)),
    ).to.deep.equal([]);
    expect(packed.sizeBytes).to.be.below(1_500_000);
  });

  describe('installed in an empty folder without scripts', () => {
    before(async function () {
      this.timeout(240_000);
      requirePart(this, "npm's registry", await registryAnswers());
      await install(packed.tarball, folder);
    });

    it('brings no package that runs a script', () => {
      const scripts = installedManifests(join(folder, 'node_modules')).filter(({ scripts = {} }) =>
        ['preinstall', 'install', 'postinstall'].some((name) => name in scripts),
      );
      expect(scripts.map(({ name }) => name)).to.deep.equal([]);
    });

    it('is the program oxbow', async function () {
      this.timeout(60_000);
      const options = ['exec', '--silent', '--no-install', '--', 'oxbow', '--help'];
      const { stdout } = await runNpm(options, { cwd: folder });
      expect(stdout).to.include('MASTER_PASSWORD');
    });

    it('is ready in under two seconds, with a new database and again', async function () {
      this.timeout(120_000);
      // Where others use the machine as well, waiting for it is not the service's time.
      const isQuiet = (loadavg()[0] ?? 0) < availableParallelism();
      const fresh: number[] = [];
      const again: number[] = [];
      for (const attempt of attempts) {
        rmSync(join(folder, 'data'), { recursive: true, force: true });
        for (const times of [fresh, again]) {
          const service = await start(folder);
          times.push(isQuiet ? service.readyAfterMs : service.cpuMs);
          expect(await service.stop(), `attempt ${attempt}`).to.equal(0);
        }
        expect(existsSync(join(folder, 'data/oxbow.db'))).to.equal(true);
        if ([fresh, again].every((times) => Math.min(...times) < mostReadyMs)) break;
      }
      const measure = isQuiet ? 'ms' : 'ms of processor time, on a busy machine';
      console.log(
        `      ready after ${rounded(fresh)}, with the database there ${rounded(again)} ${measure}`,
      );
      expect(Math.min(...fresh)).to.be.below(mostReadyMs);
      expect(Math.min(...again)).to.be.below(mostReadyMs);
    });

    it('is ready with a hundred users of a seed in a few seconds', async function () {
      this.timeout(120_000);
      rmSync(join(folder, 'data'), { recursive: true, force: true });
      const size = { resellers: 2, contexts: 3, users: 100, groups: 1, resources: 1, randomSeed: 1 };
      writeFileSync(join(folder, 'seed.yaml'), stringify(generateSeed(size)));
      const service = await start(folder, ['serve', '--seed', 'seed.yaml']);
      try {
        const admin = { login: 'admin', password: 'admin-secret' };
        const list = { ctx: { id: 1 }, search_pattern: '*' };
        const users = await new RawSoap(service.url).call('OXResellerUserService', 'list', list, admin);
        expect(returned(users)).to.have.length(34);
        console.log(`      ready after ${service.cpuMs.toFixed(0)} ms of processor time`);
        expect(service.cpuMs).to.be.below(mostSeededMs);
      } finally {
        await service.stop();
        rmSync(join(folder, 'data'), { recursive: true, force: true });
      }
    });

    it('serves its pages with everything that they load', async function () {
      this.timeout(60_000);
      const service = await start(folder);
      try {
        const pages = [
          '/webservices/',
          '/webservices/OXResellerUserService',
          '/webservices/OXResellerUserService?wsdl',
          '/console/login',
          '/openapi/',
        ];
        for (const page of pages) await expectWhole(service.url, page);
      } finally {
        await service.stop();
      }
    });
  });
});

async function expectWhole(base: string, page: string): Promise<void> {
  const answer = await fetch(`${base}${page}`, { headers: { accept: 'text/html' } });
  expect(answer.status, page).to.equal(200);
  const html = await answer.text();
  for (const [, target = ''] of html.matchAll(/<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"/g)) {
    const { status } = await fetch(new URL(target, answer.url));
    expect(status, `${target} of ${page}`).to.equal(200);
  }
}

function rounded(times: readonly number[]): string {
  return times.map((time) => time.toFixed(0)).join(', ');
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

function installedManifests(modules: string): Manifest[] {
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => join(modules, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Manifest);
}
