import type { AttributeChange, MailEndpoint, ProfileValue } from './model.js';
import type { SentMb } from './quota-values.js';

/** What a request says about a user. Absent and nil are the same: not set, on change untouched. OX: semantics 0.1. */
export interface UserFields {
  readonly login?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordMech?: string | undefined;
  readonly passwordExpired?: boolean | undefined;
  readonly enabled?: boolean | undefined;
  readonly displayName?: string | undefined;
  readonly givenName?: string | undefined;
  readonly surName?: string | undefined;
  readonly primaryEmail?: string | undefined;
  readonly email1?: string | undefined;
  readonly email2?: string | undefined;
  readonly email3?: string | undefined;
  readonly defaultSenderAddress?: string | undefined;
  /** An empty list says nothing. */
  readonly aliases: readonly string[];
  readonly language?: string | undefined;
  readonly timezone?: string | undefined;
  readonly defaultGroupId?: number | undefined;
  readonly maxQuotaMb?: SentMb | undefined;
  /** 0: no limit. SOAP has an operation of its own for it. */
  readonly mailQuotaMb?: number | undefined;
  readonly filestoreId?: number | undefined;
  readonly driveUserFolderMode?: string | undefined;
  /** Kept nowhere. */
  readonly driveFolderMode?: string | undefined;
  /** Never changes anything. */
  readonly isContextAdmin?: boolean | undefined;
  readonly imap: MailEndpointFields;
  readonly smtp: MailEndpointFields;
  readonly attributeChanges: readonly AttributeChange[];
  readonly profile: Readonly<Record<string, ProfileValue>>;
}

/** A mail server as requests give it: in one string, in parts, or both. */
export interface MailEndpointFields {
  /** `imap://host:143`, `host:143` or `host`. */
  readonly url?: string | undefined;
  readonly schema?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * The server that a request means. The string and the parts name the same thing twice and whole objects are sent back, so what
 * equals the present value says nothing; of the rest, the parts come over the string.
 */
export function mergeMailEndpoint(present: MailEndpoint, fields: MailEndpointFields): MailEndpoint {
  const fromUrl =
    fields.url === undefined || fields.url === '' || fields.url === showMailEndpoint(present)
      ? {}
      : parseMailServer(fields.url);
  const fromHost =
    fields.host === undefined || fields.host === '' || fields.host === present.host
      ? {}
      : parseMailServer(fields.host);
  const parts = {
    ...(fields.schema !== undefined && fields.schema !== present.schema && { schema: fields.schema }),
    ...(fields.port !== undefined && fields.port !== present.port && { port: fields.port }),
  };
  return { ...present, ...fromUrl, ...fromHost, ...parts };
}

/** `imap://localhost:143` */
export function showMailEndpoint(endpoint: MailEndpoint): string {
  return `${endpoint.schema}${endpoint.host}:${endpoint.port}`;
}

function parseMailServer(text: string): Partial<MailEndpoint> {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d{1,5}))?\/?$/i.exec(text);
  if (match === null) return { host: text };
  const [, schema, host = '', port] = match;
  return {
    ...(schema !== undefined && { schema }),
    host,
    ...(port !== undefined && { port: Number(port) }),
  };
}
