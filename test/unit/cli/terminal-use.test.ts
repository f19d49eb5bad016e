import { expect } from 'chai';
import { terminalUse } from '../../../src/cli/terminal/command-io.js';

describe('terminalUse', () => {
  const terminal = { isTTY: true };
  const file = {};

  it('looks at the stream that is written to', () => {
    expect(terminalUse({}, terminal, file)).to.deep.equal({ showsColours: true, showsProgress: false });
    expect(terminalUse({}, file, terminal)).to.deep.equal({ showsColours: false, showsProgress: true });
  });

  it('takes any NO_COLOR that is not empty', () => {
    const nothing = { showsColours: false, showsProgress: false };
    expect(terminalUse({ NO_COLOR: '0' }, terminal, terminal)).to.deep.equal(nothing);
    const all = { showsColours: true, showsProgress: true };
    expect(terminalUse({ NO_COLOR: '' }, terminal, terminal)).to.deep.equal(all);
  });
});
