import { satisfies, valid } from 'semver';
import type { LockedPackage } from './lock-file.js';

/** A known weakness of a package. */
export interface Advisory {
  readonly package: string;
  readonly id: string;
  /** A range of versions as npm writes it. */
  readonly vulnerable: string;
}

/** Licences that go with Apache-2.0 and ask for no more than their text. */
export const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
];

/** What speaks against these packages, one line each; those for development are only asked for their integrity. */
export function dependencyProblems(
  packages: readonly LockedPackage[],
  advisories: readonly Advisory[],
): string[] {
  return packages.flatMap((each) => {
    const found: string[] = [];
    if (!each.hasIntegrity) found.push('has no integrity in package-lock.json');
    if (valid(each.version) === null) found.push('has no version in package-lock.json');
    if (!each.isDev) {
      if (each.hasInstallScript) found.push('runs a script when it is installed');
      if (!allowedLicences.includes(each.licence ?? ''))
        found.push(`has the licence ${each.licence ?? 'unknown'}, which is not allowed`);
      found.push(...hits(each, advisories).map((id) => `is vulnerable: ${id}`));
    }
    return found.map((what) => `${each.name}@${each.version} ${what}`);
  });
}

/** The advisories that a package falls under; versions before a release count as that release's predecessors. */
export function hits(
  { name, version }: Pick<LockedPackage, 'name' | 'version'>,
  advisories: readonly Advisory[],
): string[] {
  return advisories
    .filter((each) => each.package === name)
    .filter((each) => satisfies(version, each.vulnerable, { includePrerelease: true }))
    .map((each) => each.id);
}
