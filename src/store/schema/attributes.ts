import type { AttributeChange, Attributes } from '../../provisioning/model/model.js';
import { fitting } from './text-lengths.js';

/** One attribute as a row, whoever it belongs to. */
export interface AttributeCell {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** The order in which attributes are kept together. */
function byKey(a: AttributeCell, b: AttributeCell): number {
  return byCode(a.namespace, b.namespace) || byCode(a.name, b.name);
}

/** Puts rows, sorted by namespace and name, together again. */
export function toAttributes(cells: readonly AttributeCell[]): Attributes {
  const attributes = new Map<string, Map<string, string>>();
  for (const { namespace, name, value } of cells) {
    const values = attributes.get(namespace) ?? new Map<string, string>();
    attributes.set(namespace, values.set(name, value));
  }
  return attributes;
}

/** @throws ValueTooLongError */
export function toCells(attributes: Attributes): AttributeCell[] {
  return [...attributes].flatMap(([namespace, values]) =>
    [...values].map(([name, value]) => toCell(namespace, name, value)),
  );
}

/**
 * Result of a list of changes: the last change of a key counts.
 * @throws ValueTooLongError
 */
export function splitChanges(changes: readonly AttributeChange[]): {
  readonly set: AttributeCell[];
  readonly removed: (readonly [namespace: string, name: string])[];
} {
  const last = new Map(changes.map((change) => [JSON.stringify([change.namespace, change.key]), change]));
  const set: AttributeCell[] = [];
  const removed: (readonly [string, string])[] = [];
  for (const { namespace, key, value } of last.values()) {
    if (value === null) removed.push([namespace, key]);
    else set.push(toCell(namespace, key, value));
  }
  return { set, removed };
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toCell(namespace: string, name: string, value: string): AttributeCell {
  return {
    namespace: fitting('attributeNamespace', namespace),
    name: fitting('attributeKey', name),
    value: fitting('attributeValue', value),
  };
}

/** Attributes, whoever they belong to, from rows in any order. */
export function attributesOf(cells: readonly AttributeCell[]): Attributes {
  return toAttributes([...cells].sort(byKey));
}
