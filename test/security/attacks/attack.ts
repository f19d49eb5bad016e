import type { XmlNode } from '../../support/wire/xml-tree.js';

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const SVC = 'http://soap.reseller.admin.openexchange.com';
export const DAT = 'http://dataobjects.soap.admin.openexchange.com/xsd';
export const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';

/** What an attack finds: an app with a reseller, a context and a user, and a server that nobody may be made to call. */
export interface Scene {
  readonly url: string;
  readonly port: number;
  readonly contextId: number;
  readonly userId: number;
  /** A user whom nobody looks at, for what makes users large. */
  readonly sparringId: number;
  /** The reseller's login and password as `svc:auth`. */
  readonly auth: string;
  /** The same as the value of an `Authorization` header. */
  readonly basic: string;
  /** `127.0.0.1:port` of the server that counts connections. */
  readonly canary: string;
}

/** What must come of an attack. Whatever it is: no leak, in time, and the next good request works. */
export type Outcome =
  /** A SOAP fault, well-formed and valid by the served schema. */
  | { readonly kind: 'fault'; readonly text: RegExp; readonly code?: string; readonly status?: number }
  /** A SOAP answer that is no fault. */
  | { readonly kind: 'answer'; readonly check?: (body: XmlNode) => void }
  /** Legal, if odd: `note` of the user is this afterwards. */
  | { readonly kind: 'note'; readonly text: string }
  /** An HTTP answer; a problem of REST when it is JSON. */
  | {
      readonly kind: 'http';
      readonly status: number | readonly number[];
      readonly text?: RegExp;
      readonly notText?: RegExp;
    }
  /** A connection that is closed, whatever was answered before: one of these status lines, or nothing. */
  | { readonly kind: 'closed'; readonly statuses: readonly number[]; readonly text?: RegExp };

/** Bytes for a socket; a number is a pause in milliseconds, `hang up` what it says. */
export type RawStep = string | Buffer | number;

export interface Attack {
  readonly what: string;
  readonly expected: Outcome;
  /** POST by default. */
  readonly method?: string;
  /** The user service by default. */
  readonly path?: (scene: Scene) => string;
  readonly headers?: (scene: Scene) => Readonly<Record<string, string>>;
  /** Sent with a Content-Length; a list is sent in chunks. */
  readonly body?: (scene: Scene) => string | Buffer | readonly Buffer[];
  /** In place of all of the above: what no HTTP client would send. */
  readonly raw?: (scene: Scene) => readonly RawStep[];
}

export interface Theme {
  readonly title: string;
  readonly attacks: readonly Attack[];
}

export const fill = (text: string, chars = 1_900_000): string => text.repeat(Math.floor(chars / text.length));

export const many = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

/** An envelope around the content of a Body. */
export function envelope(body: string, { prolog = '', header = '', declarations = '' } = {}): string {
  return (
    `${prolog}<e:Envelope xmlns:e="${SOAP}" xmlns:xsi="${XSI}" xmlns:svc="${SVC}" xmlns:dat="${DAT}" xmlns:rmi="${RMI}"` +
    `${declarations}>${header}<e:Body>${body}</e:Body></e:Envelope>`
  );
}

/** A change of the user whom nobody looks at. */
export const changeSparring = (scene: Scene, fields: string): string =>
  change({ ...scene, userId: scene.sparringId }, fields);

/** A call that would be right. */
export const getData = (scene: Scene, extra = ''): string =>
  `<svc:getData><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx>` +
  `<svc:user><dat:id>${scene.userId}</dat:id>${extra}</svc:user>${scene.auth}</svc:getData>`;

/** A change of the user that would be right, too. */
export const change = (scene: Scene, fields: string): string =>
  `<svc:change><svc:ctx><dat:id>${scene.contextId}</dat:id></svc:ctx>` +
  `<svc:usrdata>${fields}<dat:id>${scene.userId}</dat:id></svc:usrdata>${scene.auth}</svc:change>`;

export const note = (xml: string): string => `<dat:note>${xml}</dat:note>`;

export const clientFault = (text: RegExp, status = 500): Outcome => ({
  kind: 'fault',
  text,
  code: 'Client',
  status,
});

type More = Partial<Attack>;

/** A document that must be refused. */
export function refused(
  what: string,
  text: RegExp,
  body: (scene: Scene) => string | Buffer,
  more: More = {},
): Attack {
  return { what, expected: clientFault(text), body, ...more };
}

/** A note, written oddly, that must be read as this text. */
export function reads(what: string, xml: string, text: string): Attack {
  return {
    what,
    expected: { kind: 'note', text },
    body: (scene) => envelope(change(scene, note(xml))),
  };
}

/** A note that must be refused. */
export function refusesNote(what: string, xml: string | (() => string), text: RegExp): Attack {
  return refused(what, text, (scene) => envelope(change(scene, note(typeof xml === 'string' ? xml : xml()))));
}

/** An odd but legal document, which must be answered like the plain one. */
export function answered(what: string, body: (scene: Scene) => string | Buffer, more: More = {}): Attack {
  return { what, expected: { kind: 'answer' }, body, ...more };
}

export const xmlHeaders =
  (extra: Readonly<Record<string, string>> = {}) =>
  (): Readonly<Record<string, string>> => ({
    'content-type': 'text/xml; charset=UTF-8',
    soapaction: '""',
    ...extra,
  });
