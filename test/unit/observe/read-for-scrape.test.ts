import { expect } from 'chai';
import { known } from '../../../src/observe/metrics.js';

describe('metrics: what is read for a scrape', () => {
  it('is the answer of the database', async () => {
    expect(await known(() => Promise.resolve(7))).to.equal(7);
  });

  it('is not known where the database refuses, or says nothing', async () => {
    expect(await known(() => Promise.reject(new Error('gone')))).to.equal(null);
    expect(await known(() => new Promise(() => undefined))).to.equal(null);
  });
});
