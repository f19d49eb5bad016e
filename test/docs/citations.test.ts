import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anchorProblems, citationProblems, citingFiles, countCitations } from '../../scripts/citations.js';
import { checkout } from './markdown-page.js';

/** What this test plants is no citation, and neither are the forms that the search knows. */
const planting = ['test/docs/citations.test.ts', 'scripts/citations.ts'];
const files = citingFiles(checkout)
  .filter((path) => !planting.includes(path))
  .map((path) => ({ path, text: readFileSync(join(checkout, path), 'utf8') }));

describe('citations of the contract', () => {
  it('lead to a section that is there, in no former form', () => {
    const problems = files.flatMap(({ path, text }) => citationProblems(checkout, path, text));
    expect(problems).to.deep.equal([]);
  });

  it('are found where code makes them', () => {
    const inCode = files.filter(({ path }) => /^(src|test)\/.*\.ts$/.test(path));
    const count = inCode.reduce((sum, { text }) => sum + countCitations(text), 0);
    expect(count).to.be.greaterThan(200);
  });

  it('name a section wherever code makes them', () => {
    const whole = files
      .filter(({ path }) => path.endsWith('.ts'))
      .filter(({ text }) => /\bdocs\/contract\/[\w-]+\.md(?!#\d)/.test(text));
    expect(whole.map(({ path }) => path)).to.deep.equal([]);
  });

  it('can rely on anchors that are the numbers of headings', () => {
    const folder = join(checkout, 'docs/contract');
    const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
    expect(pages.length).to.be.greaterThan(10);
    const problems = pages.flatMap((name) =>
      anchorProblems(readFileSync(join(folder, name), 'utf8')).map((problem) => `${name}: ${problem}`),
    );
    expect(problems).to.deep.equal([]);
  });

  const planted: [string, string][] = [
    ['// Source: docs/contract/users.md#1-1.', ''],
    ['// Source: docs/contract/users.md#99.', 'docs/contract/users.md#99'],
    ['// Source: docs/contract/nowhere.md#1.', 'docs/contract/nowhere.md#1'],
    ['// docs/decisions/0099-nothing.md', 'docs/decisions/0099-nothing.md'],
    ['// OX: semantics 1.1, in this order.', 'semantics 1'],
    ['// (semantics, decision 5)', 'semantics, decision'],
    ['// (decision 4)', 'decision 4'],
    ['// OX: wire.md section 11.', 'wire.md section 1'],
    ["describe('wire: the rest (wire 11)'", 'wire 1'],
    ['// oxaas.md 4.1', 'oxaas.md 4'],
    ['// (mailservers.md A6)', 'mailservers.md A6'],
    ['// as clients.md says', 'clients.md'],
    ['// ../shared/contract', 'shared/contract'],
  ];
  for (const [line, problem] of planted) {
    it(`are looked at closely enough for ${line}`, () => {
      const found = citationProblems(checkout, 'src/x.ts', line);
      expect(found[0] ?? '').to.equal(problem === '' ? '' : `src/x.ts:1: ${problem}`);
    });
  }

  it('are looked at closely enough to see a heading without its number', () => {
    const page =
      '## 1 One\n## <a id="2"></a>2 Two\n### <a id="2-2"></a>2.1 Three\n## <a id="2"></a>2 Again\n## No number\n';
    expect(anchorProblems(page)).to.deep.equal(['## 1 One', '### <a id="2-2"></a>2.1 Three', '2']);
  });
});
