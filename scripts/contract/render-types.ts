import type {
  AnswerElement,
  ComplexTypeDescriptor,
  FieldDescriptor,
  ServiceContract,
} from '../../src/soap/contract/descriptors.js';

const HEADER = '// Generated from wsdl/ by npm run generate. Do not edit.\n';

const SIMPLE_TYPE_NAMES = {
  string: 'string',
  int: 'number',
  long: 'bigint',
  boolean: 'boolean',
  date: 'string',
  base64Binary: 'Uint8Array',
  anyType: 'unknown',
};

/** Namespaces whose types lose their plain name to a type of another namespace get this in front. */
const NAME_PREFIXES: ReadonlyMap<string, string> = new Map([
  ['http://dataobjects.rmi.admin.openexchange.com/xsd', 'Rmi'],
]);

/** The generated files by name: `types.ts` and one per service. */
export function renderTypes(contracts: readonly ServiceContract[]): ReadonlyMap<string, string> {
  const shared = sharedTypes(contracts);
  const names = typeNames(shared);
  const files = new Map([['types.ts', renderSharedTypes(shared, names)]]);
  for (const contract of contracts) {
    files.set(`${kebabCase(contract.name)}.ts`, new ServiceRenderer(contract, shared, names).render());
  }
  return files;
}

/** The types that messages reach, by key, each in the variant of the service that declares most of its fields. */
function sharedTypes(contracts: readonly ServiceContract[]): ReadonlyMap<string, ComplexTypeDescriptor> {
  const shared = new Map<string, ComplexTypeDescriptor>();
  for (const type of contracts.flatMap(reachableTypes)) {
    const known = shared.get(keyOf(type)) ?? type;
    const [fuller, other] = known.fields.length < type.fields.length ? [type, known] : [known, type];
    const signatures = new Set(fuller.fields.map(fieldSignature));
    const missing = other.fields.find((field) => !signatures.has(fieldSignature(field)));
    if (missing)
      throw new Error(`${keyOf(type)}: ${missing.name} is not in the service that has most of its fields`);
    shared.set(keyOf(type), fuller);
  }
  return new Map([...shared].sort(([a], [b]) => compare(a, b)));
}

function reachableTypes(contract: ServiceContract): ComplexTypeDescriptor[] {
  const reached = new Set<ComplexTypeDescriptor>();
  const visit = (fields: readonly FieldDescriptor[]): void => {
    for (const { type } of fields) if (typeof type !== 'string') reach(type);
  };
  const reach = (type: ComplexTypeDescriptor): void => {
    if (reached.has(type)) return;
    reached.add(type);
    visit(type.fields);
  };
  for (const { request, response } of contract.operations.values()) {
    visit(request.type.fields);
    if (response === null || typeof response.type === 'string') continue;
    if (isNamed(contract, response.type)) reach(response.type);
    else visit(response.type.fields);
  }
  return [...reached];
}

function typeNames(shared: ReadonlyMap<string, ComplexTypeDescriptor>): ReadonlyMap<string, string> {
  const types = [...shared.values()];
  const names = new Map<string, string>();
  for (const [key, type] of shared) {
    const contested = types.some((other) => other !== type && other.name === type.name);
    const prefix = contested ? (NAME_PREFIXES.get(type.namespace) ?? '') : '';
    names.set(key, `${prefix}${type.name}`);
  }
  if (new Set(names.values()).size < names.size) throw new Error('two types would get the same name');
  return names;
}

function renderSharedTypes(
  shared: ReadonlyMap<string, ComplexTypeDescriptor>,
  names: ReadonlyMap<string, string>,
): string {
  const typeName = (type: ComplexTypeDescriptor): string => names.get(keyOf(type)) ?? type.name;
  const interfaces = [...shared.values()]
    .sort((a, b) => compare(typeName(a), typeName(b)))
    .map((type) => {
      const comment = `/** \`{${type.namespace}}${type.name}\` */\n`;
      return `${comment}export interface ${typeName(type)} ${renderFields(type.fields, typeName)}\n`;
    });
  return [HEADER, ...interfaces].join('\n');
}

/** Renders the messages and the handlers of one service. */
class ServiceRenderer {
  private readonly imports = new Set<string>();
  private readonly variants = new Map<string, string>();
  private repeats = false;

  constructor(
    private readonly contract: ServiceContract,
    private readonly shared: ReadonlyMap<string, ComplexTypeDescriptor>,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  render(): string {
    const operations = [...this.contract.operations.values()].sort((a, b) => compare(a.name, b.name));
    const messages: string[] = [];
    const handlers: string[] = [];
    for (const { name, request, response } of operations) {
      const requestName = `${capitalise(name)}Request`;
      const responseName = `${capitalise(name)}Response`;
      messages.push(this.message(requestName, request, 'request'));
      if (response !== null) messages.push(this.message(responseName, response, 'response'));
      const result = response === null ? 'void' : responseName;
      handlers.push(`  ${name}(request: ${requestName}, call: CallInfo): Promise<${result}>;`);
    }
    const importedTypes = [...this.imports].sort(compare).join(', ');
    return [
      HEADER,
      `import type { CallInfo${this.repeats ? ', Repeated' : ''} } from '../../soap/contract/descriptors.js';\nimport type { ${importedTypes} } from './types.js';\n`,
      ...[...this.variants.values()].sort(compare),
      ...messages,
      `/** One handler for every operation of ${this.contract.name}. */`,
      // not an interface: only a type alias may stand where SoapService wants a record of handlers
      `export type ${this.contract.name}Handlers = {\n${handlers.join('\n')}\n};\n`,
    ].join('\n');
  }

  /** Only what a response itself repeats may be given piece by piece. */
  private message(name: string, { type }: AnswerElement, kind: 'request' | 'response'): string {
    if (typeof type === 'string') return `export type ${name} = ${SIMPLE_TYPE_NAMES[type]};\n`;
    if (isNamed(this.contract, type)) return `export type ${name} = ${this.typeName(type)};\n`;
    if (type.fields.length === 0) return `export type ${name} = Record<string, never>;\n`;
    const list = (item: string): string => (kind === 'response' ? `Repeated<${item}>` : `${item}[]`);
    if (kind === 'response' && type.fields.some(({ repeated }) => repeated)) this.repeats = true;
    return `export interface ${name} ${renderFields(type.fields, (each) => this.typeName(each), list)}\n`;
  }

  /** The shared name, or that of this service's own variant when it declares fewer fields. */
  private typeName(type: ComplexTypeDescriptor): string {
    const name = this.names.get(keyOf(type)) ?? type.name;
    this.imports.add(name);
    const declared = type.fields.map((field) => field.name);
    const known = (this.shared.get(keyOf(type))?.fields ?? []).map((field) => field.name);
    const absent = known.filter((field) => !declared.includes(field));
    if (absent.length === 0) return name;
    const variant = `${this.contract.name}${name}`;
    const [utility, fields] = declared.length < absent.length ? ['Pick', declared] : ['Omit', absent];
    const comment = `/** This service declares ${declared.length} of the ${known.length} fields. */`;
    const definition = `${utility}<${name}, ${fields.map((field) => `'${field}'`).join(' | ')}>`;
    this.variants.set(variant, `${comment}\nexport type ${variant} = ${definition};\n`);
    return variant;
  }
}

function renderFields(
  fields: readonly FieldDescriptor[],
  typeName: (type: ComplexTypeDescriptor) => string,
  list = (item: string): string => `${item}[]`,
): string {
  const lines = fields.map((field) => {
    const base = typeof field.type === 'string' ? SIMPLE_TYPE_NAMES[field.type] : typeName(field.type);
    const type = field.repeated ? list(base) : field.nillable ? `${base} | null` : base;
    return `  ${field.name}?: ${type};`;
  });
  return `{\n${lines.join('\n')}\n}`;
}

function isNamed(contract: ServiceContract, type: ComplexTypeDescriptor): boolean {
  return contract.types.get(keyOf(type)) === type;
}

function keyOf(type: ComplexTypeDescriptor): string {
  return `{${type.namespace}}${type.name}`;
}

function fieldSignature(field: FieldDescriptor): string {
  const type = typeof field.type === 'string' ? field.type : keyOf(field.type);
  return [field.name, type, field.nillable, field.repeated].join(' ');
}

/** By code point, so that the output is the same under every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function capitalise(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `OXResellerUserService` becomes `ox-reseller-user-service`, `OXaaSService` becomes `oxaas-service`. */
function kebabCase(name: string): string {
  return name
    .replace(/^OXaaS/, 'Oxaas')
    .replace(/^OX/, 'Ox')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
}
