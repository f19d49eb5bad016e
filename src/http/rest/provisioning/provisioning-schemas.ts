import { z } from 'zod';
import type { AttributeChange, Attributes, Restriction } from '../../../provisioning/model/model.js';
import { maxQuotaMbLimit } from '../../../provisioning/quota/quota-values.js';
import { id } from '../engine/rest-schemas.js';

const name = z.string().min(1).max(255);

/** Members common to several objects, each with one meaning everywhere. */
export const member = {
  id,
  name,
  password: z.string().min(1).max(1_000).meta({ description: 'Never answered' }),
  passwordMech: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'Hash of the password, e.g. `bcrypt` or `{SHA-512}`' }),
  displayName: z.string().min(1).max(320),
  address: z.string().min(1).max(320),
  maxQuotaMb: z
    .int()
    .min(-1)
    .max(maxQuotaMbLimit)
    .meta({ description: 'File quota, in MB; -1: no limit', examples: [1024] }),
  mailQuotaMb: z
    .int()
    .min(0)
    .max(maxQuotaMbLimit)
    .meta({ description: 'Mail quota, in MB; 0: no limit', examples: [1024] }),
  usedBytes: z.int().min(0),
  restrictions: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .max(100)
    .meta({ description: 'Limits such as Subadmin.MaxContext', examples: [[]] }),
  attributes: z
    .record(z.string().min(1), z.record(z.string().min(1), z.string()))
    .meta({ description: 'By namespace and key, as userAttributes of SOAP' }),
  attributeChanges: z
    .record(z.string().min(1), z.record(z.string().min(1), z.string().nullable()))
    .meta({ description: 'By namespace and key; null removes one, what is not named stays' }),
  modules: z.array(z.string()).meta({ description: 'The modules that may be used' }),
  accessCombinationName: z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'The name of a combination of modules, e.g. `groupware_standard`' }),
} as const;

export function attributesBody(attributes: Attributes): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...attributes].map(([namespace, entries]) => [namespace, Object.fromEntries(entries)]),
  );
}

export function attributeChangesFrom(
  sent: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {},
): AttributeChange[] {
  return Object.entries(sent).flatMap(([namespace, entries]) =>
    Object.entries(entries).map(([key, value]) => ({ namespace, key, value })),
  );
}

export function restrictionsBody(restrictions: readonly Restriction[]): Restriction[] {
  return restrictions.map(({ name: of, value }) => ({ name: of, value }));
}
