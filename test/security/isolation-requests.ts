import { contract, fieldsOf, type ContractField } from '../support/wire/contract-snapshot.js';
import type { SoapParams, SoapValue } from '../support/wire/raw-soap.js';
import { userData } from '../wire/fixtures.js';
import type { Kind, Things } from './isolation-world.js';

/** How a request names things: by their ids, or by their names where the type has one. */
export type By = 'id' | 'name';

/** A request for one operation, and what it is about. */
export interface Request {
  readonly service: string;
  readonly operation: string;
  readonly by: By;
  /** What it names that is not there. */
  readonly missing: readonly Kind[];
  readonly params: SoapParams;
}

/** The same request about things that are there, about such as are not in the context, and about a context that is not. */
export interface Comparison {
  readonly real: Request;
  readonly ghosts: readonly Request[];
}

/** Which kind of thing a parameter names; `null`: it names none. */
const kindOfParameter: Readonly<Record<string, Kind | null>> = {
  ...{ ctx: 'context', context: 'context', ctxid: 'context' },
  ...{
    user: 'user',
    usr: 'user',
    usrid: 'user',
    usrdata: 'user',
    users: 'user',
    members: 'user',
    masterUser: 'user',
  },
  ...{ grp: 'group', grps: 'group', groups: 'group', res: 'resource', resources: 'resource' },
  ...{ adm: 'reseller', admins: 'reseller', adminName: 'reseller', adminId: 'reseller' },
  ...{ fs: 'filestore', store: 'filestore', fstore: 'filestore', dst_filestore_id: 'filestore' },
  ...{ db: 'database', dbhandle: 'database', dst_database_id: 'database', optDBId: 'database' },
  ...{ srv: 'server', serv: 'server', reason: 'reason', reasons: 'reason' },
  ...{ domain: 'domain', domainname: 'domain', primaryAddress: 'address' },
  ...{ accountDataOnCreate: null, accountDataUpdate: null, admin_user: null, schema_select_strategy: null },
};

/** Values of what names nothing; a parameter of a new kind has to be added here or above, else the suite fails. */
const plainValues: Readonly<Record<string, SoapValue>> = {
  access: { webmail: true },
  moduleAccess: { webmail: true },
  addAccess: { webmail: true },
  removeAccess: { tasks: true },
  access_combination_name: 'webmail',
  accountDataOnCreate: {
    primaryAddress: 'new@far.example',
    login: 'new',
    name: 'new',
    mailServer: 'far.example',
  },
  accountDataUpdate: { login: 'changed' },
  admin_user: userData('newadmin', { passwordMech: 'SHA-512' }),
  alias_domain: 'example',
  capsToAdd: 'portal',
  capsToDrop: 'gone',
  capsToRemove: 'other',
  checkDatabaseCounts: true,
  checkFilestoreCounts: true,
  createSchemas: false,
  exclude_users: false,
  filter: 'webmail',
  include_guests: false,
  length: 10,
  max_quota: 1,
  module: 'calendar',
  offset: 0,
  optNumberOfSchemas: 1,
  pattern: '*',
  permissions: ['send'],
  personal: 'Somebody',
  quota: 5,
  quotaValue: '5',
  reassign: 0,
  schema_select_strategy: undefined,
  search_pattern: '*',
};

/** Things that are to be made, by the type of the parameter. */
const newThings: Readonly<Record<string, SoapParams>> = {
  'dat:User': userData('newcomer', { passwordMech: 'SHA-512' }),
  'dat:Group': { name: 'newgroup', displayname: 'newgroup' },
  'dat:Resource': { name: 'newres', displayname: 'newres', email: 'newres@far.example' },
  'dat:Context': { name: 'newcontext', maxQuota: 1 },
  'dsr:ResellerContext': { name: 'newcontext', maxQuota: 1 },
  'rra:ResellerAdmin': {
    name: 'newreseller',
    displayname: 'new',
    password: 'new-secret',
    passwordMech: 'SHA-512',
  },
  'dat:Filestore': { url: 's3://newstore', size: 100_000 },
  'dat:Database': { name: 'newdata', url: 'jdbc:mysql://new', password: 'x', master: true, maxUnits: 5 },
  'dat:Server': { name: 'newserver' },
  'rmi:MaintenanceReason': { text: 'newreason' },
};

/** What `change` says of a thing, beside which one it is. */
const changes: Readonly<Record<string, SoapParams>> = {
  'dat:User': { note: 'changed' },
  'dat:Group': { displayname: 'changed' },
  'dat:Resource': { displayname: 'changed' },
  'dat:Context': { maxQuota: 5 },
  'dsr:ResellerContext': { maxQuota: 5 },
  'rra:ResellerAdmin': { capabilitiesToAdd: ['portal'] },
  'dat:Filestore': { size: 200_000 },
  'dat:Database': { maxUnits: 7 },
};

/** The service whose own things an operation makes or changes. */
const ownKinds: Readonly<Record<string, Kind>> = {
  OXResellerUserService: 'user',
  OXUserService: 'user',
  OXResellerContextService: 'context',
  OXContextService: 'context',
  OXResellerGroupService: 'group',
  OXGroupService: 'group',
  OXResellerResourceService: 'resource',
  OXResourceService: 'resource',
  OXResellerService: 'reseller',
};

/** Services whose objects have no names. */
const onlyIds = ['OXSecondaryAccountService'];

/** Whether an operation makes the thing that a parameter describes. */
function isNew(service: string, operation: string, { name, type }: ContractField): boolean {
  if (operation.startsWith('register') || operation === 'createMaintenanceReason') return type in newThings;
  return operation.startsWith('create') && kindOfParameter[name] === ownKinds[service] && type in newThings;
}

/** All requests for an operation of the contract. */
export function comparisonsOf(
  service: string,
  operation: string,
  things: { readonly existing: Things; readonly absent: Things },
): Comparison[] {
  const parameters = (contract.services[service]?.operations[operation]?.params ?? []).filter(
    ({ type }) => !type.endsWith(':Credentials'),
  );
  const named = [...new Set(parameters.flatMap((each) => namedKind(service, operation, each) ?? []))];
  const bys: readonly By[] = named.length === 0 || onlyIds.includes(service) ? ['id'] : ['id', 'name'];
  return bys.map((by) => {
    const request = (missing: readonly Kind[]): Request => {
      const pick = {
        ...things.existing,
        ...Object.fromEntries(missing.map((kind) => [kind, things.absent[kind]])),
      };
      const params = parameters.map((each) => [each.name, valueOf(service, operation, each, pick, by)]);
      return { service, operation, by, missing, params: Object.fromEntries(params) as SoapParams };
    };
    const inside = named.filter((kind) => kind !== 'context');
    const ghosts = [inside, named.filter((kind) => kind === 'context')].filter(({ length }) => length > 0);
    return { real: request([]), ghosts: ghosts.map(request) };
  });
}

function namedKind(service: string, operation: string, field: ContractField): Kind | null {
  const kind = kindOfParameter[field.name];
  if (kind === undefined && !(field.name in plainValues))
    throw new Error(`${service}.${operation}: the matrix does not know the parameter ${field.name}`);
  return kind === undefined || isNew(service, operation, field) ? null : kind;
}

function valueOf(
  service: string,
  operation: string,
  field: ContractField,
  things: Things,
  by: By,
): SoapValue {
  const { name, type, list } = field;
  const kind = namedKind(service, operation, field);
  if (kind === null) return isNew(service, operation, field) ? newThings[type] : plainValues[name];
  const one = referenceTo(things[kind], field, by);
  const isChanged = operation.startsWith('change') && kind === (ownKinds[service] ?? kind);
  if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
  const whole = isChanged ? { ...one, ...changes[type] } : one;
  return list ? [whole] : whole;
}

function referenceTo(thing: { id: number; name: string }, { name, type }: ContractField, by: By): SoapValue {
  if (type === 'xs:string') return name === 'adminName' && by === 'id' ? undefined : thing.name;
  if (type === 'xs:int') return name === 'adminId' && by === 'name' ? undefined : thing.id;
  const hasName = fieldsOf(type).some((each) => each.name === 'name');
  return by === 'name' && hasName ? { name: thing.name } : { id: thing.id };
}
