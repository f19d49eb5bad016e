import type { LedgerAccount } from '../repositories/ledger-repository.js';

/** Kinds of files, which decide the budget. */
export const fileKinds = ['drive', 'attachment', 'resource', 'snippet', 'compose', 'other'] as const;

export type FileKind = (typeof fileKinds)[number];

/** Properties of the config cascade about signatures; undefined when not set. */
export interface SnippetProperties {
  readonly mode: string | undefined;
  readonly perUserLimit: string | undefined;
}

/** The properties behind SnippetProperties. Source: docs/contract/quota.md#4. */
export const snippetProperties = {
  mode: 'com.openexchange.snippet.filestore.quota.mode',
  perUserLimit: 'com.openexchange.snippet.filestore.quota.perUserLimit',
} as const;

/** The limit that the documentation of the property shows. Source: docs/contract/quota.md#4. */
const defaultSnippetLimitBytes = 5 * 1024 * 1024;

/**
 * Account of a user's file. Drive files count to the user's own storage, else to the context or the storage's
 * master user. Signatures count to the context or, in mode `dedicated`, to their own budget. Attachments of
 * drafts count nowhere, and all others to the context.
 * Source: docs/contract/quota.md#4.
 */
export function accountOfFile(kind: FileKind, userId: number, snippets: SnippetProperties): LedgerAccount {
  switch (kind) {
    case 'drive':
      return { kind: 'storage', userId };
    case 'compose':
      return { kind: 'none' };
    case 'snippet':
      return snippets.mode?.trim().toLowerCase() === 'dedicated'
        ? { kind: 'snippets', userId, limitBytes: snippetLimitBytes(snippets.perUserLimit) }
        : { kind: 'context' };
    case 'attachment':
    case 'resource':
    case 'other':
      return { kind: 'context' };
  }
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Parses `5MB`, `300 KB` or plain bytes; below 0 is no limit (null), and a malformed text is not set. */
export function snippetLimitBytes(text: string | undefined): number | null {
  const [, number, unit = ''] = /^\s*(-?\d{1,12})\s*([KMG]?B)?\s*$/i.exec(text ?? '') ?? [];
  if (number === undefined) return defaultSnippetLimitBytes;
  const bytes = Number(number) * (unitBytes[unit.toUpperCase()] ?? 1);
  return bytes < 0 ? null : bytes;
}
