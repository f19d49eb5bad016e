import type { ComplexTypeDescriptor, FieldDescriptor } from '../../soap/contract/descriptors.js';
import type { ExampleValue } from '../../soap/contract/example-request.js';

/** Of types with very many members an example shows those that matter first. */
const shownMembers: Readonly<Record<string, readonly string[]>> = {
  User: [
    'id',
    'name',
    'password',
    'display_name',
    'given_name',
    'sur_name',
    'primaryEmail',
    'email1',
    'maxQuota',
  ],
  ResellerContext: ['id', 'name', 'maxQuota'],
  Context: ['id', 'name', 'maxQuota'],
  ResellerAdmin: ['id', 'name', 'password', 'displayname'],
  Group: ['id', 'name', 'displayname', 'members'],
  Resource: ['id', 'name', 'displayname', 'email'],
  Database: ['id', 'name', 'url', 'driver', 'login', 'password', 'maxUnits', 'master'],
  Filestore: ['id', 'url', 'size', 'maxContexts'],
};

/** An object that is being made has no id yet. */
const madeWithoutId: ReadonlySet<string> = new Set([
  'User',
  'ResellerAdmin',
  'Group',
  'Resource',
  'Database',
  'Filestore',
  'Server',
  'MaintenanceReason',
]);

const values: Readonly<Record<string, string>> = {
  login: 'oxadminmaster',
  password: 'PASSWORD',
  name: 'anna',
  display_name: 'Anna Example',
  displayname: 'Anna Example',
  given_name: 'Anna',
  sur_name: 'Example',
  primaryEmail: 'anna@example.org',
  email1: 'anna@example.org',
  email: 'anna@example.org',
  aliases: 'anna@example.org',
  maxQuota: '1000',
  max_quota: '1000',
  quota: '1000',
  search_pattern: '*',
  pattern: '*',
  access_combination_name: 'webmail_plus',
  domain: 'example.org',
  domainname: 'example.org',
  alias_domain: 'example.org',
  user: 'anna',
  length: '100',
  offset: '0',
  url: 'file:/var/lib/files',
  driver: 'com.mysql.jdbc.Driver',
  language: 'en_US',
  timezone: 'Europe/Berlin',
};

/** Values in the examples of an operation. */
export function exampleValues(operation: string): ExampleValue {
  return ({ name, type }: FieldDescriptor, owner: ComplexTypeDescriptor) => {
    const shown = shownMembers[owner.name];
    if (shown !== undefined && !shown.includes(name)) return null;
    if (name === 'id' && operation.startsWith('create') && madeWithoutId.has(owner.name)) return null;
    if (name === 'id' && operation.startsWith('register') && madeWithoutId.has(owner.name)) return null;
    return type === 'string' || type === 'int' || type === 'long' ? suited(name, type) : undefined;
  };
}

function suited(name: string, type: string): string | undefined {
  const value = values[name];
  return type === 'string' || /^\d+$/.test(value ?? '') ? value : undefined;
}
