import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  commentFigures,
  commentProblems,
  commentsOf,
  problemsOfComment,
} from '../../scripts/house/comment-rule.js';

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');

describe('the rule of comments', () => {
  it('refuses a riddle at the beginning, and nowhere else', () => {
    expect(problemsOfComment('What a statement answers rows of.')).to.deep.equal(['begins with "What"']);
    expect(problemsOfComment('Whose mailbox it is.')).to.have.length(1);
    expect(problemsOfComment('(As it was sent.)')).to.have.length(1);
    expect(problemsOfComment('OX: where it lives.')).to.have.length(1);
    expect(problemsOfComment('Reason why the quota is not unified.')).to.deep.equal([]);
    expect(problemsOfComment('Asynchronous, as all of it.')).to.deep.equal([]);
    expect(problemsOfComment('Reads a page. When it ends, null.')).to.deep.equal([]);
  });

  it('counts the words of each sentence', () => {
    expect(problemsOfComment(`${words(20)}. ${words(20)}.`)).to.deep.equal([]);
    expect(problemsOfComment(`${words(3)}. ${words(21)}.`)).to.deep.equal(['has a sentence of 21 words']);
    expect(problemsOfComment(`${words(11)}; ${words(10)}.`), 'a semicolon ends nothing').to.have.length(1);
    expect(problemsOfComment(`${words(11)},\n${words(10)}.`), 'nor does a line').to.have.length(1);
    expect(problemsOfComment(`${words(11)}, e.g. ${words(9)}.`), 'nor an abbreviation').to.have.length(1);
    expect(problemsOfComment(`${words(11)}\n\n${words(11)}`)).to.deep.equal([]);
    expect(problemsOfComment(`${words(20)}.\n@throws Error ${words(19)}`)).to.deep.equal([]);
  });

  it('counts neither sources nor the words of code', () => {
    const source = 'Source: docs/contract/users.md#1-4, docs/contract/access.md#1-1.';
    expect(problemsOfComment(`${words(20)}. ${source}`)).to.deep.equal([]);
    expect(problemsOfComment(`${words(20)} (docs/contract/choices.md#4).`)).to.deep.equal([]);
    expect(problemsOfComment(`${words(19)} \`INSERT INTO users (id) VALUES (?)\`.`)).to.deep.equal([]);
    expect(problemsOfComment('@ts-expect-error what this is')).to.deep.equal([]);
  });

  it('finds doc comments and line comments, and none in texts', () => {
    const text = [
      '/** One. */',
      'export const a = `// no comment`; // Two',
      '// Three goes',
      '// on here.',
      "const b = '/* no comment */'; // Four",
      'interface C {',
      '  /** Five. */',
      '  readonly d: string; // Six',
      '}',
      '// Seven',
    ].join('\n');
    expect(commentsOf('a.ts', text)).to.deep.equal([
      { line: 1, text: 'One.' },
      { line: 2, text: 'Two' },
      { line: 3, text: 'Three goes\non here.' },
      { line: 5, text: 'Four' },
      { line: 7, text: 'Five.' },
      { line: 8, text: 'Six' },
      { line: 10, text: 'Seven' },
    ]);
  });

  it('says where a problem is', () => {
    const directory = mkdtempSync(join(tmpdir(), 'comment-rule-'));
    try {
      const file = join(directory, 'a.ts');
      writeFileSync(
        file,
        'export const a = 1;\n\n/**\n * Those that\n * are there.\n */\nexport const b = 2;\n',
      );
      expect(commentProblems([file])).to.deep.equal([`${file}:3 begins with "Those": Those that are there.`]);
      expect(commentFigures([file]).comments).to.equal(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
