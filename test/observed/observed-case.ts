import { readFileSync } from 'node:fs';
import type { Credentials, SoapParams } from '../support/wire/raw-soap.js';

/** What the original answered. Leaves are texts of the wire; `{name}` is a placeholder, `{any}` any text. */
export interface ObservedAnswer {
  readonly nothing?: true;
  readonly value?: Observed;
  /** The Body holds `return` itself. */
  readonly bare?: true;
  readonly fault?: string;
  readonly exception?: string | null;
  readonly code?: string;
  readonly status?: number;
  readonly charset?: string;
  readonly page?: { readonly status: number; readonly mediaType?: string; readonly root?: string };
}

export type Observed = string | null | readonly Observed[] | { readonly [name: string]: Observed };

/** One request; either an operation of the contract, or a body or envelope as it is. */
export interface ObservedStep {
  readonly by: string | Credentials;
  readonly to: string;
  readonly call?: string;
  readonly with?: SoapParams;
  readonly body?: string;
  readonly envelope?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly charset?: BufferEncoding | 'windows-1252' | 'iso-8859-1' | 'iso-8859-15' | 'utf-8-bom' | 'utf-16';
  /** Placeholders that the answer fills. */
  readonly keep?: Readonly<Record<string, string>>;
  /** The members that are compared. */
  readonly members?: readonly string[];
  /** The text by which members of a list are chosen. */
  readonly only?: string;
  /** Nothing is left out. */
  readonly whole?: true;
  readonly nulls?: true;
  readonly answer?: ObservedAnswer;
}

export interface ObservedCase {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly steps: readonly ObservedStep[];
}

export interface Fixtures {
  readonly logins: Readonly<Record<string, Credentials>>;
  readonly needs: Readonly<
    Record<
      string,
      { readonly needs?: readonly string[]; readonly once?: true; readonly steps: readonly ObservedStep[] }
    >
  >;
}

export const subjects = [
  'users',
  'contexts',
  'resellers',
  'groups-resources',
  'access',
  'quota',
  'rights',
  'util',
  'wire',
] as const;
export type Subject = (typeof subjects)[number];

const read = (file: string): string => readFileSync(new URL(`./cases/${file}`, import.meta.url), 'utf8');

export const fixtures = JSON.parse(read('fixtures.json')) as Fixtures;

export function casesOf(subject: Subject): readonly ObservedCase[] {
  return read(`${subject}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ObservedCase);
}
