import { expect } from 'chai';
import { requireProgram } from '../support/processes/require-program.js';
import { oxbow } from './oxbow.js';

describe('completion', function () {
  this.timeout(120_000);

  it('offers commands, options and the values of some', async () => {
    const offered = async (...words: string[]) => (await oxbow(['complete', '--', ...words])).out;
    expect(await offered('creat'))
      .to.match(/^createcontext\t/m)
      .and.match(/^createuser\t/m)
      .and.not.include('listuser');
    expect(await offered('createuser', '--disp')).to.match(/^--displayname\t/m);
    expect(await offered('createuser', '--access-combination-name', 'pim')).to.include('pim_mobility');
  });

  for (const shell of ['bash', 'zsh', 'fish']) {
    it(`prints a script that ${shell} can read`, async function () {
      const { out, exitCode } = await oxbow(['completion', shell]);
      expect(exitCode).to.equal(0);
      expect(out).to.include('oxbow');
      requireProgram(this, shell);
      const env = { PATH: process.env['PATH'], SCRIPT: out };
      await requireProgram(this, 'sh').run(['-c', `printf '%s' "$SCRIPT" | ${shell} -n`], { env });
    });
  }
});
