import type { SOAPStringMapMap } from '../../services/generated/types.js';
import { contractOf } from '../../soap-client/soap-client.js';
import type { FieldDescriptor } from '../../soap/contract/descriptors.js';
import { UsageError } from '../terminal/command-io.js';
import { exitCodes } from '../terminal/exit-codes.js';
import { moduleAccessOptions, type Tool, type ToolInput } from './tool.js';

/** Sorts values, and finds fields by their names in any case. @throws Error when the tool is not of the contract */
export class InputReader {
  private readonly fields: ReadonlyMap<string, FieldDescriptor>;

  /** @param service the name of the service whose contract has the tool's fields */
  constructor(
    private readonly tool: Tool,
    service: string,
  ) {
    const { fields } = tool;
    const member =
      fields &&
      contractOf(service)
        .operations.get(fields.operation)
        ?.request.type.fields.find(({ name }) => name === fields.member);
    const type = member?.type;
    const all = typeof type === 'object' ? type.fields : [];
    const settable = all.filter(
      (field) => typeof field.type === 'string' && (!field.repeated || field.name === 'aliases'),
    );
    this.fields = new Map(settable.map((field) => [field.name.toLowerCase(), field]));
  }

  /** Names of fields that have no option of their own, as extended options. */
  get extendedNames(): string[] {
    const taken = new Set(this.tool.options.map(({ field }) => field));
    return [...this.fields].flatMap(([name, field]) => (taken.has(field.name) ? [] : [name]));
  }

  /**
   * Kind of a known option name.
   * @throws UsageError 111 when it is unknown
   */
  check(name: string): void {
    const known =
      this.tool.options.some((option) => option.name === name) ||
      (this.tool.takesAccess && moduleAccessOptions.has(name.toLowerCase())) ||
      (this.tool.takesAttributes && attributeName(name) !== null) ||
      this.fields.has(name.toLowerCase());
    if (!known) throw new UsageError(`unknown option --${name}`, exitCodes.unknownOption);
  }

  /**
   * Sorts values by name; those of CSV files that are empty should be left out before.
   * @throws UsageError 111 for an unknown name, 109 for a value that cannot be
   */
  read(values: ReadonlyMap<string, string>): ToolInput {
    const own = new Map<string, string>();
    const fields: Record<string, unknown> = {};
    const access: Record<string, boolean> = {};
    const attributes: Attribute[] = [];
    for (const [name, value] of values) {
      this.check(name);
      const option = this.tool.options.find((each) => each.name === name);
      const module = moduleAccessOptions.get(name.toLowerCase());
      const attribute = attributeName(name);
      if (option !== undefined) own.set(name, value);
      if (option !== undefined && option.field === undefined) continue;
      if (attribute !== null) attributes.push({ ...attribute, value });
      else if (module !== undefined) access[module] = booleanOf(name, value);
      else {
        const field = this.fields.get((option?.field ?? name).toLowerCase());
        if (field !== undefined) fields[field.name] = valueOf(name, field, value);
      }
    }
    return { own, fields, access, attributes: attributes.length === 0 ? null : attributeMap(attributes) };
  }
}

interface Attribute {
  readonly namespace: string;
  readonly key: string;
  readonly isRemoved: boolean;
  readonly value: string;
}

/** OX: `--<namespace>/<name>=<value>` sets, `--remove-<namespace>/<name>` removes. */
function attributeName(name: string): Omit<Attribute, 'value'> | null {
  const match = /^(remove-)?([^/]+)\/(.+)$/.exec(name);
  if (match === null) return null;
  const [, remove, namespace = '', key = ''] = match;
  return { namespace, key, isRemoved: remove !== undefined };
}

function attributeMap(attributes: readonly Attribute[]): SOAPStringMapMap {
  const namespaces = [...new Set(attributes.map(({ namespace }) => namespace))];
  return {
    entries: namespaces.map((namespace) => ({
      key: namespace,
      value: {
        entries: attributes
          .filter((each) => each.namespace === namespace)
          .map(({ key, isRemoved, value }) => (isRemoved ? { key } : { key, value })),
      },
    })),
  };
}

function valueOf(name: string, field: FieldDescriptor, text: string): unknown {
  if (field.repeated) return text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
  switch (field.type) {
    case 'int':
    case 'long':
      return numberOf(name, text);
    case 'boolean':
      return booleanOf(name, text);
    case 'date':
      if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw illegal(name, 'a date such as 2026-12-31');
      return text;
    case 'base64Binary':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

/** @throws UsageError 109 */
export function numberOf(name: string, text: string): number {
  if (/^-?\d{1,15}$/.test(text.trim())) return Number(text);
  throw illegal(name, 'a whole number');
}

function booleanOf(name: string, text: string): boolean {
  const value = { on: true, true: true, off: false, false: false }[text.trim().toLowerCase()];
  if (value === undefined) throw illegal(name, 'on or off');
  return value;
}

function illegal(name: string, allowed: string): UsageError {
  return new UsageError(`--${name} must be ${allowed}`, exitCodes.illegalOptionValue);
}
