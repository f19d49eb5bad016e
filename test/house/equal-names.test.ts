import { expect } from 'chai';
import { equalNames, exportedNames } from '../../scripts/house/equal-names.js';

describe('names of src', function () {
  this.timeout(60_000);

  it('no two files export the same name, or have it', () => {
    expect(equalNames()).to.deep.equal({ files: [], exports: [] });
  });

  it('overloads count once, and what is not exported does not count', () => {
    const code = `
      export function read(text: string): string;
      export function read(text: number): string;
      export function read(text: unknown): string { return String(text); }
      export const [first, second] = [1, 2], third = 3;
      export class Reader {}
      export interface Book {}
      export type Page = string;
      const own = 1;
      export { own };
    `;
    expect(exportedNames('a.ts', code)).to.deep.equal(['read', 'third', 'Reader', 'Book', 'Page']);
  });

  it('says which files are namesakes, and which exports', () => {
    const files = ['a', 'b'].map((folder) => `test/house/namesakes/${folder}/twins.ts`);
    expect(equalNames('test/house/namesakes')).to.deep.equal({
      files: [{ name: 'twins.ts', files }],
      exports: [{ name: 'Twin', files }],
    });
  });
});
