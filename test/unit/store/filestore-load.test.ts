import { expect } from 'chai';
import { FilestoreLoads } from '../../../src/store/registry/filestore-load.js';

const second = 1_000;
const nothing = { contexts: 0, users: 0, usedBytes: 0, contextSizesMb: 0 };

/** A session of a database that counts when the test says so, on a clock of the test. */
class SlowSession {
  nowMs = Date.UTC(2026, 0, 1);
  /** Counts that were begun. */
  begun = 0;
  private waiting: (() => void)[] = [];

  /** The first of the reads of a count waits; what it would read is nothing. */
  readonly read = async (): Promise<never> => {
    this.reads += 1;
    if (this.reads % 2 === 1) {
      this.begun += 1;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return null as never;
  };

  write(): Promise<never> {
    return Promise.reject(new Error('nothing is written'));
  }

  /** Lets the counts that were begun end after some time. */
  end(tookMs: number): void {
    this.nowMs += tookMs;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private reads = 0;
}

describe('the rough load of a filestore', () => {
  const realNow = Date.now;
  let session: SlowSession;
  let loads: FilestoreLoads;
  beforeEach(() => {
    session = new SlowSession();
    loads = new FilestoreLoads(session);
    Date.now = () => session.nowMs;
  });
  afterEach(() => {
    Date.now = realNow;
  });

  /** The age of the answer, of which the count is made first where `takesMs` is given. */
  async function ageMs(takesMs?: number): Promise<number> {
    const answer = loads.rough(1);
    if (takesMs !== undefined) session.end(takesMs);
    const rough = await answer;
    expect(rough.load).to.deep.equal(nothing);
    return rough.ageMs;
  }

  /** Waits until a count that nobody waits for has been stored. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('is counted once for ten seconds', async () => {
    expect(await ageMs(100)).to.equal(100);
    session.nowMs += 9 * second;
    expect(await ageMs()).to.equal(9 * second + 100);
    expect(session.begun).to.equal(1);
  });

  it('is renewed behind an answer of the old count, once however many ask', async () => {
    await ageMs(0);
    session.nowMs += 11 * second;
    expect(await ageMs(), 'nobody waits').to.equal(11 * second);
    expect(await ageMs()).to.equal(11 * second);
    expect(session.begun).to.equal(2);
    session.end(100);
    await settled();
    expect(await ageMs(), 'the new count').to.equal(100);
    expect(session.begun).to.equal(2);
  });

  it('is waited for when the old count is useless', async () => {
    await ageMs(0);
    session.nowMs += 51 * second;
    expect(await ageMs(100)).to.equal(100);
    expect(session.begun).to.equal(2);
  });

  it('is renewed more rarely where counting takes long', async () => {
    await ageMs(2 * second);
    session.nowMs += 37 * second;
    await ageMs();
    expect(session.begun, 'twenty times two seconds have not passed').to.equal(1);
    session.nowMs += 2 * second;
    await ageMs();
    expect(session.begun).to.equal(2);
    session.end(0);
  });

  it('is asked for again after a count that failed', async () => {
    await ageMs(0);
    session.nowMs += 11 * second;
    const read = session.read;
    Object.assign(session, { read: () => Promise.reject(new Error('gone')) });
    expect(await ageMs()).to.equal(11 * second);
    await settled();
    Object.assign(session, { read });
    await ageMs();
    session.end(100);
    await settled();
    expect(await ageMs()).to.equal(100);
  });
});
