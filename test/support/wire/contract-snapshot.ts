import { readFileSync } from 'node:fs';

/** One field or parameter as the contract states it; `type` is `<namespace short>:<local>`. */
export interface ContractField {
  readonly name: string;
  readonly type: string;
  readonly nillable?: boolean;
  readonly list?: boolean;
}

interface ContractSnapshot {
  readonly namespaces: Record<string, string>;
  readonly services: Record<
    string,
    {
      readonly namespace: string;
      readonly operations: Record<string, { readonly params: ContractField[]; readonly emptyBody: boolean }>;
    }
  >;
  readonly types: Record<string, { readonly extends: string | null; readonly fields: ContractField[] }>;
}

/**
 * What the wire tests know of messages and types: condensed from the JSON files of `docs/contract/facts`, with which
 * samples.test.ts compares it.
 */
export const contract = JSON.parse(
  readFileSync(new URL('./contract-snapshot.json', import.meta.url), 'utf8'),
) as ContractSnapshot;

type FieldWithNamespace = ContractField & { readonly namespace: string };

const fieldsByType = new Map<string, readonly FieldWithNamespace[]>();

/** All fields of a type in wire order, inherited ones first, with the namespace of the declaring type. */
export function fieldsOf(type: string): readonly FieldWithNamespace[] {
  const known = fieldsByType.get(type) ?? collectFields(type);
  fieldsByType.set(type, known);
  return known;
}

function collectFields(type: string): readonly FieldWithNamespace[] {
  const declared = contract.types[type];
  if (!declared) return [];
  const namespace = contract.namespaces[type.slice(0, type.indexOf(':'))] ?? '';
  const own = declared.fields.map((field) => ({ ...field, namespace }));
  return declared.extends ? [...fieldsOf(declared.extends), ...own] : own;
}
