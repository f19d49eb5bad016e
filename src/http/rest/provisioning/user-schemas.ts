import { z } from 'zod';
import type { StoredUserData } from '../../../provisioning/model/model.js';
import { flagsFromModuleAccess } from '../../../provisioning/model/module-access.js';
import type { UserFields } from '../../../provisioning/users/user-fields.js';
import { attributeChangesFrom, member, attributesBody } from './provisioning-schemas.js';

const aliases = z.array(member.address);
const language = z
  .string()
  .max(64)
  .meta({ examples: ['en_US'] });
const timezone = z
  .string()
  .max(64)
  .meta({ examples: ['Europe/Berlin'] });

/** A user as it is answered. */
export const user = z
  .strictObject({
    contextId: member.id,
    id: member.id,
    name: member.name.meta({ description: 'Login of the user' }),
    displayName: member.displayName,
    givenName: z.string(),
    surName: z.string(),
    primaryEmail: z.string(),
    email1: z.string(),
    email2: z.string().nullable(),
    email3: z.string().nullable(),
    defaultSenderAddress: z.string(),
    aliases,
    language,
    timezone,
    enabled: z.boolean().meta({ description: 'Whether the user may log in' }),
    isContextAdmin: z.boolean(),
    defaultGroupId: member.id,
    passwordMech: member.passwordMech,
    maxQuotaMb: member.maxQuotaMb,
    mailQuotaMb: member.mailQuotaMb.nullable().meta({ description: 'In MB; 0: no limit, null: never set' }),
    usedFileBytes: member.usedBytes.nullable().meta({ description: 'null: files count to the context' }),
    usedMailBytes: member.usedBytes,
    modules: member.modules,
    attributes: member.attributes,
  })
  .meta({ id: 'User' });

/** Writable members of a user. */
const fields = {
  name: member.name,
  password: member.password,
  passwordMech: member.passwordMech,
  displayName: member.displayName,
  givenName: member.name,
  surName: member.name,
  primaryEmail: member.address,
  email1: member.address,
  email2: member.address,
  email3: member.address,
  defaultSenderAddress: member.address,
  aliases,
  language,
  timezone,
  enabled: z.boolean(),
  maxQuotaMb: member.maxQuotaMb,
} as const;

const optionalFields = z.strictObject({ ...fields, attributes: member.attributes }).partial().shape;

/** A user that is to be created. */
export const newUser = z.strictObject({
  ...optionalFields,
  name: fields.name,
  password: fields.password,
  displayName: fields.displayName,
  givenName: fields.givenName,
  surName: fields.surName,
  primaryEmail: fields.primaryEmail,
});

/** A change of a user. */
export const userChange = z
  .strictObject({ ...fields, aliases: aliases.min(1), attributes: member.attributeChanges })
  .partial()
  .meta({
    id: 'UserChange',
    description: 'A JSON merge patch: absent members stay, null removes an attribute',
    examples: [{ displayName: 'Anna A.' }],
  });

/**
 * User fields of a body. A missing email1 is the primary address, which the rules require; on change only
 * with a new primary address.
 */
export function userFieldsOf({
  name,
  attributes,
  ...sent
}: z.output<typeof userChange> | z.output<typeof newUser>): UserFields {
  return {
    ...sent,
    login: name,
    email1: sent.email1 ?? sent.primaryEmail,
    aliases: sent.aliases ?? [],
    imap: {},
    smtp: {},
    attributeChanges: attributeChangesFrom(attributes),
    profile: {},
  };
}

/** A user as it is answered: everything but the password and the profile. */
export function userBody({ user: of, usage }: StoredUserData) {
  const modules = Object.entries(flagsFromModuleAccess(of.moduleAccess));
  return {
    contextId: of.contextId,
    id: of.id,
    name: of.login,
    displayName: of.displayName,
    givenName: of.givenName,
    surName: of.surName,
    primaryEmail: of.primaryEmail,
    email1: of.email1,
    email2: of.email2,
    email3: of.email3,
    defaultSenderAddress: of.defaultSenderAddress,
    aliases: [...of.aliases],
    language: of.language,
    timezone: of.timezone,
    enabled: of.enabled,
    isContextAdmin: of.isContextAdmin,
    defaultGroupId: of.defaultGroupId,
    passwordMech: of.passwordMech,
    maxQuotaMb: of.maxQuotaMb,
    mailQuotaMb: of.mailQuotaMb,
    usedFileBytes: usage.fileBytes,
    usedMailBytes: usage.mailBytes,
    modules: modules.filter(([, isOn]) => isOn).map(([name]) => name),
    attributes: attributesBody(of.attributes),
  };
}
