/**
 * Modules of a user by their names on the wire. The position is the bit in `User.moduleAccess`, so the list
 * is append-only.
 */
export const moduleNames = [
  'OLOX20',
  'USM',
  'activeSync',
  'calendar',
  'collectEmailAddresses',
  'contacts',
  'delegateTask',
  'deniedPortal',
  'editGroup',
  'editPassword',
  'editPublicFolders',
  'editResource',
  'globalAddressBookDisabled',
  'ical',
  'infostore',
  'multipleMailAccounts',
  'publicFolderEditable',
  'publication',
  'readCreateSharedFolders',
  'subscription',
  'syncml',
  'tasks',
  'vcard',
  'webdav',
  'webdavXml',
  'webmail',
] as const;

/** The bit mask of a user that has every module. */
export const allModules = 2 ** moduleNames.length - 1;

export type ModuleName = (typeof moduleNames)[number];

/** The flags of one user; absent ones take their defaults. */
export type ModuleFlags = Readonly<Partial<Record<ModuleName, boolean | null>>>;

const offByDefault: ReadonlySet<ModuleName> = new Set([
  'globalAddressBookDisabled',
  'publicFolderEditable',
  'deniedPortal',
]);

function bit(name: ModuleName): number {
  return 1 << moduleNames.indexOf(name);
}

/**
 * Bit mask of an access object. A missing flag takes the object's own default, not the stored value, and the
 * default is mostly true.
 * Source: docs/contract/access.md#1-1.
 */
export function moduleAccessFromFlags(flags: ModuleFlags): number {
  return moduleNames.reduce(
    (mask, name) => ((flags[name] ?? !offByDefault.has(name)) ? mask | bit(name) : mask),
    0,
  );
}

/** Every flag of a bit mask by name. */
export function flagsFromModuleAccess(mask: number): Record<ModuleName, boolean> {
  return Object.fromEntries(moduleNames.map((name) => [name, (mask & bit(name)) !== 0])) as Record<
    ModuleName,
    boolean
  >;
}

/** The mask of an explicit list of modules: what is not listed is off. Names in any letter case; null for an unknown one. */
export function moduleAccessFromNames(names: readonly string[]): number | null {
  let mask = 0;
  for (const wanted of names) {
    const name = moduleNames.find((module) => module.toLowerCase() === wanted.toLowerCase());
    if (name === undefined) return null;
    mask |= bit(name);
  }
  return mask;
}

/** Only the context admin keeps publicFolderEditable. Source: docs/contract/access.md#1-2. */
export function withoutPublicFolderEditable(mask: number): number {
  return mask & ~bit('publicFolderEditable');
}
