import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testDatabases } from '../support/database/databases.js';
import { startNode } from '../support/processes/node-program.js';
import { requirePart } from '../support/processes/require-part.js';
import { requireProgram, type Program } from '../support/processes/require-program.js';
import { unifiedQuota, World, type Login } from '../wire/fixtures.js';

const token = 'file-service-token-0123456789';
const bytesPerMb = 1024 * 1024;

/** The example, run as its README says; it goes with the test. */
async function startExample(env: Record<string, string>): Promise<{ url: string; process: ChildProcess }> {
  const example = startNode(['--import=tsx', 'examples/file-service/main.ts'], {
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
  });
  example.stderr.pipe(process.stderr, { end: false });
  for await (const line of createInterface(example.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url !== undefined) return { url, process: example };
  }
  throw new Error('the example did not start');
}

async function stopExample(example: ChildProcess): Promise<void> {
  if (example.exitCode !== null || example.signalCode !== null) return;
  const exit = once(example, 'exit');
  example.kill();
  await exit;
}

for (const database of testDatabases) {
  describe(`end to end: the example file service on ${database.name}`, function () {
    this.timeout(60_000);
    let program: Program;
    let world: World;
    let userId: number;
    let directory: string;
    let example: { url: string; process: ChildProcess };
    const self: Login = { login: 'anna', password: 'pw-anna' };
    const files = (): string => join(directory, 'files');
    const start = () =>
      startExample({ FILES_DIRECTORY: files(), OXBOW_URL: world.url, FILE_SERVICE_TOKEN: token });

    before(async function () {
      program = requireProgram(this, 'curl');
      requirePart(this, database.part, database.isInstalled());
      directory = mkdtempSync(join(tmpdir(), 'oxbow-files-'));
      world = await World.start({ FILE_SERVICE_TOKEN: token }, await database.url());
      userId = await world.newUser('anna', { passwordMech: 'SHA-512', maxQuota: 1, ...unifiedQuota('true') });
      await world.setMailQuota(userId, 1);
      example = await start();
    });
    after(async () => {
      if (example) await stopExample(example.process);
      if (world) await world.stop();
      if (directory) rmSync(directory, { recursive: true, force: true });
    });

    const curl = async (path: string, ...more: string[]): Promise<{ status: number; text: string }> => {
      const url = `${example.url}/files/${world.contextId}/${userId}/${path}`;
      const login = more.includes('-u') ? [] : ['-u', `${self.login}:${self.password}`];
      const shape = ['-sS', '--path-as-is', '--max-time', '20', '-w', '\n%{http_code}'];
      const { stdout } = await program.run([...shape, ...login, ...more, url], { maxBuffer: 2 ** 24 });
      const end = stdout.lastIndexOf('\n');
      return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
    };
    const local = (bytes: number): string => {
      const file = join(directory, `local-${bytes}`);
      // Not again while another curl reads it.
      if (!existsSync(file)) writeFileSync(file, Buffer.alloc(bytes, 'x'));
      return file;
    };
    const upload = async (path: string, bytes: number, ...more: string[]) =>
      curl(path, '-T', local(bytes), ...more);
    const remove = async (path: string) => (await curl(path, '-X', 'DELETE')).status;
    const ask = async (path: string): Promise<Record<string, unknown>> => {
      const url = `${world.url}/quota/v1/contexts/${world.contextId}/${path}`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return (await response.json()) as Record<string, unknown>;
    };
    const usage = () => ask(`users/${userId}/usage`);
    const stored = () =>
      readdirSync(files(), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).length;

    it('upload, over quota, delete, again', async () => {
      expect((await upload('docs/one.bin', 800_000)).status).to.equal(201);
      expect(await usage()).to.include({ bytes: 800_000, files: 1, reserved: 0 });
      expect(await ask('objects/infostore/usage')).to.include({ count: 1, reserved: 0 });
      const refused = await upload('two.bin', 300_000);
      expect(refused.status).to.equal(507);
      expect(JSON.parse(refused.text)).to.deep.include({
        limit: bytesPerMb,
        mail: 0,
        files: 800_000,
        reserved: 0,
        available: bytesPerMb - 800_000,
      });
      expect(stored()).to.equal(1);
      expect(await ask('objects/infostore/usage')).to.include({ count: 1, reserved: 0 });
      expect(await remove('docs/one.bin')).to.equal(204);
      expect(await remove('docs/one.bin')).to.equal(404);
      expect(await usage()).to.include({ bytes: 0, files: 0, reserved: 0 });
      expect((await upload('two.bin', 300_000)).status).to.equal(201);
      expect((await curl('two.bin')).text).to.equal('x'.repeat(300_000));
    });

    it('an overwrite counts what it grows or shrinks', async () => {
      expect((await upload('two.bin', 900_000)).status).to.equal(204);
      expect(await usage()).to.include({ bytes: 900_000, files: 1 });
      expect((await upload('two.bin', bytesPerMb + 1)).status).to.equal(507);
      expect((await curl('two.bin')).text).to.have.length(900_000);
      expect((await upload('two.bin', bytesPerMb)).status).to.equal(204);
      expect((await upload('two.bin', 10)).status).to.equal(204);
      expect(await usage()).to.include({ bytes: 10, files: 1, reserved: 0 });
    });

    it('a quota that SOAP changes holds for the next upload', async () => {
      await world.changed(userId, { maxQuota: 3 });
      await world.setMailQuota(userId, 3);
      expect((await upload('big.bin', 2 * bytesPerMb)).status).to.equal(201);
      await world.changed(userId, { maxQuota: 1 });
      await world.setMailQuota(userId, 1);
      expect((await upload('small.bin', 1)).status).to.equal(507);
      expect(await remove('big.bin')).to.equal(204);
      expect((await upload('small.bin', 1)).status).to.equal(201);
      expect(await remove('small.bin')).to.equal(204);
    });

    it('many at once never pass the limit', async () => {
      const sent = await Promise.all(Array.from({ length: 12 }, (_, n) => upload(`many/${n}`, 200_000)));
      const statuses = sent.map(({ status }) => status).sort();
      expect(statuses.filter((status) => status === 201)).to.have.length(5);
      expect(statuses.filter((status) => status === 507)).to.have.length(7);
      expect(await usage()).to.include({ bytes: 1_000_010, files: 6, reserved: 0 });
      for (let n = 0; n < 12; n += 1) expect(await remove(`many/${n}`)).to.be.oneOf([204, 404]);
      expect(await usage()).to.include({ bytes: 10, files: 1 });
    });

    it('only for who may, and only with names that can be', async () => {
      expect((await upload('x', 1, '-u', 'anna:wrong')).status).to.equal(401);
      expect((await upload('x', 1, '-u', 'nobody:')).status).to.equal(401);
      const reseller = `${world.reseller.login}:${world.reseller.password}`;
      expect((await upload('x', 1, '-u', reseller)).status).to.equal(201);
      expect(await remove('x')).to.equal(204);
      for (const path of ['%2e%2e/y', '..%2fy', '.hidden', 'a//b', 'a%00b'])
        expect((await upload(path, 1)).status, path).to.be.oneOf([400, 401, 404]);
      expect((await upload('chunked', 5, '-H', 'Transfer-Encoding: chunked')).status).to.equal(411);
      expect(stored()).to.equal(1);
    });

    it('after a crash it says what is really there', async () => {
      const exit = once(example.process, 'exit');
      example.process.kill('SIGKILL');
      await exit;
      mkdirSync(join(files(), '.uploads'), { recursive: true });
      writeFileSync(join(files(), '.uploads', 'half'), 'half');
      writeFileSync(join(files(), String(world.contextId), String(userId), 'put-here'), '12345');
      example = await start();
      expect(await usage()).to.include({ bytes: 15, files: 2 });
      expect(stored()).to.equal(2);
    });
  });
}
