import { errors } from '../errors/errors.js';
import { isSameModuleAccess, moduleAccessFromNames } from '../model/module-access.js';

const webmail = 'webmail, contacts, globaladdressbookdisabled, collectemailaddresses, editpassword';
const pim = `${webmail}, calendar, tasks, multiplemailaccounts, subscription, publication`;
const groupwareStandard =
  'webmail, calendar, contacts, infostore, tasks, webdav, ical, vcard, readcreatesharedfolders, delegatetask, ' +
  'editpublicfolders, editgroup, editresource, editpassword, collectemailaddresses, multiplemailaccounts, subscription, publication';
const groupwarePremium = `${groupwareStandard}, webdavxml, syncml, usm, olox20, activesync`;

const pimPlus = 'contacts, webmail, calendar, tasks';
const groupwarePlus = `${pimPlus}, delegatetask, editpublicfolders, infostore, publicfoldereditable, readcreatesharedfolders`;

/**
 * Built-in access combinations, as the original ships them. `all` precedes `groupware_premium`, whose name it
 * takes when read back.
 * Source: docs/contract/access.md#1.
 */
const shipped: Readonly<Record<string, string>> = {
  webmail,
  pim,
  pim_infostore: `${pim}, infostore, webdav`,
  pim_mobility: `${pim}, syncml, usm, activesync`,
  groupware_standard: groupwareStandard,
  all: `${groupwarePremium}, publicfoldereditable`,
  groupware_premium: groupwarePremium,
  drive: 'infostore, deniedportal, contacts, collectemailaddresses',
  webmail_plus: 'contacts, webmail',
  pim_plus: pimPlus,
  groupware_plus: groupwarePlus,
  premium: `${groupwarePlus}, ical, vcard, webdav, webdavxml`,
  groupware: `${groupwareStandard}, webdavxml, publicfoldereditable`,
};

/**
 * Names of OX Cloud, which the original does not ship. Their modules are our choice (docs/compatibility.md,
 * "Access combinations").
 */
const ofCloud: Readonly<Record<string, string>> = {
  cloud_pim: `${pim}, ical, vcard, usm, activesync`,
  cloud_productivity: `${pim}, ical, vcard, usm, activesync, infostore, webdav, readcreatesharedfolders, delegatetask`,
};

/** The named module access combinations of an installation. */
export class AccessCombinations {
  private readonly masks = new Map<string, number>();
  private readonly offered: readonly string[];

  /**
   * @param operatorsOwn name → comma list of modules; these come over the shipped ones
   * @throws Error naming the combination whose list has an unknown module
   */
  constructor(operatorsOwn: ReadonlyMap<string, string> = new Map()) {
    const offered = [...Object.entries(shipped), ...operatorsOwn];
    this.offered = [...new Set(offered.map(([name]) => name))];
    for (const [name, modules] of [...Object.entries(ofCloud), ...offered]) {
      const names = modules.split(',').map((module) => module.trim());
      const mask = moduleAccessFromNames(names.filter((module) => module !== ''));
      if (mask === null) throw new Error(`access combination ${name} names an unknown module: ${modules}`);
      this.masks.set(name, mask);
    }
  }

  /** The shipped ones first, then the operator's own. OX Cloud's are among them once the operator's file has them. */
  names(): readonly string[] {
    return this.offered;
  }

  has(name: string): boolean {
    return this.masks.has(name.trim());
  }

  /**
   * The module access of a combination, names matched exactly after trimming.
   * @throws ProvisioningError InvalidData for an unknown name
   */
  moduleAccess(name: string): number {
    const mask = this.masks.get(name.trim());
    if (mask === undefined) throw errors.noSuchAccessCombination(name.trim());
    return mask;
  }

  /**
   * The name whose modules are these, null if there is none. `publicFolderEditable` does not count, since a folder
   * holds it: what was `groupware_premium` reads `all`.
   * Source: docs/contract/access.md#1.
   */
  nameOf(moduleAccess: number): string | null {
    for (const [name, mask] of this.masks) if (isSameModuleAccess(mask, moduleAccess)) return name;
    return null;
  }
}

/**
 * Reads the operator's file: lines `name=module, module`, `#` comments.
 * @throws Error naming the line that cannot be read
 */
export function parseAccessCombinations(text: string): Map<string, string> {
  const combinations = new Map<string, string>();
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*([#!].*)?$/.test(line)) return;
    const match = /^\s*([^=\s]+)\s*=(.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined)
      throw new Error(`line ${index + 1} is not of the form name=module, module`);
    combinations.set(match[1], match[2]);
  });
  return combinations;
}
