import { contract, fieldsOf, type ContractField } from '../support/wire/contract-snapshot.js';
import {
  envelope,
  operationXml,
  type Credentials,
  type SoapParams,
  type SoapValue,
} from '../support/wire/raw-soap.js';

export interface SecretRequest {
  readonly service: string;
  readonly operation: string;
  readonly xml: string;
}

/** Secrets for fields that are named like one, and ids of things that are there. */
export interface Filling {
  readonly password: string;
  readonly contextId: number;
  readonly userId: number;
}

/** Names nothing that is there: what deletes is to be asked, and to leave the data for a look at the files. */
const nothing = 99_999;

/** A call of every operation of every service with every field filled. */
export function everyCall(filling: Filling, credentials: Credentials): SecretRequest[] {
  return Object.entries(contract.services).flatMap(([service, { operations }]) =>
    Object.keys(operations).map((operation) => {
      const destroys = /^(delete|unregister|move)/.test(operation);
      const ids = destroys ? { ...filling, contextId: nothing, userId: nothing } : filling;
      const params = parameters(service, operation, ids);
      return { service, operation, xml: envelope(operationXml(service, operation, params, credentials)) };
    }),
  );
}

/** Requests that break off, or put a password where something else belongs. */
export function unreadableRequests(credentials: Credentials, wrong: string): string[] {
  const params = { ctx: { id: 1 }, user: { id: 1 } };
  const right = operationXml('OXResellerUserService', 'getData', params, credentials);
  const [, text = ''] = /<password[^>]*>([^<]*)</.exec(right) ?? [];
  const name = encodeURIComponent(wrong).replaceAll('%', '');
  return [
    envelope(right).slice(0, envelope(right).indexOf(text) + text.length),
    envelope(right.replace('</password>', '</passwort>')),
    envelope(right.replace(text, `${text}<a>`)),
    envelope(right.replace(text, `${text}&${name};`)),
    envelope(right.replace(/>1</g, `>${text}<`)),
    ...strayed(credentials).map((params) => changeOf(params, credentials)),
    ...strayed({ ...credentials, password: wrong }).map((params) => changeOf(params, credentials)),
    envelope(right.replace(text, `${text}\u0001`)),
    envelope(`${right}${right}`),
    `<!DOCTYPE a [<!ENTITY p "${text}">]>${envelope(right)}`,
    text,
  ];
}

/** Changes of a user with a password where a number or a date belongs. */
function strayed({ password }: Credentials): SoapParams[] {
  return ['id', 'maxQuota', 'birthday', 'uploadFileSizeLimit', 'mailenabled'].map((name) => ({
    ctx: { id: 1 },
    usrdata: { [name]: password },
  }));
}

function changeOf(params: SoapParams, credentials: Credentials): string {
  return envelope(operationXml('OXResellerUserService', 'change', params, credentials));
}

function parameters(service: string, operation: string, filling: Filling): SoapParams {
  const declared = contract.services[service]?.operations[operation]?.params ?? [];
  const wanted = declared.filter(({ type }) => !type.endsWith(':Credentials'));
  return Object.fromEntries(wanted.map((field) => [field.name, valueOf(field, filling, 0)]));
}

function valueOf(field: ContractField, filling: Filling, depth: number): SoapValue {
  const one = field.type.startsWith('xs:')
    ? simpleValue(field, filling)
    : objectValue(field.type, filling, depth);
  return field.list ? [one] : one;
}

function simpleValue({ name, type }: ContractField, { password, contextId, userId }: Filling): SoapValue {
  if (/password$/i.test(name)) return password;
  if (type === 'xs:boolean') return true;
  if (type === 'xs:date' || type === 'xs:dateTime') return '2024-02-29';
  if (type === 'xs:base64Binary') return 'AAAA';
  if (type !== 'xs:string') return /us(e)?r/i.test(name) ? userId : contextId;
  if (/mail|email/i.test(name)) return 'filled@example.org';
  return name === 'passwordMech' ? 'SHA-256' : 'filled';
}

function objectValue(type: string, filling: Filling, depth: number): SoapValue {
  if (depth > 2 || type.includes('Map')) return undefined;
  const inner = type === 'dat:User' ? { ...filling, contextId: filling.userId } : filling;
  return Object.fromEntries(fieldsOf(type).map((field) => [field.name, valueOf(field, inner, depth + 1)]));
}
