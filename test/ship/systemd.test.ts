import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireProgram, type Program } from '../support/processes/require-program.js';

const unit = fileURLToPath(new URL('../../deploy/systemd/oxbow.service', import.meta.url));
/** Tenths of what `systemd-analyze security` counts: 0 is a service that can do nothing, 100 one that can do all. */
const mostExposure = 15;

describe('the systemd unit', () => {
  let analyze: Program;
  let shell: Program;
  let folder: string;
  before(function () {
    analyze = requireProgram(this, 'systemd-analyze', 'systemd');
    shell = requireProgram(this, 'sh');
    folder = mkdtempSync(join(tmpdir(), 'oxbow-unit-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The unit as it would be installed on this machine, changed by `edit`. */
  function installed(edit: (text: string) => string = (text) => text): string {
    const path = join(folder, 'oxbow.service');
    const here = readFileSync(unit, 'utf8').replace('/usr/bin/node', process.execPath);
    writeFileSync(path, edit(here));
    return path;
  }

  it('has nothing that systemd does not understand', () => {
    const verify = (path: string) => analyze.runSync(['verify', '--man=no', path]);
    expect(verify(installed()).stderr).to.equal('');
    expect(verify(installed()).status).to.equal(0);
    const misspelt = verify(installed((text) => text.replace('PrivateTmp', 'PrivateTemp')));
    expect(misspelt.stderr).to.include('PrivateTemp');
  });

  it('is as closed as a service with a network can be', () => {
    const security = (path: string) => {
      const options = ['security', '--offline=yes', '--no-pager', `--threshold=${mostExposure}`, path];
      return analyze.runSync(options);
    };
    const closed = security(installed());
    expect(closed.status, closed.stdout).to.equal(0);
    expect(security(installed((text) => text.replace(/^SystemCallFilter.*$/gm, ''))).status).not.to.equal(0);
  });

  it('writes for its user alone, and no dump of its memory', () => {
    const text = readFileSync(unit, 'utf8');
    for (const line of ['UMask=0077', 'StateDirectoryMode=0700', 'LimitCORE=0'])
      expect(text).to.match(new RegExp(`^${line}$`, 'm'));
  });

  it('leaves V8 its compiler, and ends within the time that the service may take', () => {
    const text = readFileSync(unit, 'utf8');
    expect(text).not.to.match(/^MemoryDenyWriteExecute/m);
    const stopSeconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]);
    expect(stopSeconds).to.be.greaterThan(20);
  });

  it('reloads only where there is a certificate to read again', () => {
    const [, command = ''] = /^ExecReload=\/bin\/sh -c '(.*)'$/m.exec(readFileSync(unit, 'utf8')) ?? [];
    const reload = (certificate: string): string => {
      const script = `kill() { echo "kill $*"; }; ${command}`;
      const env = { PATH: process.env['PATH'] ?? '', MAINPID: '4711', TLS_CERT_FILE: certificate };
      const { status, stdout } = shell.runSync(['-c', script], { env });
      expect(status).to.equal(0);
      return stdout;
    };
    expect(reload('')).to.equal('');
    expect(reload('/etc/oxbow/cert.pem')).to.equal('kill -HUP 4711\n');
  });
});
