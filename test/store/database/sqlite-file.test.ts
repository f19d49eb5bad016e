import { expect } from 'chai';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../src/store/open-store.js';
import { insertContext, aContext } from '../fixtures.js';

describe("rights on SQLite's files (issue 12, D 1)", function () {
  this.timeout(60_000);
  let root: string;
  let data: string;
  let file: string;
  let warnings: string[];
  const usualMask = process.umask();
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'oxbow-rights-'));
    data = join(root, 'data');
    file = join(data, 'oxbow.db');
    warnings = [];
    process.umask(0o022);
  });
  afterEach(() => {
    process.umask(usualMask);
    rmSync(root, { recursive: true });
  });

  const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);
  const modes = (): Record<string, string> =>
    Object.fromEntries([
      ['.', modeOf(data)],
      ...readdirSync(data).map((name) => [name, modeOf(join(data, name))]),
    ]) as Record<string, string>;
  const open = (parameters = '') =>
    openStore({ databaseUrl: `sqlite:${file}${parameters}`, onWarning: (text) => warnings.push(text) });

  for (const parameters of ['', '?exclusive=true']) {
    it(`a new database${parameters} is its owner's alone, with all that SQLite writes beside it`, async () => {
      const store = await open(parameters);
      await insertContext(store, aContext(1));
      const { '.': directory, ...files } = modes();
      expect(directory).to.equal('700');
      expect(Object.keys(files).length, 'the database and a journal').to.be.greaterThan(1);
      expect(new Set(Object.values(files))).to.deep.equal(new Set(['600']));
      expect(warnings).to.deep.equal([]);
      await store.close();
    });
  }

  it('one that was open to all is closed at the start, with its directory', async () => {
    mkdirSync(data, { mode: 0o755 });
    await (await open()).close();
    chmodSync(data, 0o755);
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644);
    const store = await open();
    await insertContext(store, aContext(1));
    expect(new Set(Object.values(modes()))).to.deep.equal(new Set(['700', '600']));
    await store.close();
  });

  it('a directory in place of the file is refused and keeps its rights', async () => {
    mkdirSync(file, { recursive: true });
    chmodSync(file, 0o1777);
    const refusal = await open().catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(Error);
    expect(modeOf(file)).to.equal('1777');
  });

  it('a directory with other things in it stays as it is, and the start says so', async () => {
    mkdirSync(data, { mode: 0o755 });
    writeFileSync(join(data, 'something else'), '');
    const store = await open();
    await insertContext(store, aContext(1));
    await store.close();
    expect(modes()).to.include({ '.': '755', 'something else': '644', 'oxbow.db': '600' });
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0])
      .to.match(/rights on its directory \(0755\)/)
      .and.not.contain(root);
  });

  it('a group that was given the directory, by the set-group-ID bit, keeps what it has; others do not', async () => {
    mkdirSync(data);
    chmodSync(data, 0o2775);
    const store = await open();
    await insertContext(store, aContext(1));
    expect(modes()).to.include({ '.': '2770', 'oxbow.db': '660', 'oxbow.db-journal': '660' });
    expect(warnings).to.deep.equal([]);
    await store.close();
    chmodSync(file, 0o664);
    await (await open()).close();
    expect(modeOf(file)).to.equal('660');
  });
});
