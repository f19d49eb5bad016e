import { domainToASCII } from 'node:url';
import { errors } from '../errors/errors.js';
import type { ProvisioningSettings } from '../installation/installation.js';
import type { MailClaim } from '../model/claims.js';

const addressForm = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,255}$/u;

/**
 * Refuses addresses that are not of the form local@domain; empty ones pass.
 * Source: docs/contract/users.md#1-1, point 12.
 * @throws ProvisioningError InvalidData naming the first bad address
 */
export function checkAddresses(addresses: readonly (string | null | undefined)[]): void {
  for (const address of addresses)
    if (address !== null && address !== undefined && address !== '' && !isAddress(address))
      throw errors.invalidEmailAddress(address);
}

function isAddress(address: string): boolean {
  if (!addressForm.test(address)) return false;
  return address
    .split('@')
    .every((part) => !part.startsWith('.') && !part.endsWith('.') && !part.includes('..'));
}

/** The form in which addresses are compared: lower case, the domain in its ASCII form. */
export function normaliseAddress(address: string): string {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  return `${local}@${domainToASCII(domain) || domain}`;
}

/** Adds an address to a list unless it is in it in any letter case; empty ones are left out. */
export function withAddress(list: readonly string[], address: string, position: 'first' | 'last'): string[] {
  if (address === '' || includesAddress(list, address)) return [...list];
  return position === 'first' ? [address, ...list] : [...list, address];
}

export function includesAddress(list: readonly string[], address: string): boolean {
  const wanted = normaliseAddress(address);
  return list.some((item) => normaliseAddress(item) === wanted);
}

/** The list without repetitions and empty members, the first spelling wins. OX: aliases are a set. */
export function uniqueAddresses(list: readonly string[]): string[] {
  // One look at each: a request may bring tens of thousands.
  const spellings = new Map<string, string>();
  for (const address of list) {
    const key = normaliseAddress(address);
    if (address !== '' && !spellings.has(key)) spellings.set(key, address);
  }
  return [...spellings.values()];
}

/**
 * Addresses that a user claims exclusively. Platform scope: primary address and aliases, since a second owner
 * would receive the first one's mail. Context scope (the original's rule, docs/contract/users.md#1-3):
 * primary addresses within the context.
 */
export function mailClaims(
  user: { contextId: number; isContextAdmin: boolean; primaryEmail: string; aliases: readonly string[] },
  scope: ProvisioningSettings['mailAddressScope'],
): MailClaim[] {
  if (scope === 'context')
    return user.primaryEmail === ''
      ? []
      : [{ scopeContextId: user.contextId, address: normaliseAddress(user.primaryEmail) }];
  return platformClaims(user);
}

/** The addresses that a user must not share with a forward of another context, whatever the scope. */
export function platformClaims(user: Parameters<typeof mailClaims>[0]): MailClaim[] {
  return mailboxAddresses(user)
    .map(normaliseAddress)
    .map((address) => ({ scopeContextId: 0, address }));
}

/** The addresses whose mail a user receives. */
export function mailboxAddresses(user: Omit<Parameters<typeof mailClaims>[0], 'contextId'>): string[] {
  return user.isContextAdmin ? [] : uniqueAddresses([user.primaryEmail, ...user.aliases]);
}
