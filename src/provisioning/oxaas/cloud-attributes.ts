import { cloudErrors } from '../errors/cloud-errors.js';
import { errors } from '../errors/errors.js';
import type { Installation } from '../installation/installation.js';
import type { Credentials } from '../model/credentials.js';
import type { User } from '../model/model.js';
import { applyAttributeChanges } from '../quota/config-cascade.js';
import { checkAttributeBounds } from '../installation/object-bounds.js';
import { authorizeOnMailbox } from './mail-quota.js';

/** The namespace of userAttributes in which SOAP clients keep the class of service, as `service`. */
const cloudNamespace = 'cloud';
/** Source: docs/contract/oxaas.md#3-2. */
const classOfServiceKey = 'service';
const spamLevels = ['low', 'medium', 'high'] as const;
const defaultSpamLevel = 'medium';

/** The fields that only have a text. */
export const cloudFields = [
  'custom',
  'msisdn',
  'oxdeliverystatus',
  'oxlegacyref',
  'oxantiphishing',
  'uidname',
] as const;
export type CloudField = (typeof cloudFields)[number];

/** User of a call, by ids. */
export interface CloudUser {
  readonly contextId: number;
  readonly userId: number;
}

/** Value of a user, with the platform's name of the user: the login, unless another was set. */
export interface CloudValue<T> {
  readonly uidname: string;
  readonly value: T;
}

/**
 * A text kept about a user, '' if there is none. They are attributes of the namespace `cloud`, so SOAP shows the same.
 * @throws ProvisioningError InvalidData, InvalidCredentials, NoSuchContext, NoSuchUser
 */
export async function getCloudField(
  installation: Installation,
  target: CloudUser,
  field: CloudField,
  credentials: Credentials,
): Promise<CloudValue<string>> {
  return fieldOf(await read(installation, target, credentials), field);
}

/**
 * Sets a text, or ('') removes it.
 * @throws ProvisioningError as getCloudField
 */
export async function setCloudField(
  installation: Installation,
  target: CloudUser,
  field: CloudField,
  text: string,
  credentials: Credentials,
): Promise<CloudValue<string>> {
  return fieldOf(await write(installation, target, { key: field, value: text }, credentials), field);
}

/**
 * The spam level, `medium` unless set.
 * @throws ProvisioningError as getCloudField
 */
export async function getSpamLevel(
  installation: Installation,
  target: CloudUser,
  credentials: Credentials,
): Promise<string> {
  const stored = attribute(await read(installation, target, credentials), 'spamlevel');
  return spamLevels.find((level) => level === stored) ?? defaultSpamLevel;
}

/**
 * @throws ProvisioningError as getCloudField
 */
export async function setSpamLevel(
  installation: Installation,
  target: CloudUser,
  level: string,
  credentials: Credentials,
): Promise<string> {
  await write(installation, target, { key: 'spamlevel', value: level }, credentials, () => {
    if (!spamLevels.some((each) => each === level)) throw cloudErrors.invalidChoice('spamlevel', spamLevels);
  });
  return level;
}

/**
 * The classes of service, in the order in which they were given: the comma list of the attribute `cloud/service`.
 * @throws ProvisioningError as getCloudField
 */
export async function getClassOfService(
  installation: Installation,
  target: CloudUser,
  credentials: Credentials,
): Promise<CloudValue<string[]>> {
  const user = await read(installation, target, credentials);
  return { uidname: uidname(user), value: splitList(attribute(user, classOfServiceKey)) };
}

/**
 * Replaces the classes of service. Which there are is the operator's affair.
 * @throws ProvisioningError as getCloudField
 */
export async function setClassOfService(
  installation: Installation,
  target: CloudUser,
  names: readonly string[],
  credentials: Credentials,
): Promise<CloudValue<string[]>> {
  const value = [...new Set(names.flatMap(splitList))];
  const user = await write(
    installation,
    target,
    { key: classOfServiceKey, value: value.join(',') },
    credentials,
  );
  return { uidname: uidname(user), value };
}

function fieldOf(user: User, field: CloudField): CloudValue<string> {
  return { uidname: uidname(user), value: field === 'uidname' ? uidname(user) : attribute(user, field) };
}

function uidname(user: User): string {
  return attribute(user, 'uidname') || user.login;
}

function attribute(user: User, key: string): string {
  return user.attributes.get(cloudNamespace)?.get(key) ?? '';
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function read(installation: Installation, target: CloudUser, credentials: Credentials): Promise<User> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  const user = await installation.store.read.users.find(contextId, userId);
  if (user === null) throw errors.noSuchUser(userId, contextId);
  return user;
}

/** @returns the user as it is afterwards */
async function write(
  installation: Installation,
  target: CloudUser,
  { key, value }: { readonly key: string; readonly value: string },
  credentials: Credentials,
  check: () => void = () => undefined,
): Promise<User> {
  const { contextId, userId } = await authorizeOnMailbox(installation, target, credentials);
  check();
  // Neither XML nor every database could carry them.
  if (/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(value)) throw cloudErrors.invalidText(key);
  return installation.store.transaction(async ({ users }) => {
    const present = await users.lock(contextId, userId);
    if (present === null) throw errors.noSuchUser(userId, contextId);
    const change = { namespace: cloudNamespace, key, value: value === '' ? null : value };
    const attributes = applyAttributeChanges(present.attributes, [change]);
    checkAttributeBounds(installation.settings, present.attributes, attributes);
    await users.update(contextId, userId, { attributeChanges: [change] });
    const user = await users.find(contextId, userId);
    if (user === null) throw errors.noSuchUser(userId, contextId);
    return user;
  });
}
