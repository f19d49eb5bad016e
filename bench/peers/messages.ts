/**
 * The messages of the bench, the same for Oxbow and for every peer: a `create` of about 2 KB as a WSDL-driven client sends it,
 * with 25 text members, and a `getData` of one user by its id. Both go to OXResellerUserService.
 */

/** As whom and in which context the requests speak. */
export interface Caller {
  readonly contextId: number | string;
  readonly login: string;
  readonly password: string;
}

/** The first reseller and its first context on a new database. */
export const defaultCaller: Caller = { contextId: 1, login: 'reseller1', password: 'secret' };

/** HTTP headers of both requests. */
export const requestHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/xml; charset=UTF-8',
  soapaction: '""',
};

/** Where both are posted. */
export const servicePath = '/webservices/OXResellerUserService';

/** The path of the service that `?wsdl` describes; for validating answers. */
export const serviceName = 'OXResellerUserService';

/**
 * The 25 text members of the created user, in schema order. What differs between users is only `n`, so every request has
 * the same size.
 * @param n a number is padded to eight digits; a text stands as it is, e.g. a load generator's placeholder
 */
export function userTexts(n: number | string): Readonly<Record<string, string>> {
  const unique = typeof n === 'number' ? String(n).padStart(8, '0') : n;
  const address = `user${unique}@bench.example.org`;
  return {
    branches: 'Hamburg, Bremen',
    business_category: 'Wholesale',
    cellular_telephone1: '+49 170 1234567',
    city_business: 'Hamburg',
    company: 'Berg & Söhne Maschinenbau GmbH',
    country_business: 'Germany',
    department: 'Purchasing',
    display_name: `Anna Berg ${unique}`,
    email1: address,
    fax_business: '+49 40 1234567-99',
    given_name: 'Anna',
    language: 'en_US',
    name: `user${unique}`,
    note: 'Prefers to be called before noon; deputy of the head of department.',
    password: `pw-${unique}`,
    passwordMech: 'SHA-512',
    position: 'Senior buyer',
    postal_code_business: '20457',
    primaryEmail: address,
    profession: 'Engineer',
    street_business: 'Am Sandtorkai 17',
    sur_name: 'Berg',
    telephone_business1: '+49 40 1234567-12',
    timezone: 'Europe/Berlin',
    title: 'Dr.',
  };
}

/** The limit that is created, so that the user has a file storage of its own. */
export const createdMaxQuotaMb = 1024;

/**
 * A `create` of about 2 KB. Users of different `n` have different names, addresses and display names.
 * The password mechanism is SHA-512, since bcrypt, the default, would hide everything else.
 */
export function createRequest(n: number | string, caller: Caller = defaultCaller): string {
  const members = [...Object.entries(userTexts(n)), ['maxQuota', String(createdMaxQuotaMb)]]
    .sort(([a = ''], [b = '']) => schemaOrder(a, b))
    .map(([name, value = '']) => `<dat:${name}>${escapeText(value)}</dat:${name}>`)
    .join('\n        ');
  return envelope(
    'create',
    caller,
    `<svc:usrdata>
        ${members}
      </svc:usrdata>`,
  );
}

/** A `getData` of one user. */
export function getDataRequest(userId: number | string, caller: Caller = defaultCaller): string {
  return envelope('getData', caller, `<svc:user><dat:id>${userId}</dat:id></svc:user>`);
}

function envelope(operation: string, { contextId, login, password }: Caller, content: string): string {
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:svc="http://soap.reseller.admin.openexchange.com"
    xmlns:dat="http://dataobjects.soap.admin.openexchange.com/xsd"
    xmlns:rmi="http://dataobjects.rmi.admin.openexchange.com/xsd">
  <soapenv:Body>
    <svc:${operation}>
      <svc:ctx><dat:id>${contextId}</dat:id></svc:ctx>
      ${content}
      <svc:auth><rmi:login>${escapeText(login)}</rmi:login><rmi:password>${escapeText(password)}</rmi:password></svc:auth>
    </svc:${operation}>
  </soapenv:Body>
</soapenv:Envelope>`;
}

/** The members that are sent stand in the schema in the order of their lower-cased names. */
function schemaOrder(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
