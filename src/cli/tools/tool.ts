import type { Credentials, SOAPStringMapMap } from '../../services/generated/types.js';
import type { SoapClient } from '../../soap-client/soap-client.js';
import type { CommandIo } from '../terminal/command-io.js';

/** An option of a tool, which is also a column of its CSV files. */
export interface ToolOption {
  /** The long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value in the help; without it the option is a flag. */
  readonly argument?: string;
  readonly meaning: string;
  /** The field of the user or context that it sets. */
  readonly field?: string;
}

/** Client, credentials and services of a call. */
export interface ToolCall {
  readonly client: SoapClient;
  readonly auth: Credentials;
  readonly userService: string;
  readonly contextService: string;
  /** For a call that must not be carried out twice. */
  readonly idempotencyKey?: string;
}

/** Object of a tool's call; ids as far as they are known. */
export interface ToolObject {
  readonly kind: 'user' | 'context';
  readonly id: number | string | null;
  readonly contextId: number | string | null;
}

/** One of the original's command line tools that changes something. */
export interface Tool {
  readonly name: string;
  readonly meaning: string;
  readonly options: readonly ToolOption[];
  /** Source of the extended options: an operation of the service and the member of its request. */
  readonly fields: {
    readonly service: 'user' | 'context';
    readonly operation: string;
    readonly member: string;
  } | null;
  /** True when it accepts `--access-…` and `--<namespace>/<name>=<value>`. */
  readonly takesAccess: boolean;
  readonly takesAttributes: boolean;
  /** Example: `user 3 in context 1 created`. */
  readonly done: string;
  /** Groups of options of which one is required; in a CSV file the service reports what is missing. */
  readonly required: readonly (readonly string[])[];
  /** Of what the input speaks, for messages. */
  readonly objectOf: (input: ToolInput) => ToolObject;
  /** @throws FaultError, NoAnswerError; CommandError for input that makes no sense */
  readonly perform: (call: ToolCall, input: ToolInput) => Promise<ToolObject>;
  /** Detects that an earlier try without an answer already did this. Required for import from a file. */
  readonly wasDone?: (call: ToolCall, input: ToolInput, error: Error) => Promise<ToolObject | null>;
}

/** The modules that `--access-…` switches, by the original's name for it. Source: docs/contract/access.md#1. */
export const moduleAccessOptions: ReadonlyMap<string, string> = new Map([
  ['access-active-sync', 'activeSync'],
  ['access-calendar', 'calendar'],
  ['access-collect-email-addresses', 'collectEmailAddresses'],
  ['access-contacts', 'contacts'],
  ['access-delegate-tasks', 'delegateTask'],
  ['access-denied-portal', 'deniedPortal'],
  ['access-edit-group', 'editGroup'],
  ['access-edit-password', 'editPassword'],
  ['access-edit-public-folder', 'editPublicFolders'],
  ['access-edit-resource', 'editResource'],
  ['access-global-address-book-disabled', 'globalAddressBookDisabled'],
  ['access-ical', 'ical'],
  ['access-infostore', 'infostore'],
  ['access-multiple-mail-accounts', 'multipleMailAccounts'],
  ['access-olox20', 'OLOX20'],
  ['access-public-folder-editable', 'publicFolderEditable'],
  ['access-publication', 'publication'],
  ['access-read-create-shared-folders', 'readCreateSharedFolders'],
  ['access-subscription', 'subscription'],
  ['access-syncml', 'syncml'],
  ['access-tasks', 'tasks'],
  ['access-usm', 'USM'],
  ['access-vcard', 'vcard'],
  ['access-webdav', 'webdav'],
  ['access-webdav-xml', 'webdavXml'],
  ['access-webmail', 'webmail'],
]);

/** OX: `user 3 in context 1`, `context 7`; what is not known is left out. */
export function objectName({ kind, id, contextId }: ToolObject): string {
  return `${kind}${id === null ? '' : ` ${id}`}${contextId === null ? '' : ` in context ${contextId}`}`;
}

/** OX: one line with the failure and then the answer of the service; a single line with `--nonl`. */
export function showRefusal(
  io: CommandIo,
  what: string,
  attempt: string,
  reason: string,
  isOneLine: boolean,
): void {
  const flat = reason.replaceAll(/\s*\n\s*/g, ' ');
  if (isOneLine) io.err(`${what} could not be ${attempt}: Server response: ${flat}\n`);
  else io.err(`${what} could not be ${attempt}: \nServer response:\n ${reason}\n`);
}

/** Input of a tool, from options or a line of a CSV file, sorted by subject. */
export interface ToolInput {
  /** The tool's own options, by long name. */
  readonly own: ReadonlyMap<string, string>;
  /** Fields of the user or context, as the contract names and types them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Modules to be switched on or off. */
  readonly access: Readonly<Record<string, boolean>>;
  /** null: none was named. */
  readonly attributes: SOAPStringMapMap | null;
}
