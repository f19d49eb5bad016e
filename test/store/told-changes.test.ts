import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';

const writing =
  /\.(?:insert|update|delete|del|increment|decrement|truncate)\(|INSERT INTO|UPDATE |DELETE FROM/;

function callsOf(method: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`session\\s*\\.${method}(?:<[^>]*>)?\\(`, 'g'))].map(({ index }) => {
    const start = text.indexOf('(', index);
    let depth = 0;
    for (let at = start; at < text.length; at += 1) {
      if (text[at] === '(') depth += 1;
      else if (text[at] === ')' && --depth === 0) return text.slice(start, at + 1);
    }
    return text.slice(start);
  });
}

describe('what repositories tell their session', () => {
  const repositories = readdirSync('src/store', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('-repository.ts'))
    .map((name) => ({ path: name, text: readFileSync(`src/store/${name}`, 'utf8') }));

  it('is every write: nothing is written by what reads or locks', () => {
    expect(repositories).to.have.length.above(20);
    const quiet = repositories.flatMap(({ path, text }) =>
      ['read', 'lock'].flatMap((method) =>
        callsOf(method, text).flatMap((call) => (writing.test(call) ? [`${path}: ${call}`] : [])),
      ),
    );
    expect(quiet).to.deep.equal([]);
  });

  it('is told through the session alone: no repository reaches the database beside it', () => {
    const beside = repositories.filter(({ text }) => /private readonly knex|knex\.transaction/.test(text));
    expect(beside.map(({ path }) => path)).to.deep.equal(['audit/knex-audit-repository.ts']);
  });
});
