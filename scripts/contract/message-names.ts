import { WSDL_NAMESPACE, type XmlElement } from '../../src/soap/contract/inline-wsdl.js';
import type { Facts } from './contract-facts.js';

const ACTION_PREFIXES = ['wsam', 'wsaw'];

/** The messages of an operation, whose names generators turn into classes. */
export interface OperationMessages {
  readonly name: string;
  /** The part of the answer; null: it has none. */
  readonly answerPart: string | null;
  readonly faults: readonly string[];
}

/**
 * Names of messages as the original's WSDLs have them, so that stubs made again are the same.
 * Source: docs/contract/clients.md#2.
 */
export function originalNames({ name, answerPart, faults }: OperationMessages): readonly string[] {
  const answer = `${name}Response`;
  return [
    `input ${name}: message ${name} (parameters), action urn:${name} urn:${name}`,
    `output ${answer}: message ${answer} (${answerPart ?? ''}), action urn:${answer} urn:${answer}`,
    ...faults.map((fault) => {
      const message = `${fault}_Exception`;
      return `fault ${message}: message ${message} (${message})`;
    }),
    `bound as ${name}, ${answer}`,
  ];
}

/** Names of messages where no WSDL was ever seen: our own habit. */
export function ownNames({ name, answerPart, faults }: OperationMessages): readonly string[] {
  return [
    `input: message ${name}Request (parameters)`,
    `output: message ${name}Response (${answerPart ?? ''})`,
    ...faults.map((fault) => `fault ${fault}: message ${fault} (${fault})`),
    'bound as ',
  ];
}

/** What a WSDL says of the same, a heading an operation. */
export function messageNames(definitions: XmlElement): Facts {
  const parts = new Map(
    named(definitions, 'message').map(([name, { children }]) => [
      name,
      children.map((part) => part.attributes.get('name')).join(),
    ]),
  );
  const bound = new Map(operationsOf(definitions, 'binding'));
  const facts = new Map<string, readonly string[]>();
  for (const [name, { children }] of operationsOf(definitions, 'portType')) {
    const lines = children.map((each) => messageLine(each, parts));
    const binding = bound.get(name)?.children.flatMap((each) => each.attributes.get('name') ?? []) ?? [];
    const faults = children.flatMap((each) =>
      each.localName === 'fault' ? each.attributes.get('name') : [],
    );
    const directions = binding.filter((each) => !faults.includes(each));
    facts.set(headingOf(name), [...lines, `bound as ${directions.join(', ')}`]);
  }
  return facts;
}

/** The heading of an operation's names among the facts. */
export function headingOf(operation: string): string {
  return `names of messages of ${operation}`;
}

function messageLine({ localName, attributes }: XmlElement, parts: ReadonlyMap<string, string>): string {
  const name = attributes.get('name');
  const message = attributes.get('message')?.split(':')[1] ?? '';
  const actions = ACTION_PREFIXES.flatMap((prefix) => attributes.get(`${prefix}:Action`) ?? []);
  return (
    `${localName}${name === undefined ? '' : ` ${name}`}: message ${message} (${parts.get(message)})` +
    (actions.length === 0 ? '' : `, action ${actions.join(' ')}`)
  );
}

function operationsOf(definitions: XmlElement, parent: string): (readonly [string, XmlElement])[] {
  return named(definitions, parent).flatMap(([, each]) => named(each, 'operation'));
}

function named(parent: XmlElement, localName: string): (readonly [string, XmlElement])[] {
  return parent.children
    .filter((each) => each.namespace === WSDL_NAMESPACE && each.localName === localName)
    .map((each) => [each.attributes.get('name') ?? '', each] as const);
}
