import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { sessionCalls } from '../support/reached-code.js';

const writing =
  /\.(?:insert|update|delete|del|increment|decrement|truncate)\(|INSERT INTO|UPDATE |DELETE FROM/;

/** A lock that Galera has only as a row of `cluster_locks`. */
const lockingByRow = /: export async function lockAcrossNodes\(/;

describe('what repositories tell their session', () => {
  const repositories = readdirSync('src/store', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('-repository.ts'))
    .map((name) => ({ path: name, text: readFileSync(`src/store/${name}`, 'utf8') }));

  it('is every write: nothing is written by what reads or locks, nor by a function that these call', () => {
    expect(repositories).to.have.length.above(20);
    const calls = readdirSync('src/store', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('database/'))
      .flatMap((name) => sessionCalls(`src/store/${name}`, ['read', 'lock']));
    expect(calls).to.have.length.above(100);
    expect(calls.filter(({ reached }) => reached.length > 0)).to.have.length.above(20);
    const quiet = calls.flatMap(({ path, text, reached }) =>
      [`${path}: ${text}`, ...reached].filter((code) => writing.test(code) && !lockingByRow.test(code)),
    );
    expect(quiet).to.deep.equal([]);
  });

  it('is told through the session alone: no repository reaches the database beside it', () => {
    const beside = repositories.filter(({ text }) => /private readonly knex|knex\.transaction/.test(text));
    expect(beside.map(({ path }) => path)).to.deep.equal(['audit/knex-audit-repository.ts']);
  });
});
