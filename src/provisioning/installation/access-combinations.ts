import { errors } from '../errors/errors.js';
import { moduleAccessFromNames } from '../model/module-access.js';

const webmail = 'webmail, contacts, globaladdressbookdisabled, collectemailaddresses, editpassword';
const pim = `${webmail}, calendar, tasks, multiplemailaccounts, subscription, publication`;
const groupwareStandard =
  'webmail, calendar, contacts, infostore, tasks, webdav, ical, vcard, readcreatesharedfolders, delegatetask, ' +
  'editpublicfolders, editgroup, editresource, editpassword, collectemailaddresses, multiplemailaccounts, subscription, publication';
const groupwarePremium = `${groupwareStandard}, webdavxml, syncml, usm, olox20, activesync`;

/**
 * Built-in access combinations. The contract names the deprecated ones and OX Cloud's two without their
 * modules. Their content is our choice (docs/compatibility.md, "Access combinations"), each different from
 * every other.
 * Source: docs/contract/access.md#1.
 */
const shipped: Readonly<Record<string, string>> = {
  webmail,
  pim,
  pim_infostore: `${pim}, infostore, webdav`,
  pim_mobility: `${pim}, syncml, usm, activesync`,
  groupware_standard: groupwareStandard,
  groupware_premium: groupwarePremium,
  all: `${groupwarePremium}, publicfoldereditable`,
  drive: 'infostore, deniedportal, contacts, collectemailaddresses',
  webmail_plus: `${webmail}, multiplemailaccounts`,
  pim_plus: `${pim}, ical, vcard`,
  groupware_plus: `${groupwareStandard}, webdavxml`,
  premium: `${groupwareStandard}, syncml, usm, activesync`,
  groupware: groupwareStandard.replace('infostore, ', '').replace('webdav, ', ''),
  cloud_pim: `${pim}, ical, vcard, usm, activesync`,
  cloud_productivity: `${pim}, ical, vcard, usm, activesync, infostore, webdav, readcreatesharedfolders, delegatetask`,
};

/** The named module access combinations of an installation. */
export class AccessCombinations {
  private readonly masks = new Map<string, number>();

  /**
   * @param operatorsOwn name → comma list of modules; these come over the shipped ones
   * @throws Error naming the combination whose list has an unknown module
   */
  constructor(operatorsOwn: ReadonlyMap<string, string> = new Map()) {
    for (const [name, modules] of [...Object.entries(shipped), ...operatorsOwn]) {
      const names = modules.split(',').map((module) => module.trim());
      const mask = moduleAccessFromNames(names.filter((module) => module !== ''));
      if (mask === null) throw new Error(`access combination ${name} names an unknown module: ${modules}`);
      this.masks.set(name, mask);
    }
  }

  /** The shipped ones first, then the operator's own. */
  names(): string[] {
    return [...this.masks.keys()];
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
   * The name whose modules are exactly these, null if there is none. What only an admin may have does not count for others:
   * a user created as `all` reads `groupware_premium`.
   */
  nameOf(moduleAccess: number): string | null {
    for (const [name, mask] of this.masks) if (mask === moduleAccess) return name;
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
