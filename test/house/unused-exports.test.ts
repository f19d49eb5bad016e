import { expect } from 'chai';
import { sourceFiles } from '../../scripts/house/source-imports.js';
import { unusedExports } from '../../scripts/house/unused-exports.js';

describe('exports that no file imports', () => {
  it('are found, under whatever name others are taken, at once or late', () => {
    const folder = 'test/house/exports';
    expect(unusedExports(sourceFiles(folder), `${folder}/`)).to.deep.equal([
      `${folder}/giver.ts: Forgotten`,
      `${folder}/giver.ts: left`,
    ]);
  });
});
