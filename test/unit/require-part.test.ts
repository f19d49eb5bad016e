import { expect } from 'chai';
import Mocha from 'mocha';
import { requirePart } from '../support/processes/require-part.js';

/** What a run of planted suites did. */
interface Run {
  readonly done: string[];
  readonly printed: string[];
  readonly passed: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Runs what `plant` adds, with nothing written to the terminal. */
async function run(plant: (suite: Mocha.Suite, done: (what: string) => void) => void): Promise<Run> {
  const done: string[] = [];
  const printed: string[] = [];
  const mocha = new Mocha({ reporter: class {}, timeout: 5_000 } as unknown as Mocha.MochaOptions);
  plant(Mocha.Suite.create(mocha.suite, 'planted'), (what) => done.push(what));
  const { log } = console;
  console.log = (text: string) => void printed.push(text);
  try {
    const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
      const runner = mocha.run(() => resolve(runner.stats));
    });
    const { passes = 0, pending = 0, failures = 0 } = stats ?? {};
    return { done, printed, passed: passes, skipped: pending, failed: failures };
  } finally {
    console.log = log;
  }
}

/** A suite with every kind of hook, whose part is not there, and one below it. */
function plantWithoutPart(suite: Mocha.Suite, done: (what: string) => void): void {
  suite.beforeAll(function () {
    requirePart(this, 'a part', false);
  });
  suite.beforeAll(() => done('second before'));
  suite.beforeEach(() => done('beforeEach'));
  suite.afterEach(() => done('afterEach'));
  suite.afterAll(() => done('after'));
  suite.addTest(new Mocha.Test('outer', () => done('outer')));
  const inner = Mocha.Suite.create(suite, 'inner');
  inner.beforeAll(() => done('inner before'));
  inner.afterAll(() => done('inner after'));
  inner.addTest(new Mocha.Test('inner', () => done('inner')));
}

describe('requirePart', () => {
  let requireAll: string | undefined;
  beforeEach(() => {
    requireAll = process.env['REQUIRE_ALL'];
    delete process.env['REQUIRE_ALL'];
  });
  afterEach(() => {
    if (requireAll === undefined) delete process.env['REQUIRE_ALL'];
    else process.env['REQUIRE_ALL'] = requireAll;
  });

  it('skips a suite whose part is not there with all of its hooks, and says so', async () => {
    expect(await run(plantWithoutPart)).to.deep.equal({
      done: [],
      printed: ['skipped: planted: a part is not installed'],
      passed: 0,
      skipped: 2,
      failed: 0,
    });
  });

  it('fails the suite where everything must be there', async () => {
    process.env['REQUIRE_ALL'] = '1';
    const { done, printed, failed, passed } = await run(plantWithoutPart);
    expect({ printed, failed, passed }).to.deep.equal({ printed: [], failed: 1, passed: 0 });
    expect(done).not.to.include('outer');
  });

  it('skips one test alone, and the others run with their hooks', async () => {
    const { done, printed, passed, skipped } = await run((suite, did) => {
      suite.beforeAll(() => did('before'));
      suite.afterAll(() => did('after'));
      const first = new Mocha.Test('first', () => requirePart(first.ctx ?? suite.ctx, 'a part', false));
      suite.addTest(first);
      suite.addTest(new Mocha.Test('second', () => did('second')));
    });
    expect({ done, passed, skipped }).to.deep.equal({
      done: ['before', 'second', 'after'],
      passed: 1,
      skipped: 1,
    });
    expect(printed).to.deep.equal(['skipped: planted first: a part is not installed']);
  });

  it('says nothing where the part is there', async () => {
    const { printed, passed } = await run((suite) => {
      suite.beforeAll(function () {
        requirePart(this, 'a part', true);
      });
      suite.addTest(new Mocha.Test('runs', () => undefined));
    });
    expect({ printed, passed }).to.deep.equal({ printed: [], passed: 1 });
  });
});
