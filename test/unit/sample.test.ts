import { expect } from 'chai';
import { isWhole, sampleOf } from '../support/sample.js';

describe('the sample of a long matrix', () => {
  const cases = Array.from({ length: 600 }, (_, index) => `case ${index}`);
  const withRequireAll = <T>(value: string | undefined, run: () => T): T => {
    const before = process.env['REQUIRE_ALL'];
    const set = (to: string | undefined) =>
      to === undefined ? delete process.env['REQUIRE_ALL'] : (process.env['REQUIRE_ALL'] = to);
    set(value);
    try {
      return run();
    } finally {
      set(before);
    }
  };
  const sample = (of: readonly string[]) => withRequireAll(undefined, () => sampleOf(of, (name) => name));

  it('is all of it with REQUIRE_ALL=1', () => {
    withRequireAll('1', () => {
      expect(isWhole()).to.equal(true);
      expect(sampleOf(cases, (name) => name)).to.deep.equal(cases);
    });
    expect(withRequireAll(undefined, isWhole)).to.equal(false);
  });

  it('is else about a third, from everywhere', () => {
    for (const part of [cases.slice(0, 200), cases.slice(200, 400), cases.slice(400)])
      expect(sample(part).length).to.be.within(45, 90);
  });

  it('takes each case by its name alone, whatever stands beside it', () => {
    const taken = sample(cases);
    expect(sample([...cases].reverse())).to.have.members([...taken]);
    expect(cases.flatMap((one) => sample([one]))).to.deep.equal(taken);
  });
});
