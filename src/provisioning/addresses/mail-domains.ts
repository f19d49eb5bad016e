import { domainToASCII } from 'node:url';
import { cloudErrors } from '../errors/cloud-errors.js';
import { normaliseAddress } from './mail-addresses.js';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels, the last of which is no number: an IP address is no mail domain. */
const asciiForm = new RegExp(`^(?=.{4,253}$)(?:${label}\\.)+(?=[a-z0-9-]*[a-z])${label}$`);

/**
 * A mail domain in the form in which domains are compared: lower case, ASCII.
 * @throws ProvisioningError InvalidData unless it is one, e.g. `example.org`
 */
export function normaliseDomain(domain: string | null | undefined): string {
  const text = domain?.trim() ?? '';
  // domainToASCII takes whatever a URL may hold as host, escapes and numbers included.
  const ascii = /^[\p{L}\p{M}\p{N}.-]+$/u.test(text) ? domainToASCII(text) : '';
  if (!asciiForm.test(ascii)) throw cloudErrors.invalidMailDomain(text);
  return ascii;
}

/** Distinct domains of addresses, normalised and in one order for all callers. */
export function domainsOf(addresses: readonly string[]): string[] {
  const domains = addresses.filter((address) => address !== '').map((address) => domainOf(address));
  return [...new Set(domains)].sort();
}

function domainOf(address: string): string {
  const normalised = normaliseAddress(address);
  return normalised.slice(normalised.lastIndexOf('@') + 1);
}
