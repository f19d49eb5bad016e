import type { LedgerAccount } from '../repositories/ledger-repository.js';

/** What a file is for, which says to whose budget it counts. */
export const fileKinds = ['drive', 'attachment', 'resource', 'snippet', 'compose', 'other'] as const;

export type FileKind = (typeof fileKinds)[number];

/** What the config cascade says about signatures; undefined: nothing. */
export interface SnippetProperties {
  readonly mode: string | undefined;
  readonly perUserLimit: string | undefined;
}

/** The properties behind SnippetProperties. OX: semantics 7.5. */
export const snippetProperties = {
  mode: 'com.openexchange.snippet.filestore.quota.mode',
  perUserLimit: 'com.openexchange.snippet.filestore.quota.perUserLimit',
} as const;

/** OX: semantics 7.5, the limit that the documentation of the property shows. */
const defaultSnippetLimitBytes = 5 * 1024 * 1024;

/**
 * Where a file of a user counts. OX: semantics 7.5: Drive files to the user's own storage if it has one, else to the context (or the
 * master user whose storage it shares); signatures to the context or, in mode `dedicated`, to a budget of their own; attachments that are
 * being composed to nobody; everything else to the context.
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

/** Reads `5MB`, `300 KB` or a plain number of bytes; below 0 is no limit (null), and what cannot be read counts as not set. */
export function snippetLimitBytes(text: string | undefined): number | null {
  const [, number, unit = ''] = /^\s*(-?\d{1,12})\s*([KMG]?B)?\s*$/i.exec(text ?? '') ?? [];
  if (number === undefined) return defaultSnippetLimitBytes;
  const bytes = Number(number) * (unitBytes[unit.toUpperCase()] ?? 1);
  return bytes < 0 ? null : bytes;
}
