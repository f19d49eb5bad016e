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

/** True for the same modules; `publicFolderEditable` does not count, since it is a right on a folder. Source: docs/contract/access.md#1-2. */
export function isSameModuleAccess(one: number, other: number): boolean {
  return withoutPublicFolderEditable(one) === withoutPublicFolderEditable(other);
}

/** Bits of the original's stored permission, which clients know as numbers. Two flags are none. Source: docs/contract/access.md#2. */
const permissionBits: Readonly<Partial<Record<ModuleName, number>>> = {
  webmail: 1,
  calendar: 2,
  contacts: 4,
  tasks: 8,
  infostore: 16,
  webdavXml: 256,
  webdav: 512,
  ical: 1024,
  vcard: 2048,
  syncml: 16384,
  editPublicFolders: 32768,
  readCreateSharedFolders: 65536,
  delegateTask: 131072,
  editGroup: 262144,
  editResource: 524288,
  editPassword: 1048576,
  collectEmailAddresses: 2097152,
  multipleMailAccounts: 4194304,
  subscription: 8388608,
  publication: 16777216,
  activeSync: 33554432,
  USM: 67108864,
  OLOX20: 134217728,
  deniedPortal: 268435456,
};

/** The bit mask of the modules that a permission of the original tells apart. */
export const permissionModules = moduleNames.reduce(
  (mask, name) => (permissionBits[name] === undefined ? mask : mask | bit(name)),
  0,
);

/** The bit mask of a permission in the original's bits; null for one that has others. */
export function moduleAccessFromPermission(permission: number): number | null {
  const granted = moduleNames.filter((name) => ((permissionBits[name] ?? 0) & permission) !== 0);
  const known = granted.reduce((sum, name) => sum + (permissionBits[name] ?? 0), 0);
  return known === permission ? granted.reduce((mask, name) => mask | bit(name), 0) : null;
}
