import { idOf, type World } from '../../wire/fixtures.js';
import {
  returnedOne,
  type Credentials,
  type RawSoap,
  type SoapAnswer,
  type SoapParams,
} from '../wire/raw-soap.js';
import { attributeMap, child, scalars, texts, type XmlNode } from '../wire/xml-tree.js';

/** Something that clients change, and what it is called where it was made. */
export interface Target {
  readonly id: number;
  readonly name: string;
}

/** One field that can be changed beside all others of the same object. */
export interface ChangingField {
  readonly name: string;
  /** Never the same for two numbers. */
  params(serial: number, target: Target): SoapParams;
  /** As `read` shows what `params` of the number sets. */
  shown(serial: number): string;
  read(node: XmlNode): string;
}

/** A kind of object with its fields. */
export interface ObjectKind {
  readonly kind: string;
  readonly fields: readonly ChangingField[];
  /** Whether a change may bring a new password, which is slow to hash. */
  readonly hasPassword: boolean;
  make(world: World, name: string): Promise<Target>;
  change(soap: RawSoap, world: World, target: Target, fields: SoapParams): Promise<SoapAnswer>;
  read(soap: RawSoap, world: World, target: Target): Promise<XmlNode>;
}

/** The changes of several fields in one request. */
export function together(changes: readonly SoapParams[]): SoapParams {
  const all: Record<string, SoapParams[string]> = {};
  for (const [name, value] of changes.flatMap((change) => Object.entries(change)))
    all[name] = isMap(value) && isMap(all[name]) ? together([all[name], value]) : value;
  return all;
}

function isMap(value: SoapParams[string]): value is SoapParams {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const quick = { passwordMech: 'SHA-512' };
/** Far from every default. */
const plainNumber = (serial: number) => String(10_000 + serial);

function member(name: string, shown: (serial: number) => string = (serial) => `${name} ${serial}`) {
  return {
    name,
    params: (serial: number): SoapParams => ({ [name]: shown(serial) }),
    shown,
    read: (node: XmlNode) => scalars(node)[name] ?? '',
  };
}

function attribute(key: string): ChangingField {
  return {
    name: `userAttributes ${key}`,
    params: (serial) => ({ userAttributes: { history: { [key]: plainNumber(serial) } } }),
    shown: plainNumber,
    read: (node) => attributeMap(node)['history']?.[key] ?? '',
  };
}

function configuration(key: string): ChangingField {
  const entriesOf = (node: XmlNode) => child(node, 'configuration')?.children ?? [];
  return {
    name: `configuration ${key}`,
    params: (serial) => ({ configurationToAdd: { [key]: plainNumber(serial) } }),
    shown: plainNumber,
    read: (node) => {
      const entry = entriesOf(node).find((one) => scalars(one)['key'] === key);
      return scalars(entry)['value'] ?? '';
    },
  };
}

function restriction(name: 'restriction' | 'restrictions', restricted: string): ChangingField {
  return {
    name,
    params: (serial) => ({ [name]: [{ name: restricted, value: plainNumber(serial) }] }),
    shown: plainNumber,
    read: (node) => scalars(child(node, name))['value'] ?? '',
  };
}

const addressOf = ({ name }: Target) => `${name}@example.org`;

const user: ObjectKind = {
  kind: 'user',
  hasPassword: true,
  fields: [
    ...['given_name', 'sur_name', 'display_name', 'note', 'nickname'].map((name) => member(name)),
    member('name', (serial) => `login${serial}`),
    member('imapServerString', (serial) => `imaps://imap${serial}.example:${plainNumber(serial)}`),
    member('smtpServerString', (serial) => `smtps://smtp${serial}.example:${plainNumber(serial)}`),
    member('maxQuota', plainNumber),
    member('language', (serial) => `l${serial}_XX`),
    member('email2', (serial) => `two${serial}@example.org`),
    attribute('first'),
    attribute('second'),
    {
      name: 'aliases',
      // The primary address must stay among them.
      params: (serial, target) => ({ aliases: [addressOf(target), `alias${serial}@example.org`] }),
      shown: (serial) => `alias${serial}@example.org`,
      read: (node) => texts(node, 'aliases')[1] ?? '',
    },
  ],
  make: async (world, name) => ({ id: await world.newUser(name, { ...quick, maxQuota: 1 }), name }),
  change: (soap, { ctx, reseller }, { id }, fields) =>
    soap.call('OXResellerUserService', 'change', { ctx, usrdata: { ...fields, id } }, reseller),
  read: async (soap, { ctx, reseller }, { id }) =>
    returnedOne(await soap.call('OXResellerUserService', 'getData', { ctx, user: { id } }, reseller)),
};

const context: ObjectKind = {
  kind: 'context',
  hasPassword: false,
  fields: [
    member('name', (serial) => `reseller1_history_${serial}`),
    member('maxQuota', plainNumber),
    member('customid'),
    attribute('first'),
    attribute('second'),
    restriction('restriction', 'Context.MaxUser'),
  ],
  make: async (world, name) => ({ id: await world.newContext(`reseller1_${name}`), name }),
  change: (soap, { reseller }, { id }, fields) =>
    soap.call('OXResellerContextService', 'change', { ctx: { ...fields, id } }, reseller),
  read: async (soap, { reseller }, { id }) =>
    returnedOne(await soap.call('OXResellerContextService', 'getData', { ctx: { id } }, reseller)),
};

const reseller: ObjectKind = {
  kind: 'reseller',
  hasPassword: true,
  fields: [
    member('name', (serial) => `history-reseller-${serial}`),
    member('displayname'),
    configuration('first'),
    configuration('second'),
    restriction('restrictions', 'Subadmin.MaxContext'),
  ],
  make: async (world, name) => ({ id: await world.newReseller({ login: name, password: 'x' }, quick), name }),
  change: (soap, { master }, { id }, fields) =>
    soap.call('OXResellerService', 'change', { adm: { ...fields, id } }, master),
  read: async (soap, { master }, { id }) =>
    returnedOne(await soap.call('OXResellerService', 'getData', { adm: { id } }, master)),
};

const group: ObjectKind = {
  kind: 'group',
  hasPassword: false,
  fields: [member('name', (serial) => `history-group-${serial}`), member('displayname')],
  ...inContext('OXResellerGroupService', 'grp', (name) => ({ name, displayname: name })),
};

const resource: ObjectKind = {
  kind: 'resource',
  hasPassword: false,
  fields: [
    member('name', (serial) => `history-resource-${serial}`),
    member('displayname'),
    member('description'),
    member('email', (serial) => `resource${serial}@example.org`),
  ],
  ...inContext('OXResellerResourceService', 'res', (name) => {
    return { name, displayname: name, email: `${name}@example.org` };
  }),
};

function inContext(
  service: string,
  parameter: 'grp' | 'res',
  data: (name: string) => SoapParams,
): Pick<ObjectKind, 'make' | 'change' | 'read'> {
  const call = (soap: RawSoap, operation: string, world: World, fields: SoapParams, as: Credentials) =>
    soap.call(service, operation, { ctx: world.ctx, [parameter]: fields }, as);
  return {
    make: async (world, name) => {
      const made = await call(world.soap, 'create', world, data(name), world.reseller);
      return { id: idOf(returnedOne(made)), name };
    },
    change: (soap, world, { id }, fields) => call(soap, 'change', world, { ...fields, id }, world.reseller),
    read: async (soap, world, { id }) =>
      returnedOne(await call(soap, 'getData', world, { id }, world.reseller)),
  };
}

/** All kinds whose changes are merged with what is there. */
export const objectKinds: readonly ObjectKind[] = [user, context, reseller, group, resource];
