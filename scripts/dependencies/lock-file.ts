import { readFileSync } from 'node:fs';
import { z } from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

/** A package as package-lock.json holds it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX; null: the package does not say. */
  readonly licence: string | null;
  readonly hasIntegrity: boolean;
  readonly hasInstallScript: boolean;
  /** Only for development: nothing of it is installed where the service runs. */
  readonly isDev: boolean;
}

/** All packages of a lock file, itself apart. @throws ZodError when it is none */
export function lockedPackages(text: string): LockedPackage[] {
  const { packages } = lockFile.parse(JSON.parse(text));
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      licence: entry.license ?? null,
      hasIntegrity: entry.integrity !== undefined,
      hasInstallScript: entry.hasInstallScript === true,
      isDev: entry.dev === true,
    }));
}

/** Those of this project. */
export function ownPackages(): LockedPackage[] {
  return lockedPackages(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
}
