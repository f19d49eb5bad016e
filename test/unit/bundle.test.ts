import { expect } from 'chai';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../scripts/bundle.js';

const directory = `node_modules/.cache/bundle-test-${process.pid}`;
const folder = fileURLToPath(new URL(`../../${directory}/`, import.meta.url));

describe('bundle', () => {
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('takes in what the project has and leaves packages outside', async () => {
    await bundle(['src/observe/logging.ts'], directory);
    expect(readdirSync(folder)).to.deep.equal(['logging.js']);
    const imported = [...readFileSync(`${folder}logging.js`, 'utf8').matchAll(/^import .* from "(.+)";$/gm)];
    expect(new Set(imported.map(([, name]) => name))).to.deep.equal(
      new Set(['node:os', 'node:path', 'node:url', 'winston']),
    );
  });

  it('removes what an earlier one left, and touches nothing that is the same', async () => {
    await bundle(['src/package-root.ts'], directory);
    const before = statSync(`${folder}package-root.js`);
    writeFileSync(`${folder}chunk-OLD.js`, '');
    await bundle(['src/package-root.ts'], directory);
    expect(readdirSync(folder)).to.deep.equal(['package-root.js']);
    expect(statSync(`${folder}package-root.js`)).to.include({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('says what is wrong, and then leaves the directory as it was', async () => {
    await bundle(['src/package-root.ts'], directory);
    const error: unknown = await bundle(['src/no-such-file.ts'], directory).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).to.include('src/no-such-file.ts');
    expect(readdirSync(folder)).to.deep.equal(['package-root.js']);
  });
});
