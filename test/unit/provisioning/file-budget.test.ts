import { expect } from 'chai';
import {
  accountOfFile,
  fileKinds,
  snippetLimitBytes,
  type SnippetProperties,
} from '../../../src/provisioning/usage/file-budget.js';

const userId = 5;
const notSet: SnippetProperties = { mode: undefined, perUserLimit: undefined };

describe('which budget a file counts to (docs/contract/quota.md#4)', () => {
  const table = {
    drive: { kind: 'storage', userId },
    attachment: { kind: 'context' },
    resource: { kind: 'context' },
    snippet: { kind: 'context' },
    compose: { kind: 'none' },
    other: { kind: 'context' },
  };
  for (const kind of fileKinds)
    it(kind, () => expect(accountOfFile(kind, userId, notSet)).to.deep.equal(table[kind]));

  it('signatures with a budget of their own', () => {
    const dedicated = (mode: string, perUserLimit?: string) =>
      accountOfFile('snippet', userId, { mode, perUserLimit });
    expect(dedicated('dedicated', '300KB')).to.deep.equal({ kind: 'snippets', userId, limitBytes: 307_200 });
    expect(dedicated(' Dedicated ', '-1')).to.deep.equal({ kind: 'snippets', userId, limitBytes: null });
    expect(dedicated('dedicated')).to.deep.equal({ kind: 'snippets', userId, limitBytes: 5_242_880 });
    expect(dedicated('default', '1')).to.deep.equal({ kind: 'context' });
  });

  const sizes: [string | undefined, number | null][] = [
    ['5MB', 5_242_880],
    [' 2 gb ', 2_147_483_648],
    ['17', 17],
    ['17B', 17],
    ['0', 0],
    ['-1', null],
    ['1.5MB', 5_242_880],
    ['many', 5_242_880],
    ['', 5_242_880],
    [undefined, 5_242_880],
  ];
  for (const [text, bytes] of sizes)
    it(`a limit of ${JSON.stringify(text)} is ${bytes}`, () =>
      expect(snippetLimitBytes(text)).to.equal(bytes));
});
