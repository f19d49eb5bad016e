import { expect } from 'chai';
import { alignedTable } from '../../../src/cli/terminal/print-rows.js';

describe('tables of the command line', () => {
  it('aligns columns by what a terminal shows, not by code units', () => {
    const lines = [
      ['1', 'anton', 'x'],
      // Wide characters, as in Japan and Korea, and half-width ones.
      ['2', '山田太郎', 'x'],
      ['3', '김민수', 'x'],
      ['4', 'ﾔﾏﾀﾞ', 'x'],
      // Combining characters: an accent, an Arabic vowel, letters of Korean one by one.
      ['5', 'Jose\u0301', 'x'],
      ['6', '\u0645\u064f\u062d', 'x'],
      ['7', '\u1112\u1161\u11ab', 'x'],
      // One picture of one, two, five and eight code points' units.
      ['8', '😀', 'x'],
      ['9', '🇩🇪', 'x'],
      ['10', '👍🏽', 'x'],
      ['11', '👨\u200d👩\u200d👧', 'x'],
    ];
    expect(alignedTable(['id', 'name', 'last'], lines).split('\n')).to.deep.equal([
      'id  name      last',
      ' 1  anton     x',
      ' 2  山田太郎  x',
      ' 3  김민수    x',
      ' 4  ﾔﾏﾀﾞ      x',
      ' 5  Jose\u0301      x',
      ' 6  \u0645\u064f\u062d        x',
      ' 7  \u1112\u1161\u11ab        x',
      ' 8  😀        x',
      ' 9  🇩🇪        x',
      '10  👍🏽        x',
      '11  👨\u200d👩\u200d👧        x',
      '',
    ]);
  });

  it('makes room for a wide heading, and for none', () => {
    expect(alignedTable(['名前', 'n'], [['a', '10']])).to.equal('名前   n\na     10\n');
    expect(alignedTable(['id', 'name'], [])).to.equal('id  name\n');
  });
});
