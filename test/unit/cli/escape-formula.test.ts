import { expect } from 'chai';
import { escapeFormula } from '../../../src/cli/terminal/escape-formula.js';

describe('cells that spreadsheets would calculate', () => {
  const escaped = [
    '=1+1',
    '+49 30 1',
    '-1+cmd|x',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1+1',
    '＠x',
  ];
  const left = ['', 'anna', '-1', '-1.5', '10', 'a=b', "'=1", ' =1', "'s Gravenhage"];
  for (const cell of escaped)
    it(`${JSON.stringify(cell)} gets an apostrophe`, () => expect(escapeFormula(cell)).to.equal(`'${cell}`));
  for (const cell of left)
    it(`${JSON.stringify(cell)} stays as it is`, () => expect(escapeFormula(cell)).to.equal(cell));
});
