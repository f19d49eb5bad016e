import { expect } from 'chai';
import { dependencyProblems } from '../../scripts/dependencies/dependency-problems.js';
import { lockedPackages, ownPackages, type LockedPackage } from '../../scripts/dependencies/lock-file.js';

const good: LockedPackage = {
  name: 'some-package',
  version: '2.0.0',
  licence: 'MIT',
  hasIntegrity: true,
  hasInstallScript: false,
  isDev: false,
};
const advisories = [{ package: 'some-package', id: 'CVE-1', vulnerable: '<1.2.3 || >=2.0.0 <2.0.1' }];
const after = [{ package: 'some-package', id: 'CVE-2', vulnerable: '<2.0.0' }];

describe('the check of dependencies', () => {
  const planted: [string, Partial<LockedPackage>, RegExp][] = [
    ['a vulnerable version', {}, /^some-package@2\.0\.0 is vulnerable: CVE-1$/],
    ['a version before the fixed release', { version: '2.0.1-rc.1' }, /vulnerable/],
    ['an install script', { name: 'other', hasInstallScript: true }, /^other@2\.0\.0 runs a script/],
    ['a licence that is not allowed', { name: 'other', licence: 'GPL-3.0-only' }, /GPL-3\.0-only/],
    ['no licence', { name: 'other', licence: null }, /unknown/],
    ['no integrity', { name: 'other', hasIntegrity: false }, /integrity/],
  ];
  for (const [what, change, expected] of planted)
    it(`finds ${what}`, () => {
      const problems = dependencyProblems([{ ...good, ...change }], advisories);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(expected);
    });

  it('has nothing to say of a fixed version, and of what is for development only', () => {
    expect(dependencyProblems([good], after)).to.deep.equal([]);
    const dev = { ...good, isDev: true, licence: null, hasInstallScript: true };
    expect(dependencyProblems([dev], advisories)).to.deep.equal([]);
  });

  it('reads names, scopes and copies of a package that others brought', () => {
    const entry = { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' };
    const paths = ['', 'node_modules/a', 'node_modules/@scope/b', 'node_modules/a/node_modules/@scope/b'];
    const lock = { packages: Object.fromEntries(paths.map((path) => [path, entry])) };
    const names = lockedPackages(JSON.stringify(lock)).map(({ name }) => name);
    expect(names).to.deep.equal(['a', '@scope/b', '@scope/b']);
  });

  it('sees what this project installs', () => {
    const names = ownPackages()
      .filter(({ isDev }) => !isDev)
      .map(({ name }) => name);
    expect(names).to.include.members(['express', 'mysql2', 'libsql', '@node-rs/bcrypt']);
    expect(names).not.to.include('mocha');
  });
});
