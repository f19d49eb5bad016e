import { z } from 'zod';
import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';
import type { MailObjectKind } from '../provisioning/repositories/mailbox-repository.js';
import { isTold, permissionsAfter } from './told-difference.js';

/** Stalwart's keys of an account's `quotas`. */
export const quotaKeys: Readonly<Record<MailObjectKind, string>> = {
  email: 'maxEmails',
  mailbox: 'maxMailboxes',
  calendar: 'maxCalendars',
  'calendar-event': 'maxCalendarEvents',
  'address-book': 'maxAddressBooks',
  'contact-card': 'maxContactCards',
  'file-node': 'maxFiles',
  identity: 'maxEmailIdentities',
  'email-submission': 'maxEmailSubmissions',
  'sieve-script': 'maxSieveScripts',
  'push-subscription': 'maxPushSubscriptions',
};

/** Members have keys of their own, which are numbers, and which a patch can name. */
const keyed = <T extends z.ZodType>(member: T) => z.record(z.string(), member);
const switches = z.record(z.string(), z.boolean()).default({});

export const registryAccountShape = z.object({
  id: z.string(),
  emailAddress: z.string(),
  quotas: z.record(z.string(), z.unknown()).default({}),
  usedDiskQuota: z.unknown().optional(),
  aliases: keyed(z.object({ name: z.string(), domainId: z.string() })).default({}),
  /** A group has none. */
  credentials: keyed(z.object({ '@type': z.string() })).optional(),
  permissions: z
    .object({ '@type': z.string(), enabledPermissions: switches, disabledPermissions: switches })
    .default({ '@type': 'Inherit', enabledPermissions: {}, disabledPermissions: {} }),
  memberTenantId: z.string().nullish(),
});

/** An account as Stalwart shows it. */
export type RegistryAccount = z.output<typeof registryAccountShape>;

export interface Alias {
  readonly address: string;
  readonly name: string;
  readonly domainId: string;
}

/** An account as it must be. */
export interface TargetAccount {
  readonly mailbox: string;
  readonly name: string;
  readonly domainId: string;
  readonly aliases: readonly Alias[];
  readonly tenantId: string | null;
  /** null: no password; undefined: passwords are not ours to tell. */
  readonly secret: string | null | undefined;
  readonly facts: ToldFacts;
}

interface Known {
  readonly told: ToldAccount | null;
  /** Aliases of ours that the account is to lose. */
  readonly former: readonly Alias[];
}

type Patch = Record<string, unknown>;

const ourPermissions = ['authenticate', 'emailReceive', 'emailSend'];

/** An account that is not there yet, as x:Account/set creates it. */
export function newAccount(target: TargetAccount): Patch {
  const { name, domainId, aliases, tenantId, secret, facts } = target;
  const { limitBytes, objectQuotas, disabledPermissions } = facts;
  const members = aliases.map((alias, index) => [String(index), aliasMember(alias)] as const);
  return {
    '@type': 'User',
    name,
    domainId,
    ...(secret === undefined ? {} : { credentials: secret === null ? {} : { '0': password(secret) } }),
    aliases: Object.fromEntries(members),
    ...(tenantId === null ? {} : { memberTenantId: tenantId }),
    quotas: { ...(limitBytes === null ? {} : { maxDiskQuota: limitBytes }), ...objectQuotas },
    roles: { '@type': 'User' },
    permissions: permissionsWith({}, disabledPermissions, 'Inherit'),
    encryptionAtRest: { '@type': 'Disabled' },
    locale: 'en_US',
  };
}

/** Patch from the present to the wanted account, member by member, so that other members stay unchanged. */
export function accountPatch(present: RegistryAccount, target: TargetAccount, known: Known): Patch {
  const { mailbox, name, domainId, tenantId, facts } = target;
  const isRenamed = present.emailAddress.toLowerCase() !== mailbox;
  const joins = tenantId !== null && present.memberTenantId !== tenantId;
  return {
    ...(isRenamed ? { name, domainId } : {}),
    ...aliasPatch(present, target, known),
    ...credentialPatch(present, target, known),
    ...permissionPatch(present, target, known),
    ...quotaPatch(present, target, known),
    ...(joins && !isTold(known.told, facts, 'tenantOf') ? { memberTenantId: tenantId } : {}),
  };
}

function aliasPatch(present: RegistryAccount, target: TargetAccount, { former }: Known): Patch {
  const entries = Object.entries(present.aliases);
  const patch: Patch = {};
  // An alias that becomes the address itself is no alias any more.
  const gone = [...former, { name: target.name, domainId: target.domainId }];
  for (const [key, alias] of entries)
    if (gone.some((each) => isSameAddress(each, alias))) patch[`aliases/${key}`] = null;
  let key = nextKey(present.aliases);
  for (const alias of target.aliases)
    if (!entries.some(([, each]) => isSameAddress(each, alias))) {
      patch[`aliases/${key}`] = aliasMember(alias);
      key += 1;
    }
  return patch;
}

function credentialPatch(present: RegistryAccount, { secret, facts }: TargetAccount, { told }: Known): Patch {
  if (secret === undefined || isTold(told, facts, 'secretMarks')) return {};
  const credentials = present.credentials ?? {};
  const passwords = Object.keys(credentials).filter((key) => credentials[key]?.['@type'] === 'Password');
  if (secret === null) return Object.fromEntries(passwords.map((key) => [`credentials/${key}`, null]));
  const [key] = passwords;
  return key === undefined
    ? { [`credentials/${nextKey(credentials)}`]: password(secret) }
    : { [`credentials/${key}/secret`]: secret };
}

function permissionPatch({ permissions }: RegistryAccount, { facts }: TargetAccount, { told }: Known): Patch {
  if (isTold(told, facts, 'disabledPermissions')) return {};
  const { '@type': type, enabledPermissions, disabledPermissions } = permissions;
  const present = Object.keys(disabledPermissions);
  const wanted = permissionsAfter(present, ourPermissions, facts.disabledPermissions);
  if (wanted.length === present.length && wanted.every((each) => present.includes(each))) return {};
  return { permissions: permissionsWith(enabledPermissions, wanted, type) };
}

/** Inherits what nobody gave or took; other forms stay what they are. */
function permissionsWith(enabled: Record<string, boolean>, disabled: readonly string[], type: string): Patch {
  if (type !== 'Replace' && Object.keys(enabled).length + disabled.length === 0)
    return { '@type': 'Inherit' };
  return {
    '@type': type === 'Inherit' ? 'Merge' : type,
    enabledPermissions: enabled,
    disabledPermissions: Object.fromEntries(disabled.map((name) => [name, true])),
  };
}

/** null takes a limit away. A key that was never told is somebody else's. */
function quotaPatch({ quotas }: RegistryAccount, { facts }: TargetAccount, { told }: Known): Patch {
  const patch: Patch = {};
  const put = (key: string, limit: number | null) => {
    if ((quotas[key] ?? null) !== limit) patch[`quotas/${key}`] = limit;
  };
  if (!isTold(told, facts, 'limitBytes')) put('maxDiskQuota', facts.limitBytes);
  if (isTold(told, facts, 'objectQuotas')) return patch;
  for (const key of Object.keys(told?.facts.objectQuotas ?? {})) put(key, facts.objectQuotas[key] ?? null);
  for (const [key, limit] of Object.entries(facts.objectQuotas)) put(key, limit);
  return patch;
}

function isSameAddress(a: Omit<Alias, 'address'>, b: Omit<Alias, 'address'>): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.domainId === b.domainId;
}

function aliasMember({ name, domainId }: Alias): object {
  return { name, domainId, enabled: true };
}

function password(secret: string): object {
  return { '@type': 'Password', secret };
}

function nextKey(members: Readonly<Record<string, unknown>>): number {
  return Math.max(-1, ...Object.keys(members).map(Number)) + 1;
}
